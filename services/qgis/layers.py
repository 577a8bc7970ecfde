"""A layer as QGIS keeps it: the address of its data, its names for people, its columns and how it is drawn."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element, SubElement

from catalog.records import PublishedColumn, Record
from catalog.store import Version
from catalog.vocabulary import vocabulary
from services.qgis.renderers import add_renderer
from services.site import Site
from services.styles import label_column, style_of
from services.web.raster import class_colours

MOST_CODES = 200
PAGE_SIZE = 1000
_GEOMETRIES = {"Point": "Point", "LineString": "Line", "Polygon": "Polygon"}


def layer_id(record: Record) -> str:
    """The id of a layer inside QGIS's files."""
    return record.id.replace("-", "_")


def provider(record: Record) -> str:
    """The name of the provider that reads a layer."""
    return "gdal" if record.kind == "raster" else "OAPIF"


def data_source(record: Record, site: Site) -> str:
    """Where QGIS finds the data: the OGC API, or a raster's file."""
    if record.kind == "raster":
        name = next((file.name for file in record.files if file.name.endswith(".tif")), None)
        whole = site.file(record.id, record.version, name) if name else None
        return f"/vsicurl/{whole or f'{site.collection(record.id)}/coverage?f=GTiff'}"
    values = {
        "url": site.ogc,
        "typename": record.id,
        "version": "OGC_API_FEATURES",
        "restrictToRequestBBOX": "1",
        "pagingEnabled": "true",
        "pageSize": str(PAGE_SIZE),
    }
    return " " + " ".join(f"{name}='{value}'" for name, value in values.items())


def map_layer(version: Version, site: Site) -> Element:
    """The element of a layer."""
    record = version.record
    kind = "raster" if record.kind == "raster" else "vector"
    layer = Element("maplayer", {"type": kind, "styleCategories": "AllStyleCategories"})
    _text(layer, "id", layer_id(record))
    _text(layer, "datasource", data_source(record, site))
    _text(layer, "layername", record.title)
    _text(layer, "title", record.title)
    _text(layer, "abstract", record.description)
    _text(layer, "dataUrl", site.layer(record.id))
    _text(layer, "attribution", record.attribution or record.agency)
    words = SubElement(layer, "keywordList")
    for keyword in record.keywords:
        _text(words, "value", keyword)
    _srs(layer)
    _text(layer, "provider", provider(record))
    if kind == "raster":
        _draw_raster(layer, record)
    else:
        _draw(layer, version)
    _metadata(layer, record, site)
    return layer


def _draw(layer: Element, version: Version) -> None:
    record = version.record
    if record.kind == "features":
        layer.set("geometry", _GEOMETRIES[(record.geometry_type or "Polygon").removeprefix("Multi")])
        add_renderer(layer, record, style_of(version))
    else:
        layer.set("geometry", "No geometry")
    aliases = SubElement(layer, "aliases")
    for index, column in enumerate(record.columns):
        SubElement(aliases, "alias", {"index": str(index), "field": column.name, "name": column.title})
    fields = SubElement(layer, "fieldConfiguration")
    for column in record.columns:
        _field(fields, column)
    if name := label_column(record):
        _text(layer, "previewExpression", f'"{name}"')
        _text(layer, "mapTip", _map_tip(record, name, version))


def _field(fields: Element, column: PublishedColumn) -> None:
    """How a column is shown in the table: codes of a short list by their labels."""
    field = SubElement(fields, "field", {"name": column.name})
    labels = dict(_labels(column))
    widget = SubElement(field, "editWidget", {"type": "ValueMap" if labels else "TextEdit"})
    options = SubElement(SubElement(widget, "config"), "Option", {"type": "Map"})
    if labels:
        entries = SubElement(options, "Option", {"name": "map", "type": "List"})
        for label, code in labels.items():
            entry = SubElement(entries, "Option", {"type": "Map"})
            SubElement(entry, "Option", {"name": label, "type": "QString", "value": code})


def _labels(column: PublishedColumn) -> Iterator[tuple[str, str]]:
    terms = vocabulary(column.vocabulary).terms if column.vocabulary else ()
    if len(terms) <= MOST_CODES:
        yield from ((term.label, term.code) for term in terms)


def _map_tip(record: Record, name: str, version: Version) -> str:
    style = style_of(version) if record.kind == "features" else None
    tip = f'<b>[% "{name}" %]</b>'
    return f'{tip}<br>[% "{style.column.name}" %]' if style and style.column else tip


def _draw_raster(layer: Element, record: Record) -> None:
    colours = class_colours(record)
    if not colours or not record.grid:
        return
    labels = {found.value: found.label for found in record.grid.bands[0].classes}
    kind = {"type": "paletted", "band": "1", "opacity": "1"}
    palette = SubElement(SubElement(SubElement(layer, "pipe"), "rasterrenderer", kind), "colorPalette")
    for value, colour in colours.items():
        shown = {"value": str(value), "color": colour, "alpha": "255", "label": labels[value]}
        SubElement(palette, "paletteEntry", shown)


def _metadata(layer: Element, record: Record, site: Site) -> None:
    """What QGIS shows of the layer under Information; columns are described there, too."""
    metadata = SubElement(layer, "resourceMetadata")
    columns = "\n".join(f"{column.name}: {column.description}" for column in record.columns)
    caveats = "\n".join(record.caveats)
    _text(metadata, "identifier", site.collection(record.id))
    _text(metadata, "title", record.title)
    _text(metadata, "abstract", "\n\n".join(part for part in (record.description, caveats, columns) if part))
    _text(metadata, "license", vocabulary("licences").term(record.licence).label)
    _text(metadata, "rights", record.attribution or record.agency)


def _srs(layer: Element) -> None:
    system = SubElement(SubElement(layer, "srs"), "spatialrefsys")
    _text(system, "authid", "EPSG:4326")
    _text(system, "srid", "4326")
    _text(system, "proj4", "+proj=longlat +datum=WGS84 +no_defs")
    _text(system, "geographicflag", "true")


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = text
