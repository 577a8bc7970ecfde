"""YAML with line numbers: plain values by YAML 1.2's core schema, and where each of them stands.

PyYAML's own resolver follows YAML 1.1, where `0901` is the octal number 577 and `no` is false: ids and codes
would change silently. Here only true/false, null, decimal integers without leading zeros and floats are
converted; everything else, dates included, stays a string for the model to parse.
"""

import re
from typing import Any

import yaml

Location = tuple[str | int, ...]

_RESOLVERS = {
    "tag:yaml.org,2002:bool": (r"^(?:true|false)$", "tf"),
    "tag:yaml.org,2002:int": (r"^[-+]?(?:0|[1-9][0-9]*)$", "-+0123456789"),
    "tag:yaml.org,2002:float": (
        r"^[-+]?(?:0|[1-9][0-9]*)(?:\.[0-9]+(?:[eE][-+]?[0-9]+)?|[eE][-+]?[0-9]+)$",
        "-+0123456789",
    ),
    "tag:yaml.org,2002:null": (r"^(?:~|null|)$", ["~", "n", ""]),
}


class _CoreLoader(yaml.CSafeLoader):
    """libyaml's loader with the resolvers of YAML 1.2's core schema."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}


for _tag, (_pattern, _first) in _RESOLVERS.items():
    _CoreLoader.add_implicit_resolver(_tag, re.compile(_pattern), list(_first))


def parse(text: str) -> tuple[Any, dict[Location, int]]:
    """The document's value and the 1-based line of each location in it.

    Raises:
        yaml.MarkedYAMLError: the text is not YAML, or a mapping has a key twice.

    """
    loader = _CoreLoader(text)
    try:
        root = loader.get_single_node()
        if root is None:
            return None, {(): 1}
        lines: dict[Location, int] = {}
        _walk(root, (), lines)
        return loader.construct_document(root), lines
    finally:
        loader.dispose()


def _walk(node: yaml.Node, location: Location, lines: dict[Location, int]) -> None:
    """Notes the line of every value below a node; a mapping's value stands where its key stands."""
    lines.setdefault(location, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            below = (*location, key.value)
            if below in lines:
                raise yaml.MarkedYAMLError(
                    problem=f"the key {key.value!r} stands twice", problem_mark=key.start_mark
                )
            lines[below] = key.start_mark.line + 1
            _walk(value, below, lines)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _walk(value, (*location, index), lines)
