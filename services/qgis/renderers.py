"""Renderers of QGIS made from a style: classes of a number, of a code, or one symbol for all."""

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement

from catalog.records import Record
from services.maps.palette import OUTLINE
from services.numbers import number
from services.styles import PLAIN_COLOUR, Style

_SYMBOLS = {"Point": "marker", "LineString": "line", "Polygon": "fill"}
_CLASSES = {"marker": "SimpleMarker", "line": "SimpleLine", "fill": "SimpleFill"}
_OUTLINE_ONLY = "229,240,243,120"


def add_renderer(parent: Element, record: Record, style: Style) -> None:
    """Add the renderer of a layer."""
    kind = _SYMBOLS[(record.geometry_type or "Polygon").removeprefix("Multi")]
    if style.categories and style.column:
        _categorised(parent, kind, style.column.name, style)
    elif style.ranges and style.column:
        _graduated(parent, kind, style.column.name, style)
    else:
        renderer = _renderer(parent, "singleSymbol")
        _symbols(renderer, kind, [None])


def _renderer(parent: Element, kind: str, **more: str) -> Element:
    common = {"type": kind, "enableorderby": "0", "forceraster": "0", "symbollevels": "0"}
    return SubElement(parent, "renderer-v2", common | more)


def _graduated(parent: Element, kind: str, column: str, style: Style) -> None:
    renderer = _renderer(parent, "graduatedSymbol", attr=column, graduatedMethod="GraduatedColor")
    ranges = SubElement(renderer, "ranges")
    for position, one in enumerate(style.ranges):
        label = f"{number(one.lower, style.decimals)} – {number(one.upper, style.decimals)}"
        ends = {"lower": repr(one.lower), "upper": repr(one.upper)}
        SubElement(ranges, "range", ends | {"label": label, "render": "true", "symbol": str(position)})
    _symbols(renderer, kind, [one.colour for one in style.ranges])


def _categorised(parent: Element, kind: str, column: str, style: Style) -> None:
    renderer = _renderer(parent, "categorizedSymbol", attr=column)
    categories = SubElement(renderer, "categories")
    for position, one in enumerate(style.categories):
        shown = {"value": one.code, "type": "string", "label": one.label}
        SubElement(categories, "category", shown | {"render": "true", "symbol": str(position)})
    _symbols(renderer, kind, [one.colour for one in style.categories])


def _symbols(renderer: Element, kind: str, colours: Sequence[str | None]) -> None:
    symbols = SubElement(renderer, "symbols")
    for position, colour in enumerate(colours):
        symbol = SubElement(
            symbols, "symbol", {"name": str(position), "type": kind, "alpha": "1", "clip_to_extent": "1"}
        )
        layer = SubElement(symbol, "layer", {"class": _CLASSES[kind], "enabled": "1", "pass": "0"})
        options = SubElement(layer, "Option", {"type": "Map"})
        for name, value in _properties(kind, colour).items():
            SubElement(options, "Option", {"name": name, "type": "QString", "value": value})


def _properties(kind: str, colour: str | None) -> dict[str, str]:
    if kind == "line":
        return {"line_color": _rgba(colour or PLAIN_COLOUR), "line_width": "0.5", "line_width_unit": "MM"}
    outline = {"outline_color": _rgba(OUTLINE), "outline_style": "solid", "outline_width_unit": "MM"}
    if kind == "marker":
        drawn = {"name": "circle", "color": _rgba(colour or PLAIN_COLOUR), "size": "2.6", "size_unit": "MM"}
        return drawn | outline | {"outline_width": "0.2"}
    filled = {"color": _rgba(colour) if colour else _OUTLINE_ONLY, "style": "solid"}
    return filled | outline | {"outline_width": "0.12" if colour else "0.3"}


def _rgba(colour: str) -> str:
    return ",".join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5)) + ",255"
