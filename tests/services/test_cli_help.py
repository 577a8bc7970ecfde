"""The command line as a newcomer meets it: quick to answer, help of everything, errors instead of tracebacks."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.core import TyperCommand, TyperGroup, TyperOption
from typer.main import get_command
from typer.testing import CliRunner

from services.cli.main import app

ROOT = Path(__file__).resolve().parents[2]
CAROLINA = ["--profile", str(ROOT / "config" / "north-carolina")]
HEAVY = (
    *(
        "numpy",
        "pandas",
        "scipy",
        "geopandas",
        "shapely",
        "pyproj",
        "pyogrio",
        "rasterio",
        "pyarrow",
        "matplotlib",
    ),
    *("folium", "flask", "pygeoapi", "httpx", "layers", "catalog.manifests", "catalog.store"),
)
LOADED = "print(json.dumps([name for name in sys.argv[1].split() if name in sys.modules]))"
ASK_FOR_HELP = f"""
import json, sys
from typer.testing import CliRunner
from typer.main import get_command
from services.cli.main import app

def ask(command, path):
    assert CliRunner().invoke(app, [*path, "--help"]).exit_code == 0, path
    assert CliRunner().invoke(app, [*path, "--nonsense"]).exit_code == 2, path
    for name, one in getattr(command, "commands", {{}}).items():
        ask(one, [*path, name])

ask(get_command(app), [])
done = CliRunner().invoke(app, [], prog_name="townline", env={{
    "_TOWNLINE_COMPLETE": "complete_bash", "COMP_WORDS": "townline map --ind", "COMP_CWORD": "2"
}})
assert "--indicator" in done.output
{LOADED}
"""
LOOK_UP = f"""
import json, sys
from typer.testing import CliRunner
from services.cli.main import app

