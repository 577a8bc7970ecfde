"""`townline report` on North Carolina's sample as a person would run it."""

import json
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader
from typer.testing import CliRunner

from services.cli import app

ROOT = Path(__file__).resolve().parents[3]


class Command:
    def __init__(self, root: Path) -> None:
        self.out = root / "reports"
        profile = str(ROOT / "config/north-carolina")
        stores = ["--store", str(root / "store"), "--private", str(root / "private")]
        self.options = ["--profile", profile, *stores]

    def __call__(self, *arguments: str, code: int = 0) -> str:
        ended = CliRunner().invoke(app, [*self.options, *arguments], env={"COLUMNS": "200"})
        assert ended.exit_code == code, ended.output
        return ended.stdout if code == 0 else ended.output

    def report(self, *arguments: str) -> list[Path]:
        told = json.loads(self("report", *arguments, "--out", str(self.out), "--json"))
        return [Path(path) for path in told]


@pytest.fixture(scope="module")
def townline(tmp_path_factory: pytest.TempPathFactory) -> Command:
    command = Command(tmp_path_factory.mktemp("north-carolina"))
    command("ingest", "counties", "infant-deaths")
    command("derive")
    return command


def _text(path: Path) -> str:
    return " ".join(
        " ".join(page.extract_text() for page in PdfReader(BytesIO(path.read_bytes())).pages).split()
    )


def test_a_profile_shows_the_numbers_that_the_command_profile_prints(townline: Command) -> None:
    (path,) = townline.report("profile", "anson")
    text = _text(path)
    assert path.name == "county-anson.en.pdf" and "County in North Carolina" in text
    lines = json.loads(townline("profile", "anson", "--json"))["lines"]
    shown = [
        f"{value['estimate']:,.{line['decimals']}f}"
        for line in lines
        for value in (line["place"], line["state"])
        if value and value["estimate"] is not None
    ]
    assert len(shown) > 4
    whole = "100.0"  # everyone as a share of everyone is left out
    assert [number for number in shown if number not in text and number != whole] == []


def test_a_brief_in_spanish_is_one_page(townline: Command) -> None:
    (path,) = townline.report("brief", "Anson", "Wake", "--language", "es")
    assert path.name == "brief-37007-37183.es.pdf"
    assert "Anson, Wake: una comparación" in _text(path)
    assert len(PdfReader(path).pages) == 1


def test_an_atlas_of_one_indicator_is_a_book(townline: Command) -> None:
    (path,) = townline.report("atlas", "--as", "book", "--indicator", "births-by-race")
    reader = PdfReader(path)
    titles = [item.title for item in reader.outline if not isinstance(item, list)]
    assert path.name == "atlas-county.en.pdf" and len(titles) == 100 and titles[0] == "Alamance"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["profile", "Ansn"], "there is no place 'Ansn'; did you mean Anson"),
        (["profile", "Anson", "--indicator", "births"], "no indicator 'births'; did you mean births-by-race"),
        (["brief", "Anson"], "compares 2 to 6 different places; given: Anson"),
        (["brief", "Anson", "Wak"], "there is no place 'Wak'; did you mean Wake"),
        (["atlas", "--places", "countie"], "no places of type 'countie'; did you mean county"),
    ],
)
def test_a_wrong_name_brings_the_nearest(townline: Command, arguments: list[str], message: str) -> None:
    assert message in townline("report", *arguments, code=2)
