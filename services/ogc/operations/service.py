"""The operations on the service as a whole."""

from services.ogc.operations.parameters import parameters_of
from services.ogc.operations.parts import TEXT, Document, get, schema_at
from services.ogc.parameters import Resource

TAG = "service"
_RESOURCE = Resource()
_PAGE = {"text/html": TEXT}


def service_paths() -> Document:
    """Landing page, this document, conformance and the list of collections."""
    parameters = parameters_of(_RESOURCE)

    def json(name: str) -> Document:
        return {"application/json": schema_at(name), **_PAGE}

    described: Document = {"application/vnd.oai.openapi+json;version=3.0": {"type": "object"}, **_PAGE}
    return {
        "/": get("getLandingPage", "Landing page", TAG, json("landingPage"), parameters),
        "/openapi": get("getOpenapi", "This document", TAG, described, parameters),
        "/conformance": get(
            "getConformance", "What the API conforms to", TAG, json("confClasses"), parameters
        ),
        "/collections": get("getCollections", "All collections", TAG, json("collections"), parameters),
    }


def collection_path(layer: str, title: str) -> Document:
    """One collection."""
    content = {"application/json": schema_at("collection"), **_PAGE}
    parameters = parameters_of(_RESOURCE)
    return {
        f"/collections/{layer}": get(f"describe.{layer}", f"About: {title}", layer, content, parameters),
    }


def schema_path(layer: str, title: str, name: str = "schema") -> Document:
    """A JSON Schema of a collection: its schema, queryables or sortables."""
    content = {"application/schema+json": schema_at("jsonSchema"), **_PAGE}
    parameters = parameters_of(_RESOURCE)
    summary = f"{name.capitalize()}: {title}"
    return {f"/collections/{layer}/{name}": get(f"{name}.{layer}", summary, layer, content, parameters)}
