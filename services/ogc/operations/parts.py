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


def in_path(name: str, description: str, schema: Document | None = None) -> Document:
    """A parameter inside the path; any text unless a schema is given."""
    return {
        "name": name,
        "in": "path",
        "description": description,
        "required": True,
        "schema": schema or {"type": "string", "minLength": 1},
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
    found = _operation(operation, summary, tag, description) | {
        "parameters": list(parameters),
        "responses": {
            "200": {"description": summary, "headers": _KEPT, "content": _content(content)},
            "304": {"description": "What the client has (If-None-Match) still holds"},
            **_PROBLEMS,
        },
    }
    return {"get": found}


def post(
    operation: str,
    summary: str,
    tag: str,
    content: Mapping[str, Document],
    parameters: Sequence[Document],
    body: Document,
    description: str = "",
) -> Document:
    """A path whose one operation takes a JSON body of the schema `body`."""
    found = _operation(operation, summary, tag, description) | {
        "parameters": list(parameters),
        "requestBody": {"required": True, "content": _content({"application/json": body})},
        "responses": {
            "200": {"description": summary, "content": _content(content)},
            **_PROBLEMS,
        },
    }
    return {"post": found}


def _operation(operation: str, summary: str, tag: str, description: str) -> Document:
    named: Document = {"summary": summary, "tags": [tag], "operationId": operation}
    return named | ({"description": description} if description else {})


def _content(content: Mapping[str, Document]) -> Document:
    return {media_type: {"schema": schema} for media_type, schema in content.items()}


_KEPT: Document = {
    "ETag": {"description": "Changes when the answer does", "schema": TEXT},
    "Cache-Control": {"description": "Whether and how long the answer may be kept", "schema": TEXT},
}


def _problem(description: str) -> Document:
    """An answer that is a problem, for people as a page."""
    return {
        "description": description,
        "content": _content({PROBLEM: schema_at("problem"), "text/html": TEXT}),
    }


_PROBLEMS: Document = {
    "400": _problem("A parameter is unknown, or its value is not allowed; the problem says what is"),
    "404": _problem("There is no such resource"),
    "413": _problem("The answer would be too large or take too long"),
    "414": {"description": "The address is too long", "content": _content({"text/html": TEXT})},
    "429": _problem("Too many large answers are being made at once"),
    "default": _problem("Another problem"),
}
