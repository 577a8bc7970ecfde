"""pygeoapi's API object for one moment of the catalog, and requests as it takes them."""

from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

import orjson
from pygeoapi.api import API, APIRequest
from pygeoapi.formats import F_HTML
from pygeoapi.util import render_j2_template

from services.holdings import Holdings
from services.ogc.collections import Offer, collections
from services.ogc.documents import to_json
from services.ogc.openapi import openapi
from services.ogc.processes.figures import read_figures
from services.ogc.processes.offer import process_resources
from services.ogc.records.catalogue import read_catalogue
from services.ogc.records.collection import records_collection

Answer = tuple[dict[str, str], int, str | bytes]
PROBLEM = "application/problem+json"


class OgcApi(API):  # type: ignore[misc]
    """pygeoapi's API with errors as problem documents (RFC 9457)."""

    def get_exception(
        self, status: int, headers: dict[str, str], format_: str | None, code: str, description: str
    ) -> Answer:
        """The answer for an error."""
        status = HTTPStatus(status)
        if status == HTTPStatus.NO_CONTENT:
            return headers, status, ""
        if format_ == F_HTML:
            text = render_j2_template(
                self.tpl_config,
                self.config["server"]["templates"],
                "exception.html",
                {"code": code, "type": code, "title": status.phrase, "description": description},
                self.default_locale,
            )
            return headers | {"Content-Type": "text/html"}, status, text
        return headers | {"Content-Type": PROBLEM}, status, problem(status, description)


class OgcRequest(APIRequest):  # type: ignore[misc]
    """A request with checked parameters and a format that is settled already."""

    def __init__(
        self, request: Any, locales: list[Any], parameters: Mapping[str, str], format_: str | None
    ) -> None:
        self._settled = format_
        self._default_locale = locales[0]
        super().__init__(request, locales)
        self._args = parameters

    def _get_format(self, headers: Any, extra_formats: Any = None) -> str | None:
        return self._settled

    def _get_locale(self, headers: Any, supported_locales: Any) -> tuple[None, Any]:
        return None, self._default_locale


def make_api(holdings: Holdings, base: dict[str, Any], offer: Offer, profile: Path) -> OgcApi:
    """The API over the holdings; `base` is the configuration without resources, `profile` the state's folder."""
    records = records_collection(read_catalogue(holdings, offer.site), offer.root)
    processes = process_resources(read_figures(holdings, offer.root, profile))
    config = base | {"resources": collections(holdings, offer) | records | processes}
    layers = (version.record for version in holdings.layers.values())
    return OgcApi(config, to_json(openapi(config, layers)))


def problem(status: HTTPStatus, detail: str, kind: str = "about:blank") -> bytes:
    """A problem document; `kind` is the URI of its type."""
    return orjson.dumps({"type": kind, "title": status.phrase, "status": int(status), "detail": detail})
