"""Pieces that operations share."""

from collections.abc import Mapping, Sequence
from typing import Any

Document = dict[str, Any]

PROBLEM = "application/problem+json"
TEXT: Document = {"type": "string"}
BINARY: Document = {"type": "string", "format": "binary"}


def schema_at(name: str) -> Document:
    """A reference to a schema of the document."""
    return {"$ref": f"#/components/schemas/{name}"}


def query(name: str, description: str, schema: Document) -> Document:
    """A query parameter."""
    return {
        "name": name,
        "in": "query",
        "description": description,
        "required": False,
        "schema": schema,
        "style": "form",
        "explode": False,
    }


def in_path(name: str, description: str) -> Document:
    """A parameter inside the path."""
    return {
        "name": name,
        "in": "path",
        "description": description,
        "required": True,
        "schema": {"type": "string", "minLength": 1},
    }


def get(
    operation: str,
    summary: str,
    tag: str,
    content: Mapping[str, Document],
    parameters: Sequence[Document],
    description: str = "",
) -> Document:
    """A path with its one operation; `content` has the schema of each media type that it answers with."""
    found: Document = {
        "summary": summary,
        "tags": [tag],
        "operationId": operation,
        "parameters": list(parameters),
        "responses": {"200": _answer(summary, content), **_OTHERS},
    }
    return {"get": found | ({"description": description} if description else {})}


def _answer(description: str, content: Mapping[str, Document]) -> Document:
    return {
        "description": description,
        "headers": {
            "ETag": {"description": "Changes when the answer does", "schema": TEXT},
            "Cache-Control": {"description": "Whether and how long the answer may be kept", "schema": TEXT},
        },
        "content": {media_type: {"schema": schema} for media_type, schema in content.items()},
    }


def _problem(description: str) -> Document:
    content = {PROBLEM: {"schema": schema_at("problem")}, "text/html": {"schema": TEXT}}
    return {"description": description, "content": content}


_OTHERS: Document = {
    "304": {"description": "What the client has (If-None-Match) still holds"},
    "400": _problem("A parameter is unknown, or its value is not allowed; the problem says what is"),
    "404": _problem("There is no such resource"),
    "413": _problem("The answer would be too large or take too long"),
    "414": {"description": "The address is too long", "content": {"text/html": {"schema": TEXT}}},
    "429": _problem("Too many large answers are being made at once"),
    "default": _problem("Another problem"),
}
