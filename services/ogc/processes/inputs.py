"""Inputs of processes as they are described, and values checked against that very description."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from jsonschema.exceptions import ValidationError  # type: ignore[import-untyped]

from services.ogc.processes.errors import BadExecution

Json = dict[str, Any]

_LONGEST_SHOWN = 80
_QUALIFIED = {"value", "mediaType", "encoding", "schema"}


@dataclass(frozen=True)
class Input:
    """One input: its JSON schema, and how many values it takes."""

    title: str
    description: str
    schema: Json
    required: bool = False
    most: int = 1

    @property
    def described(self) -> Json:
        """The description of OGC API Processes."""
        return {
            "title": self.title,
            "description": self.description,
            "minOccurs": int(self.required),
            "maxOccurs": self.most,
            "schema": self.schema,
        }

    @property
    def json_schema(self) -> Json:
        """The schema of what an execution may give: one value or, where several are taken, a list of them."""
        if self.most == 1:
            return self.schema
        return {
            "oneOf": [
                self.schema,
                {"type": "array", "items": self.schema, "minItems": 1, "maxItems": self.most},
            ]
        }


def validated(inputs: Mapping[str, Input], given: object) -> Json:
    """The values of an execution; inputs that take several values are lists.

    Raises:
        BadExecution: all mistakes together, each with what is allowed.

    """
    if not isinstance(given, dict):
        raise BadExecution(f"inputs must be an object with {', '.join(inputs)}; given: {_shown(given)}")
    problems = [
        f"inputs.{name}: not known; known: {', '.join(inputs)}" for name in given if name not in inputs
    ]
    problems += [
        f"inputs.{name}: is needed" for name, one in inputs.items() if one.required and name not in given
    ]
    values: Json = {}
    for name in (name for name in inputs if name in given):
        values[name] = _plain(given[name])
        if inputs[name].most > 1 and not isinstance(values[name], list):
            values[name] = [values[name]]
        problems += _mistakes(name, inputs[name], values[name])
    if problems:
        raise BadExecution(*problems)
    return values


def _plain(value: Any) -> Any:
    """A value out of its wrapping: a qualified value, or a list of them."""
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, dict) and "value" in value and set(value) <= _QUALIFIED:
        return value["value"]
    return value


def _mistakes(name: str, one: Input, value: Any) -> Iterator[str]:
    where = f"inputs.{name}"
    if one.most == 1:
        yield from _against(where, one.schema, value)
    elif not 1 <= len(value) <= one.most:
        yield f"{where}: takes 1 to {one.most} values; given: {len(value)}"
    else:
        for number, member in enumerate(value):
            yield from _against(f"{where}[{number}]", one.schema, member)


def _against(where: str, schema: Json, value: Any) -> Iterator[str]:
    if isinstance(value, dict) and "href" in value:
        yield f"{where}: must be given as a value; addresses are never fetched"
        return
    for error in Draft202012Validator(schema).iter_errors(value):
        path = "".join(f".{part}" for part in error.absolute_path)
        yield f"{where}{path}: {_told(error)}; given: {_shown(error.instance)}"


def _told(error: ValidationError) -> str:
    rule = error.validator_value
    told = {
        "type": lambda: f"must be of type {rule}",
        "enum": lambda: f"must be one of {', '.join(map(str, rule))}",
        "minimum": lambda: f"must be {rule} or more",
        "maximum": lambda: f"must be {rule} or less",
        "minLength": lambda: f"must have {rule} characters or more",
        "maxLength": lambda: f"must have {rule} characters or fewer",
        "maxProperties": lambda: f"must have {rule} members or fewer",
        "pattern": lambda: f"must match {rule}",
    }
    return told[str(error.validator)]() if error.validator in told else error.message[:_LONGEST_SHOWN]


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
