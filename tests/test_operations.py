"""docs/operations.md and deploy/ against the program."""

import configparser
import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from pydantic_settings import BaseSettings

from catalog.settings import Settings
from layers.sources.settings import SourceSettings
from services.cli.main import app as cli
from services.settings import ServiceSettings

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
TEXT = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
CLASSES: tuple[type[BaseSettings], ...] = (Settings, ServiceSettings, SourceSettings)


def names(settings: type[BaseSettings]) -> list[str]:
    return [f"{settings.model_config['env_prefix']}{name.upper()}" for name in settings.model_fields]


def table(settings: type[BaseSettings]) -> str:
    """The settings of a class as they stand in the document."""
    lines = ["| variable | default | meaning |", "|---|---|---|"]
    for name, field in zip(names(settings), settings.model_fields.values(), strict=True):
        default = field.default
        shown = json.dumps(default) if isinstance(default, tuple) else str(default)
        shown = "" if default in (None, ()) else shown
        lines.append(f"| `{name}` | {f'`{shown}`' if shown else ''} | {field.description} |")
    return "\n".join(lines)


@pytest.mark.parametrize("settings", CLASSES)
def test_every_setting_is_documented(settings: type[BaseSettings]) -> None:
    marker = f"<!-- {settings.__module__}.{settings.__name__} -->"
    found = TEXT.split(marker)[1].strip().split("\n\n")[0]
    assert found == table(settings), f"put this below {marker}:\n\n{table(settings)}\n"


def test_no_setting_is_told_of_that_does_not_exist() -> None:
    known = {name for settings in CLASSES for name in names(settings)}
    for path in (ROOT / "docs" / "operations.md", *DEPLOY.iterdir()):
        told = set(re.findall(r"\bTOWNLINE_[A-Z_]*[A-Z]\b(?!_)", path.read_text(encoding="utf-8")))
        assert {name for name in told if not any(one.startswith(name) for one in known)} == set(), path


def test_every_file_of_deploy_is_told_of() -> None:
    for path in DEPLOY.iterdir():
        assert path.stem.removeprefix("townline-") in TEXT and path.suffix in TEXT, path.name


@pytest.mark.parametrize("path", sorted(DEPLOY.glob("*.service")), ids=lambda path: str(path.name))
def test_units_run_commands_that_exist(path: Path) -> None:
    unit = configparser.RawConfigParser(strict=False, comment_prefixes=("#",), delimiters=("=",))
    unit.read(path, encoding="utf-8")
    commands = {command.name for command in cli.registered_commands}
    for line in re.findall(r"^ExecStart=-?(.+)$", path.read_text(encoding="utf-8"), re.MULTILINE):
        program, command, *_ = shlex.split(line)
        assert program == "/opt/townline/.venv/bin/townline" and command in commands
    assert unit["Service"]["User"] and unit["Service"]["NoNewPrivileges"] == "yes"


def test_the_image_holds_what_its_installation_needs(tmp_path: Path) -> None:
    """What the first stage copies is enough for `make install`, and for all that the program reads."""
    first = (DEPLOY / "Containerfile").read_text(encoding="utf-8").split("\nFROM ")[1]
    for line in re.findall(r"^COPY (.+)$", first, re.MULTILINE):
        *sources, target = line.split()
        for source in sources:
            wanted = tmp_path / target / (source if target == "./" else "")
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, wanted)
            else:
                shutil.copyfile(ROOT / source, wanted)

    done = subprocess.run(
        ["make", "--dry-run", "install"], cwd=tmp_path, text=True, capture_output=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert (
        ServiceSettings().config.is_relative_to("config") and (tmp_path / ServiceSettings().config).is_file()
    )


def test_the_nightly_run_draws_where_the_service_looks() -> None:
    """Maps go beside the store, which is the service's default."""
    (store,) = re.findall(r"^TOWNLINE_STORE=(.+)$", (DEPLOY / "townline.env").read_text(), re.MULTILINE)
    (out,) = re.findall(
        r"map --all --out (\S+)$", (DEPLOY / "townline-ingest.service").read_text(), re.MULTILINE
    )

    assert Path(out) == Path(store).parent / "maps"
