"""One way of writing numbers in pages, pictures, reports and the site, in both languages."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from services.maps.model import MapContent
from services.maps.page import page as page_of
from services.maps.views import measured
from services.numbers import number
from services.reports.words import Words as ReportWords
from services.web.words import Words as SiteWords

SERVICES = Path(__file__).resolve().parents[3] / "services"
NUMBERS = (
    0.0,
    -0.0,
    -0.04,
    0.05,
    0.15,
    0.25,
    0.35,
    2.5,
    12.25,
    12.35,
    99.95,
    1234.5,
    -1234.45,
    1e6,
    1234567.891,
    0.5,
)
Watched = Any


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (1234.5, 1, "1,234.5"),
        (0.25, 1, "0.3"),
        (0.15, 1, "0.2"),
        (-0.04, 1, "0.0"),
        (-0.25, 1, "-0.3"),
        (1234.5, None, "1,234.5"),
        (1000.0, None, "1,000"),
        (2.5, 0, "3"),
        (1e21, 0, "1,000,000,000,000,000,000,000"),
    ],
)
def test_numbers_are_written_as_in_the_united_states(value: float, decimals: int | None, text: str) -> None:
    assert number(value, decimals) == text


def test_what_is_above_zero_may_have_a_sign() -> None:
    assert [number(value, 1, signed=True) for value in (1.25, 0.04, 0, -0.04, -2)] == [
        "+1.3", "0.0", "0.0", "0.0", "-2.0",
    ]  # fmt: skip


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="allowed: finite numbers"):
        number(value, 1)


@given(st.decimals(-(10**7), 10**7, places=3).filter(lambda value: abs(value) >= 1))
def test_both_locales_of_the_cldr_agree(value: Any) -> None:
    for locale in ("en_US", "es_US", "es_PR"):
        assert number(float(value), 3) == format_decimal(value, "#,##0.000", locale=locale)


@pytest.mark.parametrize("language", ["en", "es"])
def test_site_reports_and_pictures_write_alike(language: str, content: MapContent) -> None:
    for value in NUMBERS:
        text = number(value, 1)
        assert SiteWords(language).number(value, 1) == text
        assert measured(content.topics[0], "estimate", value, language) == f"{text}%"


@pytest.mark.browser
@pytest.mark.parametrize("language", ["en", "es"])
def test_pages_write_as_the_rest_does(
    watched: Watched, content_of: Callable[..., MapContent], tmp_path: Path, language: str
) -> None:
    path = tmp_path / "page.html"
    path.write_text(page_of(content_of()), encoding="utf-8")
    page = watched.open(path, f"#lang={language}")
    for decimals in (0, 1, 2):
        shown = page.evaluate(
            "([all, decimals]) => all.map((value) => Townline.number(value, decimals))", [NUMBERS, decimals]
        )
        assert shown == [number(value, decimals) for value in NUMBERS]
    signed = page.evaluate("(all) => all.map((value) => Townline.number(value, 1, 'exceptZero'))", NUMBERS)
    assert signed == [number(value, 1, signed=True) for value in NUMBERS]


def test_no_text_has_a_blank_before_the_percent_sign() -> None:
    for path in (*SERVICES.glob("*/texts/*.json"), *SERVICES.glob("maps/static/texts/*.json")):
        texts = json.loads(path.read_text(encoding="utf-8"))
        wrong = [key for key, text in texts.items() if re.search(r"[\d}]\s%", str(text))]
        assert wrong == [], path.name
    assert ReportWords("es")("interval", confidence=90) == "Intervalo del 90%"
