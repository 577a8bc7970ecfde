"""The public records at one moment, searchable."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from catalog.exchange.ogc_record import ogc_record
from catalog.freshness import freshness
from catalog.index import Found, Index, Query
from catalog.records import Record
from services.holdings import Holdings
from services.ogc.collections import GEOTIFF, layer_links
from services.site import Site

Json = dict[str, Any]
_PROFILE = "http://www.opengis.net/def/profile/OGC/0/ogc-record"


@dataclass(frozen=True, eq=False)
class Catalogue:
    """The records of all public layers, with an index over exactly these.

    The index is made in memory whenever the public layers change, so that collections and records can never
    disagree and a restricted layer is in neither. Nothing of it changes: copying it gives itself.
    """

    site: Site
    index: Index
    by_id: dict[str, Record]

    def __deepcopy__(self, memo: object) -> "Catalogue":
        return self

    def find(self, query: Query, limit: int, offset: int) -> Found:
        """The records that fit a query: exactly counted, one page of them in order."""
        return self.index.find(query, limit, offset)

    def features(self, ids: Sequence[str]) -> list[Json]:
        """Records as GeoJSON features."""
        now = datetime.now(UTC)
        return [self._feature(self.by_id[layer], now) for layer in ids]

    def all_features(self) -> list[Json]:
        """All records as GeoJSON features."""
        return self.features(list(self.by_id))

    def _feature(self, record: Record, now: datetime) -> Json:
        bounds = self.site.state.bounds
        return ogc_record(record, freshness(record, now), bounds, self._links(record))

    def _links(self, record: Record) -> list[Json]:
        collection = self.site.collection(record.id)
        own = {"rel": "describes", "type": "application/json", "title": "The data as an OGC collection"}
        links: list[Json] = [own | {"href": collection}]
        if record.kind == "raster":
            links.append(_link("data", GEOTIFF["mimetype"], "Coverage", f"{collection}/coverage?f=GTiff"))
        else:
            links.append(_link("items", "application/geo+json", "Features", f"{collection}/items"))
        return [
            *links,
            _link("profile", "text/html", "OGC record", _PROFILE),
            *layer_links(record, self.site),
        ]


def read_catalogue(holdings: Holdings, site: Site) -> Catalogue:
    """The catalogue of the public layers; a layer without geometry stands for the whole state."""
    by_id = {layer: version.record for layer, version in holdings.layers.items()}
    placed = (
        record if record.bounds else record.model_copy(update={"bounds": site.state.bounds})
        for record in by_id.values()
    )
    return Catalogue(site, Index.over(placed), by_id)


def _link(rel: str, media_type: str, title: str, href: str) -> Json:
    return {"rel": rel, "type": media_type, "title": title, "href": href}
