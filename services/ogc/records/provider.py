"""pygeoapi's record provider over the catalogue."""

from collections.abc import Sequence
from typing import Any

import orjson
from pygeoapi.provider.base import (
    BaseProvider,
    ProviderInvalidQueryError,
    ProviderItemNotFoundError,
)

from services.errors import BadParameter
from services.ogc.conditions import window_of
from services.ogc.features.page import Feature, Link, Page
from services.ogc.paging import asked
from services.ogc.records.catalogue import Catalogue
from services.ogc.records.filters import condition, selected
from services.ogc.records.parameters import record_query
from services.ogc.records.schemas import IDS, PROPERTIES


class RecordProvider(BaseProvider):  # type: ignore[misc]
    """Records of the public layers; its definition carries the `catalogue`."""

    def __init__(self, provider_def: dict[str, Any]) -> None:
        super().__init__(provider_def)
        self.catalogue: Catalogue = provider_def["catalogue"]
        self._fields = {name: dict(schema) for name, schema in (PROPERTIES | IDS).items()}

    def get_fields(self) -> dict[str, dict[str, Any]]:
        """The schemas of the properties."""
        return self._fields

    def query(
        self,
        offset: int = 0,
        limit: int = 10,
        resulttype: str = "results",
        datetime_: str | None = None,
        properties: Sequence[tuple[str, str]] = (),
        sortby: Sequence[dict[str, str]] = (),
        q: str | None = None,
        **_read_from_the_request: Any,
    ) -> dict[str, Any]:
        """A page of records, exactly counted: in the order asked for, else best match first, else by title."""
        order = tuple((rule["property"], rule["order"] == "-") for rule in sortby)
        try:
            window, wanted = window_of(asked().parameters), condition(asked().parameters)
            only = None if wanted is None else selected(self.catalogue.all_features(), wanted)
            query = record_query(q, window, datetime_, dict(properties), order, only)
        except BadParameter as error:
            raise ProviderInvalidQueryError(user_msg=str(error)) from error
        found = self.catalogue.find(query, 0 if resulttype == "hits" else limit, offset)
        features = [self._in_collection(one) for one in self.catalogue.features(found.ids)]
        return {
            "type": "FeatureCollection",
            "numberMatched": found.matched,
            "numberReturned": len(features),
            "features": Page(
                b",".join(map(orjson.dumps, features)), len(features), _links(found.matched, limit, offset)
            ),
        }

    def get(self, identifier: str, **_unused: Any) -> Feature:
        """The record of a layer.

        Raises:
            ProviderItemNotFoundError: no public layer has that name.

        """
        if identifier not in self.catalogue.by_id:
            raise ProviderItemNotFoundError(user_msg=f"the catalog has no record {identifier!r}")
        (feature,) = self.catalogue.features([identifier])
        return feature

    def _in_collection(self, feature: Feature) -> Feature:
        """A record with the links that pygeoapi adds only to a record that stands alone."""
        site = self.catalogue.site
        own = [
            {"rel": "self", "type": "application/geo+json", "title": "This record",
             "href": site.record(feature["id"])},
            {"rel": "collection", "type": "application/json", "title": "The catalog", "href": site.catalog},
        ]  # fmt: skip
        return feature | {"links": [*own, *feature["links"]]}


def _links(matched: int, limit: int, offset: int) -> tuple[Link, ...]:
    links = []
    if matched > offset + limit:
        links.append(asked().link("next", "Next page", offset=offset + limit))
    if offset > 0:
        links.append(asked().link("prev", "Previous page", offset=max(0, offset - limit)))
    return tuple(links)
