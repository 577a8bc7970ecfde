"""Words: both languages have the same texts, every text that a template asks for exists."""

import re
from datetime import date
from pathlib import Path

import pytest

from services.web.render import TEMPLATES
from services.web.words import Words, texts

PLACE = re.compile(r"\{(\w+)\}")
ASKED = re.compile(r"""\bt(?:\.plural)?\(\s*'([\w.]+)'\s*[,)]""")


def test_both_languages_have_the_same_texts_with_the_same_places() -> None:
    english, spanish = texts("en"), texts("es")

    assert set(english) == set(spanish)
    assert [
        key for key in english if set(PLACE.findall(english[key])) != set(PLACE.findall(spanish[key]))
    ] == []
    assert all(text.strip() for text in (*english.values(), *spanish.values()))


@pytest.mark.parametrize("template", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_every_text_that_a_template_asks_for_exists(template: Path) -> None:
    known = {*texts("en"), *(key.removesuffix(".one") for key in texts("en"))}

    assert [key for key in ASKED.findall(template.read_text(encoding="utf-8")) if key not in known] == []


def test_numbers_sizes_and_dates_are_written_as_people_write_them() -> None:
    english, spanish = Words("en"), Words("es")

    assert english.number(1234567) == "1,234,567"
    assert english.number(1234.5678, 1) == "1,234.6"
    assert english.size(999) == "999 bytes"
    assert english.size(134_313) == "134 kB"
    assert english.size(2_500_000) == "2.5 MB"
    assert english.date(date(2026, 11, 22)) == "November 22, 2026"
    assert spanish.date(date(2026, 11, 22)) == "22 de noviembre de 2026"
    assert english.plural("rows", 1) == "1 row"
    assert spanish.plural("rows", 2) == "2 filas"
    assert english.listed(["a", "b", "c"]) == "a, b and c"
