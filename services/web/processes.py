"""Routes of the processes: described by pygeoapi, executed at once, nothing kept."""

from http import HTTPStatus

import flask
import orjson
from pygeoapi.api import processes as core

from catalog.errors import TownlineError
from catalog.places import AmbiguousPlace, UnknownPlace
from services.ogc.parameters import checked
from services.ogc.processes.errors import BadExecution, NoSuchProcess, TooManyValues
from services.ogc.processes.execution import read_execution
from services.ogc.processes.openapi import EXECUTION
from services.ogc.processes.process import Process
from services.rankings import NothingToRank
from services.web.context import moment
from services.web.errors import refusal
from services.web.ogc import DOCUMENT, answer

BLUEPRINT = flask.Blueprint("processes", __name__, url_prefix="/ogc")

_TYPES = "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0"
_ANSWERS: dict[type[TownlineError], tuple[HTTPStatus, str]] = {
    NoSuchProcess: (HTTPStatus.NOT_FOUND, f"{_TYPES}/no-such-process"),
    BadExecution: (HTTPStatus.BAD_REQUEST, "about:blank"),
    UnknownPlace: (HTTPStatus.BAD_REQUEST, "about:blank"),
    AmbiguousPlace: (HTTPStatus.BAD_REQUEST, "about:blank"),
    NothingToRank: (HTTPStatus.BAD_REQUEST, "about:blank"),
    TooManyValues: (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "about:blank"),
}


@BLUEPRINT.get("/processes")
def processes() -> flask.Response:
    """The processes that are offered."""
    return answer(core.describe_processes, DOCUMENT, stamp=moment().stamp)


@BLUEPRINT.get("/processes/<name>")
def process(name: str) -> flask.Response:
    """What a process takes and gives."""
    _process(name)
    return answer(core.describe_processes, DOCUMENT, name, stamp=moment().stamp)


@BLUEPRINT.post("/processes/<name>/execution")
def execute(name: str) -> flask.Response:
    """The output of a process, at once."""
    checked(flask.request.args.items(multi=True), EXECUTION)
    chosen = _process(name)
    execution = read_execution(flask.request.get_data(), chosen.output)
    media_type, output = chosen.execute(execution.inputs)
    document = {chosen.output: output} if execution.document else output
    return flask.Response(orjson.dumps(document), mimetype=media_type)


@BLUEPRINT.get("/jobs/<job>")
@BLUEPRINT.get("/jobs/<job>/results")
def job(job: str) -> flask.Response:
    """No job: answers come at once and nothing is kept."""
    told = "there are no jobs: processes answer at once"
    return refusal(HTTPStatus.NOT_FOUND, told, f"{_TYPES}/no-such-job")


def _refused(error: TownlineError) -> flask.Response:
    status, kind = _ANSWERS[type(error)]
    return refusal(status, str(error), kind)


for _kind in _ANSWERS:
    BLUEPRINT.register_error_handler(_kind, _refused)


def _process(name: str) -> Process:
    manager = moment().api.manager
    if name not in manager.processes:
        raise NoSuchProcess(name, list(manager.processes))
    found: Process = manager.get_processor(name)
    return found
