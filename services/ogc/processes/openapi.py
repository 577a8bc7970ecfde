"""The operations on processes, for the OpenAPI document."""

from typing import Any

from services.ogc.processes.process import Process

Document = dict[str, Any]

_TAG = "processes"
_OBJECT: Document = {"type": "object"}
_FORMAT: Document = {
    "name": "f",
    "in": "query",
    "description": "Format of the answer.",
    "required": False,
    "schema": {"type": "string", "enum": ["json", "html"]},
    "style": "form",
    "explode": False,
}


def process_paths(processes: list[Process]) -> Document:
    """The paths of the processes that are offered."""
    if not processes:
        return {}
    paths = {
        "/processes": {"get": _described("getProcesses", "Processes", "The processes that are offered.")}
    }
    for one in processes:
        about = _described(f"describe-{one.identifier}", one.title, one.description)
        paths[f"/processes/{one.identifier}"] = {"get": about}
        paths[f"/processes/{one.identifier}/execution"] = {"post": _execution(one)}
    return paths


def _described(operation: str, summary: str, description: str) -> Document:
    answers = {"application/json": {"schema": _OBJECT}, "text/html": {"schema": {"type": "string"}}}
    return {
        "summary": summary,
        "description": description,
        "tags": [_TAG],
        "operationId": operation,
        "parameters": [_FORMAT],
        "responses": {
            "200": {"description": summary, "content": answers},
            "400": _problem("A parameter is unknown or not allowed"),
        },
    }


def _execution(process: Process) -> Document:
    answer: Document = {"application/json": {"schema": {}}}
    return {
        "summary": f"Execute: {process.title}",
        "description": process.description,
        "tags": [_TAG],
        "operationId": f"execute-{process.identifier}",
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": _execute(process)}},
        },
        "responses": {
            "200": {"description": process.output_description, "content": answer},
            "400": _problem("The body is not an execution of this process"),
            "413": _problem("The body or the answer would be too large"),
        },
    }


def _execute(process: Process) -> Document:
    """The schema of the body: `execute.yaml` of the standard with the inputs of the process."""
    inputs = process.inputs
    schema: Document = {
        "type": "object",
        "properties": {name: one.json_schema for name, one in inputs.items()},
        "additionalProperties": False,
    }
    if needed := [name for name, one in inputs.items() if one.required]:
        schema["required"] = needed
    return {
        "type": "object",
        "required": ["inputs"] if needed else [],
        "properties": {
            "inputs": schema,
            "outputs": {
                "type": "object",
                "properties": {
                    process.output: {
                        "type": "object",
                        "properties": {"transmissionMode": {"type": "string", "enum": ["value"]}},
                    }
                },
                "additionalProperties": False,
            },
            "response": {"type": "string", "enum": ["raw", "document"], "default": "raw"},
        },
        "additionalProperties": False,
    }


def _problem(description: str) -> Document:
    return {"description": description, "content": {"application/problem+json": {"schema": _OBJECT}}}
