"""The body of an execution (OGC API Processes, part 1: `execute.yaml`)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from services.ogc.processes.errors import BadExecution

_MEMBERS = ("inputs", "outputs", "response")
_RESPONSES = ("raw", "document")


@dataclass(frozen=True)
class Execution:
    """The inputs, unchecked, and whether the output is wanted inside a document or on its own."""

    inputs: object
    document: bool = False


def read_execution(body: bytes, output: str) -> Execution:
    """The execution in the body of a request, for a process with one output.

    Raises:
        BadExecution: the body is not one; all mistakes together.

    """
    try:
        given = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadExecution(f'the body must be JSON such as {{"inputs": {{…}}}}: {error}') from None
    if not isinstance(given, dict):
        raise BadExecution(f"the body must be an object with {', '.join(_MEMBERS)}, not a {_kind(given)}")
    if problems := list(_problems(given, output)):
        raise BadExecution(*problems)
    return Execution(given.get("inputs", {}), given.get("response") == "document")


def _problems(given: dict[str, Any], output: str) -> Iterator[str]:
    if "subscriber" in given:
        yield "subscriber: no addresses are called; the answer comes at once"
    for name in given:
        if name not in (*_MEMBERS, "subscriber"):
            yield f"{name}: not known; known: {', '.join(_MEMBERS)}"
    if given.get("response", "raw") not in _RESPONSES:
        yield f"response: must be one of {', '.join(_RESPONSES)}"
    outputs = given.get("outputs") or {}
    if not isinstance(outputs, dict) or not set(outputs) <= {output}:
        yield f"outputs: must be an object; the process has the output {output}"
    elif not all(_by_value(one) for one in outputs.values()):
        yield f"outputs.{output}: transmissionMode must be value"


def _by_value(output: object) -> bool:
    return isinstance(output, dict) and output.get("transmissionMode", "value") == "value"


def _kind(given: object) -> str:
    return {list: "list", str: "text", bool: "boolean", type(None): "null"}.get(type(given), "number")
