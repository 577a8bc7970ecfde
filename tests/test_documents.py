"""README.md, CHANGELOG.md and docs/ against the program: links, pictures, commands, settings, messages, examples."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup
from typer.testing import CliRunner

from catalog.indicators import load_indicators
from catalog.manifests import load_profile
from catalog.maps import load_maps
from services.cli.main import app

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")])
GENERATED = ("methods.md", "profiles.md", "vocabularies.md")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
LARGEST_PICTURE = 200_000
COMMANDS = typer.main.get_command(app)


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def name_of(page: Path) -> str:
    return page.name


def shell_lines(page: Path) -> list[str]:
    """The commands of a page: in blocks, with `$` before them or without, and between backticks in a sentence."""
    text = re.sub(r"\\\n\s+", "", text_of(page))
    blocks = re.findall(r"^    (?:\$ )?((?:\S+/)?(?:make|townline)\b.*)$", text, re.MULTILINE)
    inline = re.findall(r"`((?:make|townline) [^`]+)`", text.replace("\n", " "))
    found = [re.split(r"  #| \| | && ", line)[0].strip() for line in [*blocks, *inline]]
    return [line for line in found if "…" not in line or line.startswith("make ")]


def written_by_hand() -> list[Path]:
    return [page for page in PAGES if page.name not in GENERATED]


def words_of(program: str) -> list[list[str]]:
    """The words after the program, of every command in every page."""
    lines = [line for page in written_by_hand() for line in shell_lines(page)]
    split = [shlex.split(line) for line in lines]
    return [words[1:] for words in split if Path(words[0]).name == program]


def anchors(page: Path) -> set[str]:
    """What can follow `#` in a link: headings as GitHub writes them, and explicit ones."""
    text = re.sub(r"^```.*?^```", "", text_of(page), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    made = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    return made | set(re.findall(r'<a id="([^"]+)">', text))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)\s]+)\)", text_of(page)):
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), f"{page.name}: {target}"
        assert not anchor or anchor in anchors(file), f"{page.name}: {target}"


def test_every_page_is_reached_from_the_readme() -> None:
    readme = text_of(ROOT / "README.md")
    for page in (ROOT / "docs").glob("*.md"):
        assert f"](docs/{page.name})" in readme, page.name


def test_pictures_are_small_and_shown() -> None:
    shown = "".join(text_of(page) for page in PAGES)
    for picture in (ROOT / "docs" / "images").iterdir():
        assert picture.stat().st_size < LARGEST_PICTURE, picture.name
        assert f"images/{picture.name})" in shown, picture.name
    assert not re.search(r"!\[\s*\]", shown), "a picture without words for people who do not see it"


def check_words(words: list[str]) -> None:
    """Parse the words of a command as `townline` would, without running it: unknown options raise.

    A command that is only named needs no arguments.
    """
    command, context, rest = COMMANDS, None, words
    while True:
        context = command.make_context(command.name, [], parent=context, resilient_parsing=True)
        context.resilient_parsing = False
        named_only = not rest
        given, rest, _ = command.make_parser(context).parse_args(args=list(rest))
        missing = [one.name for one in command.params if one.required and not given.get(one.name or "")]
        assert named_only or not missing, f"needs {', '.join(map(str, missing))}"
        if not isinstance(command, TyperGroup):
            assert not rest, f"too many words: {rest}"
            return
        assert rest and rest[0] in command.commands, f"no command {rest[:1]}"
        command, rest = command.commands[rest[0]], rest[1:]


@pytest.mark.parametrize("words", words_of("townline"), ids=shlex.join)
def test_commands_of_townline_exist_with_these_options(words: list[str]) -> None:
    check_words(words)


def test_a_command_that_does_not_exist_is_noticed() -> None:
    for words in (["nosuch"], ["verify", "--nosuch"], ["disparity", "poverty"], ["show", "one", "two"]):
        with pytest.raises(Exception, match=r"nosuch|no command|needs|too many"):
            check_words(words)


@pytest.mark.parametrize("words", words_of("make"), ids=shlex.join)
def test_commands_of_make_exist_with_these_variables(words: list[str]) -> None:
    targets = set(re.findall(r"^\.PHONY: (\S+)", MAKEFILE, re.MULTILINE))
    variables = set(re.findall(r"\$\((?:or )?([A-Z_]+)[,)]", MAKEFILE))
    for word in words:
        name, given, _ = word.partition("=")
        assert name in (variables if given else targets), word


def files_of(page: Path) -> Iterator[tuple[str, str]]:
    """The files that a page shows whole: path in the first comment, and text."""
    for block in re.findall(r"^```yaml\n(# config/.*?)^```", text_of(page), re.MULTILINE | re.DOTALL):
        first, _, rest = block.partition("\n")
        yield first.removeprefix("# ").strip(), rest


def test_the_state_of_the_guide_is_built_as_it_says(tmp_path: Path) -> None:
    page = ROOT / "docs" / "extending.md"
    for path, text in files_of(page):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    options = ["--profile", str(tmp_path / "config/georgia"), "--store", str(tmp_path / "store")]
    options += ["--private", str(tmp_path / "private")]

    for command in ("ingest", "derive"):
        done = CliRunner().invoke(app, [*options, command], env={"COLUMNS": "100"})
        assert done.exit_code == 0, done.output
        for line in done.output.splitlines():
            if "published" in line:
                assert re.sub(r" +", " ", line.strip()) in re.sub(r" +", " ", text_of(page)), line
    profile = load_profile(tmp_path / "config/georgia")
    assert list(load_maps(profile, load_indicators(profile))) == ["rural"]


def test_messages_that_are_explained_are_said_somewhere() -> None:
    """The first column of the tables of messages, but for what stands for something else (…)."""
    folders = ("catalog", "layers", "services", "scripts")
    files = [ROOT / "Makefile", *(one for folder in folders for one in (ROOT / folder).rglob("*"))]
    said = "".join(
        text_of(one) for one in files if one.is_file() and one.suffix in ("", ".py") and one.stat().st_size
    )
    messages = re.findall(r"^\| `([^`]+)` \|", text_of(ROOT / "docs" / "troubleshooting.md"), re.MULTILINE)
    assert len(messages) > 10
    for message in messages:
        for part in message.split("…"):
            assert part.strip() in said, f"nothing says {part.strip()!r} ({message})"
