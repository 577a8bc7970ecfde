"""The page that lists every key of a profile's files, made from the models that read them: `docs/profiles.md`."""

import re
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic import AfterValidator, BaseModel, HttpUrl
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from catalog.configuration import State
from catalog.grammar import COLUMN_NAME, LAYER_ID
from catalog.indexes import CompositeIndex
from catalog.indicators import Indicator
from catalog.indicators.cells import Term
from catalog.manifests import LayerManifest
from catalog.maps import MapManifest
from catalog.places import PlacesConfiguration
from catalog.registers import Register
from catalog.vocabulary import checked_code

PAGE = Path(__file__).parents[1] / "docs" / "profiles.md"
FILES: Mapping[str, type[BaseModel]] = {
    "state.yml": State,
    "places.yml": PlacesConfiguration,
    "layers/*.yml": LayerManifest,
    "indicators/*.yml": Indicator,
    "maps/*.yml": MapManifest,
    "indexes/*.yml": CompositeIndex,
    "registers/*.yml": Register,
}
_HEAD = """\
# Profiles

Made from the models that read the files, by `python -m catalog.profile_page`; edit those and not this page.

A profile is a folder such as `config/vermont`. `state.yml`, `places.yml` and one file in `layers/` are enough to
begin. Start from the files of `config/north-carolina`, put the agencies' files into a folder, and name it as mirror:

    townline --profile config/vermont --store build/vermont/store --mirror from-agencies ingest

Mistakes of all files are told together, with file and line. What a data file has that its declaration does not name
stops that layer alone: the message names file, column and row and has the line to add, and the published version
stays. Keys in **bold** are needed; the others may be left out."""
_NAMES = {LAYER_ID: "id of a layer", COLUMN_NAME: "name of a column"}
_OF_NAMES = ("lower-case words joined by hyphens", "lower-case words joined by underscores")
"""Descriptions of the grammar of names, which the names themselves show."""
_PLAIN: Mapping[object, str] = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "`true` or `false`",
    HttpUrl: "address",
    Term: "name of a cell, with a minus before it to take it away",
    NoneType: "",
}


def profile_page() -> str:
    """The page in Markdown: for each file its keys, followed by the keys of the parts inside them."""
    lines = [_HEAD]
    seen: set[type[BaseModel]] = set()
    for file, model in FILES.items():
        lines += ["", f"## {file}"]
        waiting = [model]
        while waiting:
            part = waiting.pop(0)
            if part in seen:
                continue
            seen.add(part)
            lines += _section(part, inside=part is not model)
            waiting += [inner for info in part.model_fields.values() for inner in _models(info.annotation)]
    return "\n".join(lines) + "\n"


def _section(model: type[BaseModel], *, inside: bool) -> Iterator[str]:
    if inside:
        yield from ("", f'<a id="{_anchor(model)}"></a>', "", f"### {_words(model)}")
    yield from ("", " ".join((model.__doc__ or "").split()), "")
    yield from ("| key | what it takes | default | meaning |", "|---|---|---|---|")
    for name, info in model.model_fields.items():
        needed = info.is_required()
        cells = (
            f"**`{name}`**" if needed else f"`{name}`",
            _taken(info),
            _default(info),
            info.description or "",
        )
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _taken(info: FieldInfo) -> str:
    return _joined(_told(info.annotation), [_limit(one) for one in info.metadata])


def _joined(told: str, limits: list[str]) -> str:
    """What a value is with its limits; a limit that names the whole value takes its place."""
    named = next((limit for limit in limits if limit in _NAMES.values() or limit.startswith("a code")), None)
    return named or ", ".join(part for part in (told, *limits) if part)


def _told(annotation: Any) -> str:
    """An annotation in words."""
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        inner, *metadata = arguments
        return _joined(_told(inner), [limit for item in metadata for limit in _limits(item)])
    if origin is Literal:
        return ", ".join(f"`{value}`" for value in arguments)
    if origin in (Union, UnionType):
        return " or ".join(told for told in map(_told, arguments) if told)
    if origin is tuple:
        several = f"{len(arguments)} of: " if Ellipsis not in arguments else "list: "
        return several + _told(arguments[0])
    if origin is dict:
        return f"{_told(arguments[0])} → {_told(arguments[1])}"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return f"[{_words(annotation).lower()}](#{_anchor(annotation)})"
    raise TypeError(f"no words for {annotation!r}")


def _limits(metadata: object) -> list[str]:
    items = metadata.metadata if isinstance(metadata, FieldInfo) else [metadata]
    return [limit for limit in map(_limit, items) if limit]


def _limit(item: object) -> str:
    """A rule of a value in words; rules that the meaning tells already are left out."""
    match item:
        case Ge():
            return f"from {item.ge}"
        case Gt():
            return f"above {item.gt}"
        case Le():
            return f"up to {item.le}"
        case Lt():
            return f"below {item.lt}"
        case AfterValidator(func=partial(func=func, args=(name,))) if func is checked_code:
            return f"a code of [{name}](vocabularies.md#{name})"
    pattern = getattr(item, "pattern", None)
    return _NAMES.get(pattern, f"of the form `{pattern}`") if pattern else ""


def _default(info: FieldInfo) -> str:
    if info.is_required() or info.default is PydanticUndefined or info.default in (None, (), "", {}):
        return ""
    if isinstance(info.default, BaseModel):
        return "all its defaults"
    if isinstance(info.default, bool):
        return f"`{str(info.default).lower()}`"
    values = info.default if isinstance(info.default, tuple) else (info.default,)
    return ", ".join(f"`{value}`" for value in values)


def _meaning(info: FieldInfo) -> str:
    told = info.description or ""
    return "" if told in _OF_NAMES else told


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models(argument)


def _words(model: type[BaseModel]) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", model.__name__).capitalize()


def _anchor(model: type[BaseModel]) -> str:
    return _words(model).lower().replace(" ", "-")


if __name__ == "__main__":
    PAGE.write_text(profile_page(), encoding="utf-8")
