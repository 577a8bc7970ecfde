"""Reading YAML files into strict models, with every mistake of every file in one error."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml
from pydantic import BaseModel, ValidationError

from catalog.configuration.yaml_nodes import Location, parse
from catalog.errors import ConfigurationError, Problem


def load_model[M: BaseModel](path: Path, model: type[M]) -> M:
    """The model in one YAML file.

    Raises:
        ConfigurationError: the file is missing, not YAML, or breaks the model; all mistakes with their lines.

    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigurationError([Problem(path, 1, "", "the file does not exist")]) from None
    except UnicodeDecodeError as error:
        raise ConfigurationError([Problem(path, 1, "", f"not UTF-8: {error.reason}")]) from error
    try:
        value, lines = parse(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        line = min(line, len(text.splitlines()))  # what is missing at the end is told of the last line
        raise ConfigurationError([Problem(path, line, "", f"not YAML: {error.problem}")]) from error
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise ConfigurationError(list(_problems(path, error, lines))) from error


def load_folder[M: BaseModel](folder: Path, model: type[M], identity: str = "id") -> dict[str, M]:
    """The models of all `*.yml` files of a folder by their identity, which must equal the file's name.

    Raises:
        ConfigurationError: all mistakes of all files together.

    """
    if not folder.is_dir():
        raise ConfigurationError([Problem(folder, 1, "", "the folder does not exist")])
    loaded: dict[str, M] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.yml")):
        try:
            item = load_model(path, model)
        except ConfigurationError as error:
            problems.extend(error.problems)
            continue
        name = str(getattr(item, identity))
        if name != path.stem:
            problems.append(Problem(path, 1, identity, f"is {name!r} but the file is named {path.name!r}"))
        loaded[name] = item
    if problems:
        raise ConfigurationError(problems)
    return loaded


def _problems(path: Path, error: ValidationError, lines: Mapping[Location, int]) -> Iterator[Problem]:
    found = error.errors(include_url=False)
    for detail in found:
        location = detail["loc"]
        if detail["type"] == "too_short" and any(
            location == one["loc"][: len(location)] != one["loc"] for one in found
        ):
            continue  # the items are there and have mistakes of their own
        message = detail["msg"].removeprefix("Value error, ")
        if detail["type"] == "extra_forbidden":
            message = "unknown key"
        elif "input" in detail and isinstance(detail["input"], str | int | float | bool):
            message = f"{message} (given: {detail['input']!r})"
        yield Problem(path, _line(location, lines), ".".join(str(part) for part in location), message)


def _line(location: Location, lines: Mapping[Location, int]) -> int:
    while location and location not in lines:
        location = location[:-1]
    return lines.get(location, 1)
