"""pygeoapi's feature provider over the serving index."""

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pygeoapi.crs import CrsTransformSpec
from pygeoapi.provider.base import (
    BaseProvider,
    ProviderInvalidQueryError,
    ProviderItemNotFoundError,
    ProviderRequestEntityTooLargeError,
)

from catalog.records import Record
from catalog.store import Version
from services.holdings import stored_version
from services.ogc.crs import Window, window
from services.ogc.features.fields import field
from services.ogc.features.output import Form, features_json, single_feature
from services.ogc.features.page import Feature, Link, Page
from services.ogc.features.selection import Fids, Place, Selection, matched, page_of
from services.ogc.features.values import WrongType, sql_value
from services.ogc.paging import Asked, asked


class FeatureProvider(BaseProvider):  # type: ignore[misc]
    """Items of one version of a layer or table.

    Its definition names the `data` (root folder of the store), the `layer` and the current `version`; a
    request may ask for another version, which the route has found to be public.
    """

    def __init__(self, provider_def: dict[str, Any]) -> None:
        super().__init__(provider_def)
        root, layer = Path(provider_def["data"]), provider_def["layer"]
        self.version: Version = stored_version(root, layer, asked().version or provider_def["version"])
        self._fields = {column.name: field(column) for column in self.record.columns}

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
        bbox: Window | Sequence[float] = (),
        properties: Sequence[tuple[str, str]] = (),
        sortby: Sequence[dict[str, str]] = (),
        select_properties: Sequence[str] = (),
        skip_geometry: bool = False,
        crs_transform_spec: CrsTransformSpec | None = None,
        **_unused: Any,
    ) -> dict[str, Any]:
        """A page of features, exactly counted; with `resulttype` hits only the count."""
        selection = Selection(self._equal(properties), _window(bbox))
        order = tuple((rule["property"], rule["order"] == "-") for rule in sortby)
        place = Place(limit, offset, asked().after, order)
        form = Form(tuple(select_properties), skip_geometry, _target(crs_transform_spec))
        number = matched(self.version.index, selection)
        page = Page(b"", 0) if resulttype == "hits" else self._page(selection, place, form)
        return {
            "type": "FeatureCollection",
            "numberMatched": number,
            "numberReturned": len(page),
            "features": page,
        }

    def get(
        self, identifier: str, crs_transform_spec: CrsTransformSpec | None = None, **_unused: Any
    ) -> Feature:
        """The feature of an id.

        Raises:
            ProviderItemNotFoundError: there is none.

        """
        form = Form(crs_uri=_target(crs_transform_spec))
        feature = single_feature(self.version.index, identifier, form)
        if feature is None:
            raise ProviderItemNotFoundError(
                user_msg=f"layer {self.record.id!r} has no feature {identifier!r}"
            )
        return feature

    def _equal(self, properties: Sequence[tuple[str, str]]) -> tuple[tuple[str, Any], ...]:
        columns = {column.name: column for column in self.record.columns}
        try:
            return tuple((name, sql_value(columns[name], text)) for name, text in properties)
        except WrongType as error:
            raise ProviderInvalidQueryError(user_msg=str(error)) from error

    def _page(self, selection: Selection, place: Place, form: Form) -> Page:
        index = self.version.index
        found = page_of(index, selection, place)
        shown = found[: place.limit]
        try:
            text = features_json(index, shown, form)
        except sqlite3.DataError as error:
            raise ProviderRequestEntityTooLargeError(
                user_msg="the page is too large for one answer: ask for fewer features with limit"
            ) from error
        links = page_links(asked(), self.version.number, place, found)
        return Page(text, len(shown), links)


def page_links(request: Asked, version: int, place: Place, found: Fids) -> tuple[Link, ...]:
    """Links to the next page, when there is one, and to the previous, when it can be counted back to."""
    steps: list[tuple[str, str, dict[str, int]]] = []
    if len(found) > place.limit:
        go_on: dict[str, int] = (
            {"offset": place.offset + place.limit}
            if place.order
            else {"page_after": int(found[place.limit - 1])}
        )
        steps.append(("next", "Next page", go_on))
    if place.offset > 0 and place.after is None:
        steps.append(("prev", "Previous page", {"offset": max(0, place.offset - place.limit)}))
    make: Callable[..., Link] = request.link
    return tuple(make(rel, title, data_version=version, **step) for rel, title, step in steps)


def _window(bbox: Window | Sequence[float]) -> Window | None:
    if isinstance(bbox, Window):
        return bbox
    return window(bbox) if len(bbox) else None


def _target(spec: CrsTransformSpec | None) -> str | None:
    return None if spec is None else str(spec.target_crs_uri)
