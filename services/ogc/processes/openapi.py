"""The operations on processes, for the OpenAPI document."""

from collections.abc import Sequence

from services.ogc.operations.parameters import parameters_of
from services.ogc.operations.parts import TEXT, Document, get, post
from services.ogc.parameters import Resource
from services.ogc.processes.process import Process

TAG = "processes"
EXECUTION = Resource(formats=("json",))
"""What an execution takes besides its body."""
_DESCRIPTION: Document = {"application/json": {"type": "object"}, "text/html": TEXT}


def process_paths(processes: Sequence[Process]) -> Document:
    """The paths of the processes that are offered; none when there are none."""
    if not processes:
        return {}
    parameters = parameters_of(Resource())
    paths = {
        "/processes": get("getProcesses", "The processes that are offered", TAG, _DESCRIPTION, parameters)
    }
    for one in processes:
        name, about = one.identifier, one.description
        paths[f"/processes/{name}"] = get(f"describe-{name}", one.title, TAG, _DESCRIPTION, parameters, about)
        paths[f"/processes/{name}/execution"] = post(
            f"execute-{name}",
            f"Execute: {one.title}",
            TAG,
            {"application/json": {}},
            parameters_of(EXECUTION),
            _execute(one),
            about,
        )
    return paths


def _execute(process: Process) -> Document:
    """The schema of the body: `execute.yaml` of the standard with the inputs of the process."""
    inputs = process.inputs
    schema: Document = {
        "type": "object",
        "properties": {name: one.json_schema for name, one in inputs.items()},
        "additionalProperties": False,
        **_required([name for name, one in inputs.items() if one.required]),
    }
    return {
        "type": "object",
        **_required(["inputs"] if "required" in schema else []),
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


def _required(names: list[str]) -> Document:
    """The members that must be there; OpenAPI 3.0 allows no empty list."""
    return {"required": names} if names else {}
