"""What pygeoapi is told of the catalog: one collection for every public layer."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalog.periods import first_moment, last_moment
from catalog.records import Bounds, Record
from catalog.store import Version
from catalog.vocabulary import vocabulary
from services.holdings import Holdings
from services.ogc import crs
from services.ogc.formats import files_offered
from services.ogc.tiles.documents import collection_links
from services.ogc.tiles.provider import tile_provider
from services.ogc.tiles.tilesets import Tileset, tileset_of
from services.site import Site

Collection = dict[str, Any]
Links = list[dict[str, Any]]

QLR = "application/x-qgis-layer-definition"
GEOTIFF = {"name": "GTiff", "mimetype": "image/tiff; application=geotiff"}


@dataclass(frozen=True)
class Offer:
    """Where the store and the site lie, and how large an answer may be."""

    root: Path
    site: Site
    max_cells: int
    max_json_cells: int
    max_seconds: float
    max_export_rows: int


def collections(holdings: Holdings, offer: Offer) -> dict[str, Collection]:
    """Pygeoapi's `resources`: a collection for every public layer, by id."""
    return {layer: _collection(version, offer) for layer, version in holdings.layers.items()}


def _collection(version: Version, offer: Offer) -> Collection:
    record, tiles = version.record, tileset_of(version)
    drawn = collection_links(tiles, offer.site) if tiles else []
    return {
        "type": "collection",
        "title": record.title,
        "description": record.description,
        "keywords": list(dict.fromkeys([*record.keywords, _label("themes", record.theme), record.agency])),
        "links": [
            _to_record(record, offer.site),
            *layer_links(record, offer.site),
            *(
                []
                if record.kind == "raster"
                else [_to_sortables(record, offer.site), *_to_files(record, offer)]
            ),
            *drawn,
        ],
        "extents": _extents(record, offer.site.state.bounds),
        "providers": [_provider(record, offer), *_tile_providers(record, offer, tiles)],
    }


def _tile_providers(record: Record, offer: Offer, tiles: Tileset | None) -> list[dict[str, Any]]:
    return [tile_provider(_common(record, offer), tiles)] if tiles else []


def _common(record: Record, offer: Offer) -> dict[str, Any]:
    """What every provider is told."""
    return {"data": str(offer.root), "layer": record.id, "version": record.version}


def _provider(record: Record, offer: Offer) -> dict[str, Any]:
    common = _common(record, offer)
    systems = [crs.uri(code) for code in offer.site.crs]
    if record.kind == "raster":
        return common | {
            "type": "coverage",
            "name": "services.ogc.coverages.provider.CoverageProvider",
            "format": GEOTIFF,
            "crs": systems,
            "file": _whole_file(record, offer.site),
            "max_cells": offer.max_cells,
            "max_json_cells": offer.max_json_cells,
        }
    return common | {
        "type": "feature",
        "name": "services.ogc.features.provider.FeatureProvider",
        "id_field": record.key[0] if len(record.key) == 1 else None,
        "crs": systems if record.kind == "features" else [crs.CRS84],
        "storage_crs": crs.CRS84,
        "max_seconds": offer.max_seconds,
        "max_export_rows": offer.max_export_rows,
    }


def _whole_file(record: Record, site: Site) -> str:
    """Where the whole raster can be had: its GeoTIFF where that is published, else the layer's page."""
    names = (file.name for file in record.files if file.name.endswith(".tif"))
    name = next(names, None)
    return site.file(record.id, record.version, name) if name else site.layer(record.id)


def _extents(record: Record, fallback: Bounds) -> dict[str, Any]:
    """Space and time of a layer; a table without geometry stands for the whole state."""
    extents: dict[str, Any] = {"spatial": {"bbox": list(record.bounds or fallback), "crs": crs.CRS84}}
    start, end = record.period.start, record.period.end
    if start or end:
        extents["temporal"] = {
            "begin": first_moment(start) if start else None,
            "end": last_moment(end) if end else None,
        }
    return extents


def layer_links(record: Record, site: Site) -> Links:
    """Links to a layer's page, licence, source and files."""
    page = site.layer(record.id)
    links: Links = [{"rel": "describedby", "type": "text/html", "title": "About this layer", "href": page}]
    licence = vocabulary("licences").term(record.licence)
    if isinstance(address := licence.attributes.get("url"), str):
        links.append({"rel": "license", "type": "text/html", "title": licence.label, "href": address})
    if record.source_url:
        title = f"Source: {record.agency}"
        links.append({"rel": "via", "type": "text/html", "title": title, "href": record.source_url})
    title, address = "Layer with its legend for QGIS", site.qgis(record.id)
    links.append({"rel": "related", "type": QLR, "title": title, "href": address})
    return links + [
        {
            "rel": "enclosure",
            "type": file.media_type,
            "title": file.title,
            "href": site.file(record.id, record.version, file.name),
            "length": file.bytes,
        }
        for file in record.files
    ]


def _to_record(record: Record, site: Site) -> dict[str, Any]:
    title, address = "Record in the catalog", site.record(record.id)
    return {"rel": "describedby", "type": "application/geo+json", "title": title, "href": address}


def _to_sortables(record: Record, site: Site) -> dict[str, Any]:
    return {
        "rel": "http://www.opengis.net/def/rel/ogc/1.0/sortables",
        "type": "application/schema+json",
        "title": "What features can be sorted by",
        "href": f"{site.collection(record.id)}/sortables",
    }


def _to_files(record: Record, offer: Offer) -> Links:
    """Links to all items as a file, where one answer may be so large."""
    items = f"{offer.site.collection(record.id)}/items"
    return [
        {
            "rel": "items",
            "type": one.media_type,
            "title": f"Items as {one.title}",
            "href": f"{items}?f={one.name}",
        }
        for one in files_offered(record, record.rows or 0, offer.max_export_rows)
    ]


def _label(name: str, code: str) -> str:
    return vocabulary(name).term(code).label
