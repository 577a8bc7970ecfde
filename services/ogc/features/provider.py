"""pygeoapi's feature provider over the serving index."""

import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np
from pygeoapi.provider.base import BaseProvider, ProviderItemNotFoundError

from catalog.records import Record
from catalog.store import Version
from services.errors import BadParameter, TooMuch
from services.holdings import stored_version
from services.ogc.features.blocks import Fids
from services.ogc.features.connections import time_limit
from services.ogc.features.fields import field
from services.ogc.features.links import files_of, page_links
from services.ogc.features.order import Order
from services.ogc.features.output import features_json, single_feature
from services.ogc.features.page import Feature, Page
from services.ogc.features.query import Query, read_query
from services.ogc.features.selection import Place, matched, page_of, rows
from services.ogc.paging import AFTER, asked


class FeatureProvider(BaseProvider):  # type: ignore[misc]
    """Items of one version of a layer or table.

    Its definition names the `data` (root folder of the store), the `layer` and the current `version`; a
    request may ask for another version, which the route has found to be public. Of what pygeoapi hands over
    only the page's length and offset are used: everything else is read from the request, once and in one place.
    """

    def __init__(self, provider_def: dict[str, Any]) -> None:
        super().__init__(provider_def)
        root, layer = Path(provider_def["data"]), provider_def["layer"]
        self.version: Version = stored_version(root, layer, asked().version or provider_def["version"])
        self._fields = {column.name: field(column) for column in self.record.columns}
        self._seconds: float = provider_def["max_seconds"]
        self._most_rows: int = provider_def["max_export_rows"]

    @property
    def record(self) -> Record:
        """The record of the version."""
        return self.version.record

    def get_fields(self) -> dict[str, dict[str, Any]]:
        """The schemas of the columns."""
        return self._fields

    def query(
        self,
        offset: int = 0,
        limit: int = 10,
        resulttype: str = "results",
        **_read_from_the_request: Any,
    ) -> dict[str, Any]:
        """A page of features, exactly counted; with `resulttype` hits only the count."""
        query = read_query(self.record, asked().parameters)
        place = self._place(limit, offset, query.order)
        with time_limit(self._seconds):
            number = matched(self.version.index, query.selection)
            text, found = (b"", _NOTHING) if resulttype == "hits" else self._features(query, place)
        place = replace(place, offset=0) if resulttype == "hits" else place
        files = files_of(self.record, query, number, self._most_rows)
        links = page_links(asked(), self.record, place, found, files)
        page = Page(text, len(found[: place.limit]), links)
        return {
            "type": "FeatureCollection",
            "numberMatched": number,
            "numberReturned": len(page),
            "features": page,
        }

    def get(self, identifier: str, **_read_from_the_request: Any) -> Feature:
        """The feature of an id, which comes percent-encoded, so that pygeoapi's links to it are right.

        Raises:
            ProviderItemNotFoundError: there is none.

        """
        form = read_query(self.record, asked().parameters).form
        feature = single_feature(self.version.index, unquote(identifier), form)
        if feature is None:
            raise ProviderItemNotFoundError(
                user_msg=f"layer {self.record.id!r} has no feature {unquote(identifier)!r}"
            )
        return feature

    def _place(self, limit: int, offset: int, order: Order) -> Place:
        """Where the page that the request asks for begins.

        Raises:
            BadParameter: it goes on after a feature that the version has not.

        """
        after = asked().after or None
        if after is not None and order and after > rows(self.version.index):
            raise BadParameter(AFTER, f"there is no such place in version {self.version.number}")
        return Place(limit, offset, after, order)

    def _features(self, query: Query, place: Place) -> tuple[bytes, Fids]:
        """The finished features of a page, and their numbers with the one of the next page."""
        index = self.version.index
        found = page_of(index, query.selection, place)
        try:
            return features_json(index, found[: place.limit], query.form), found
        except sqlite3.DataError as error:
            raise TooMuch(
                "the page is too large for one answer: ask for fewer features with limit"
            ) from error


_NOTHING: Fids = np.empty(0, dtype=np.int64)
