"""Stories as files: `<name>.md` in English and `<name>.es.md` in Spanish, each with its front matter."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import Field, ValidationError

from catalog.configuration import Strict
from catalog.errors import ConfigurationError, Problem

FENCE = "---"


class FrontMatter(Strict):
    """What stands above a story."""

    title: Annotated[str, Field(min_length=3)]
    summary: Annotated[str, Field(min_length=20)]
    date: date


@dataclass(frozen=True)
class Story:
    """A story in one language; `first_line` is where its text begins in the file."""

    name: str
    language: str
    file: Path
    front: FrontMatter
    text: str
    first_line: int


def read_stories(folder: Path, language: str) -> list[Story]:
    """The stories of a folder in a language, newest first; one that is not translated stays in English.

    Raises:
        ConfigurationError: all mistakes of all front matters together.

    """
    problems: list[Problem] = []
    found: list[Story] = []
    for path in sorted(folder.glob("*.md")) if folder.is_dir() else []:
        name, _, code = path.stem.partition(".")
        if code:
            continue
        translated = path.with_name(f"{name}.{language}.md")
        chosen, spoken = (translated, language) if translated.is_file() else (path, "en")
        try:
            found.append(_read(chosen, name, spoken))
        except ConfigurationError as error:
            problems += error.problems
    if problems:
        raise ConfigurationError(problems)
    return sorted(found, key=lambda story: (story.front.date, story.name), reverse=True)


def _read(path: Path, name: str, language: str) -> Story:
    lines = path.read_text(encoding="utf-8").splitlines()
    ends = [number for number, line in enumerate(lines) if line.strip() == FENCE][:2]
    if len(ends) < 2 or ends[0] != 0:
        raise ConfigurationError([Problem(path, 1, "", "begins with front matter between two lines of ---")])
    try:
        front = FrontMatter.model_validate(yaml.safe_load("\n".join(lines[1 : ends[1]])))
    except yaml.YAMLError as error:
        raise ConfigurationError([Problem(path, 1, "front matter", f"not YAML: {error}")]) from error
    except ValidationError as error:
        problems = [
            Problem(path, 1, ".".join(str(part) for part in one["loc"]), one["msg"]) for one in error.errors()
        ]
        raise ConfigurationError(problems) from error
    return Story(name, language, path, front, "\n".join(lines[ends[1] + 1 :]), ends[1] + 2)