for command in (["vocab", "sex"], ["vocab"], ["indicators"], ["list"], ["show", "counties"], ["history", "counties"]):
    done = CliRunner().invoke(app, [*sys.argv[2:], *command])
    assert done.exit_code == 0 and done.stdout, (command, done.output)
{LOADED}
"""


def commands(found: object, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], TyperCommand]]:
    if isinstance(found, TyperGroup):
        for name, one in found.commands.items():
            yield from commands(one, (*path, name))
    elif isinstance(found, TyperCommand):
        yield path, found


ROOT_COMMAND = get_command(app)
COMMANDS = dict(commands(ROOT_COMMAND))
EACH = pytest.mark.parametrize("path", COMMANDS, ids=" ".join)


def loaded_by(code: str, names: tuple[str, ...], *arguments: str) -> list[str]:
    """Those of some modules that a program has loaded when it ends."""
    ended = subprocess.run(
        [sys.executable, "-c", code, " ".join(names), *arguments], cwd=ROOT, capture_output=True, text=True
    )
    assert ended.returncode == 0, ended.stderr
    found: list[str] = json.loads(ended.stdout.splitlines()[-1])
    return found


def call(*arguments: str) -> tuple[int, str, str]:
    ended = CliRunner().invoke(app, list(arguments), env={"COLUMNS": "80"})
    assert ended.exception is None or isinstance(ended.exception, SystemExit), ended.exception
    return ended.exit_code, ended.stdout, ended.stderr


@pytest.fixture(scope="module")
def carolina(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("carolina")
    options = [*CAROLINA, "--store", str(folder / "store"), "--private", str(folder / "private")]
    assert call(*options, "ingest", "counties")[0] == 0
    return options


def test_help_completion_and_errors_of_usage_load_nothing_heavy() -> None:
    assert loaded_by(ASK_FOR_HELP, HEAVY) == []


def test_looking_up_loads_neither_tables_nor_geometry(carolina: list[str]) -> None:
    assert loaded_by(LOOK_UP, HEAVY[:15], *carolina) == []


@EACH
def test_a_command_is_explained_with_an_example_that_it_understands(path: tuple[str, ...]) -> None:
    command = COMMANDS[path]
    examples = re.findall(r"^Example: (townline .+)$", command.help or "", re.MULTILINE)
    assert examples, "its docstring has no line `Example: townline …`"
    known = {option for parameter in ROOT_COMMAND.params for option in parameter.opts}
    known |= {option for parameter in command.params for option in parameter.opts}
    for example in examples:
        words = shlex.split(example)
        assert " ".join(path) in " ".join(words)
        assert {word for word in words if word.startswith("-")} <= known


@EACH
def test_every_argument_and_option_is_explained(path: tuple[str, ...]) -> None:
    for parameter in (*ROOT_COMMAND.params, *COMMANDS[path].params):
        assert parameter.help, parameter.name
        if isinstance(parameter, TyperOption) and not parameter.is_flag:
            shown = parameter.metavar or "|".join(map(str, parameter.type_descriptor.choices or ()))
            assert shown, f"{parameter.opts[0]} says neither what it takes nor which values are allowed"


@EACH
def test_help_fits_eighty_columns(path: tuple[str, ...]) -> None:
    code, out, _ = call(*path, "--help")
    assert code == 0
    assert all(len(line) <= 80 for line in out.splitlines())


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["ingst"], 2, "Did you mean 'ingest'"),
        (["--profile", "nowhere", "indicators"], 2, "the folder does not exist"),
        ([*CAROLINA, "--store", "nowhere", "list"], 1, "no published layer in nowhere"),
        ([*CAROLINA, "--store", "nowhere", "profile", "Anson"], 1, "no published layer in nowhere"),
        ([*CAROLINA, "--store", "nowhere", "show", "counties"], 2, "there is no layer 'counties'"),
        ([*CAROLINA, "ingest", "county"], 2, "did you mean counties"),
        (["vocab", "tenur"], 2, "did you mean tenure"),
        (["crosswalk", "county", "county:1990"], 2, "types: nation, state"),
        (["measures", "nowhere.csv"], 2, "does not exist"),
        (["list", "--kind", "vector"], 2, "'features'"),
        (["map", "--picture", "gif"], 2, "'png'"),
        (["explain", "towns", "name", "Hartford", "--where", "sex"], 2, "is not column=value"),
    ],
)
def test_what_is_wrong_is_told_with_what_is_allowed(arguments: list[str], code: int, message: str) -> None:
    ended, out, told = call(*arguments)
    assert (ended, out) == (code, "")
    assert message in " ".join(told.replace("│", " ").split())


def test_a_setting_of_the_environment_that_is_wrong_is_named(
    carolina: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOWNLINE_SERVE_WORKERS", "many")
    code, _, told = call(*carolina, "site", "--out", "nowhere")
    assert code == 2
    assert "TOWNLINE_SERVE_WORKERS is 'many'" in told


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "is empty"), (b"a\xff\xfe", "not UTF-8"), (b'a,b\n"x', "cannot be read as a table")],
)
def test_a_file_that_is_no_table_is_told_by_name(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    for command in (["measures"], ["disclosure", "table", "--by", "a", "--policy", "cms"]):
        code, out, told = call(*command, str(path))
        assert (code, out) == (1, "")
        assert "table.csv" in told and message in told


def test_a_folder_that_cannot_be_made_is_told_by_name(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    table = tmp_path / "table.csv"
    table.write_text("place,count\na,20\nb,30\n")
    asked = ["disclosure", "table", str(table), "--by", "place", "--threshold", "5"]
    code, _, told = call(*asked, "--out", str(tmp_path / "file" / "out.csv"))
    assert code == 1
    assert "error: " in told and "file" in told


def test_json_is_all_that_a_pipe_gets(carolina: list[str]) -> None:
    for command in (
        ["list"],
        ["show", "counties"],
        ["history", "counties"],
        ["indicators"],
        ["vocab"],
        ["verify"],
    ):
        code, out, told = call(*carolina, *command, "--json")
        assert (code, told) == (0, "")
        json.loads(out)
    code, out, told = call(*carolina, "ingest", "counties", "--json")
    assert (code, told) == (0, "")
    assert [json.loads(line)["outcome"] for line in out.splitlines()] == ["unchanged"]


def test_a_reader_that_leaves_is_no_error() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    townline = [sys.executable, "-c", "from services.cli.main import main; main()", "vocab", "--json"]
    ended = subprocess.run(townline, stdout=writing, stderr=subprocess.PIPE, cwd=ROOT, check=False)
    os.close(writing)
    assert ended.stderr == b""


def test_ctrl_c_ends_quietly(tmp_path: Path) -> None:
    fifo = tmp_path / "table.csv"
    os.mkfifo(fifo)  # the command waits for somebody to write
    townline = [sys.executable, "-c", "from services.cli.main import main; main()", "measures", str(fifo)]
    with subprocess.Popen(townline, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as running:
        while True:
            try:
                writing = os.open(fifo, os.O_WRONLY | os.O_NONBLOCK)
                break
            except OSError:  # nobody reads yet
                assert running.poll() is None
                time.sleep(0.05)
        os.write(writing, b"subgroup,")
        time.sleep(0.2)  # it waits for the rest of the line
        running.send_signal(signal.SIGINT)
        out, told = running.communicate(timeout=60)
        os.close(writing)
    assert (running.returncode, out, told) == (130, b"", b"")
