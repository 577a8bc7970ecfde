"""What pygeoapi and its documents are told of the collection of records."""

from pathlib import Path
from typing import Any

from catalog.grammar import CATALOG
from services.ogc.crs import CRS84
from services.ogc.records.catalogue import Catalogue

Json = dict[str, Any]


def records_collection(catalogue: Catalogue, root: Path) -> dict[str, Json]:
    """The entry of pygeoapi's `resources` for the records."""
    site = catalogue.site
    return {
        CATALOG: {
            "type": "collection",
            "title": f"Catalog of {site.state.name}",
            "description": "One record for every layer and table: what it holds, who answers for it, how fresh it is.",
            "keywords": ["catalog", "metadata", site.state.name],
            "links": [
                {
                    "rel": "http://www.opengis.net/def/rel/ogc/1.0/sortables",
                    "type": "application/schema+json",
                    "title": "What records can be sorted by",
                    "href": f"{site.catalog}/sortables",
                },
                {
                    "rel": "profile",
                    "type": "text/html",
                    "title": "OGC catalog",
                    "href": "http://www.opengis.net/def/profile/OGC/0/ogc-catalog",
                },
            ],
            "extents": {"spatial": {"bbox": list(site.state.bounds), "crs": CRS84}},
            "providers": [
                {
                    "type": "record",
                    "name": "services.ogc.records.provider.RecordProvider",
                    "data": str(root),
                    "catalogue": catalogue,
                }
            ],
        }
    }
