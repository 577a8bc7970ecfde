"""Small pictures of layers for their pages: simplified shapes, envelopes of large layers, images of rasters.

A preview is a plain document that a script of the page draws; it holds no reference to anything else.
"""

import base64
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray

from catalog.records import Bounds, Record
from catalog.store import Version
from services.holdings import Holdings, stored_version
from services.kept import kept_by_layer
from services.styles import PLAIN, Style, label_column, style_of
from services.web.raster import class_colours, picture
from services.web.words import Words

MOST_FEATURES = 3000
_MOST_BYTES = 100_000
_MOST_BOXES = 600
_STEPS = 600  # a preview shows a layer's longer side with about as many dots
_DECIMALS = 4
_BATCH = 64
MISSING = "#ffffff"

type Document = dict[str, Any]
type Shapes = NDArray[np.object_]


@dataclass(frozen=True)
class Preview:
    """What is drawn: finished features as JSON, or an image; `boxes` says that envelopes stand for shapes."""

    bounds: Bounds
    features: bytes = b"[]"
    names: tuple[str, ...] = ()
    image: str | None = None
    boxes: bool = False
    has_missing: bool = False
    style: Style = PLAIN

    def document(self, words: Words, base: bytes = b"[]") -> Document:
        """The document for the script, in words of a language; `base` is drawn below."""
        west, south, east, north = self.bounds
        return {
            "bounds": [[south, west], [north, east]],
            "features": orjson.loads(self.features),
            "base": orjson.loads(base),
            "image": self.image,
            "classes": _classes(self.style, words),
            "column": words.title(self.style.column) if self.style.column else None,
            "unit": self.style.column.unit if self.style.column else None,
            "decimals": self.style.decimals,
            "language": words.language,
            "texts": {key: words(f"map.{key}") for key in ("nothing", "zoom_in", "zoom_out")},
        }


def preview(version: Version) -> Preview | None:
    """The preview of a version, made once; None for a table or a layer without any geometry."""
    return _preview(version.folder.parents[2], version.layer, version.number)


def raster_legend(record: Record, words: Words) -> list[dict[str, str]]:
    """Colour and label of each class of a raster's first band."""
    colours = class_colours(record)
    classes = record.grid.bands[0].classes if record.grid and colours else ()
    return [{"colour": colours[one.value], "label": words.either(one.label, one.label_es)} for one in classes]


def legend(drawn: Preview, words: Words) -> list[dict[str, str]]:
    """Colour and label of each class, and of what has no value where there is such."""
    missing = {"colour": MISSING, "label": words("map.nothing")}
    return [*_classes(drawn.style, words), *([missing] if drawn.has_missing else [])]


def base_shapes(holdings: Holdings) -> bytes:
    """The outlines that previews are drawn over: the fewest polygons that are places covering the state."""
    candidates = [
        version
        for version in holdings.layers.values()
        if _is_base(version.record) and version.record.rows is not None
    ]
    if not candidates:
        return b"[]"
    chosen = min(candidates, key=lambda version: (version.record.rows, version.layer))
    found = preview(chosen)
    return found.features if found else b"[]"


def features_preview(features: Iterable[Document], name: str | None) -> Preview | None:
    """The preview of some GeoJSON features."""
    drawn = [feature for feature in features if feature.get("geometry")]
    if not drawn:
        return None
    shapes = shapely.from_geojson([orjson.dumps(feature["geometry"]) for feature in drawn])
    names = [str((feature["properties"] or {}).get(name) or feature.get("id", "")) for feature in drawn]
    return _drawn(np.asarray(shapes), names, [None] * len(drawn), PLAIN)


def _classes(style: Style, words: Words) -> list[dict[str, str]]:
    if style.categories:
        return [
            {"colour": one.colour, "label": words.either(one.label, one.label_es)} for one in style.categories
        ]
    return [
        {
            "colour": one.colour,
            "label": f"{words.number(one.lower, style.decimals)} – {words.number(one.upper, style.decimals)}",
        }
        for one in style.ranges
    ]


def _is_base(record: Record) -> bool:
    places = record.places
    polygons = record.geometry_type in ("Polygon", "MultiPolygon")
    return bool(polygons and places and record.theme == "boundaries" and not places.within)


@kept_by_layer
def _preview(root: Path, layer: str, number: int) -> Preview | None:
    version = stored_version(root, layer, number)
    record = version.record
    if record.kind == "raster":
        image, bounds = picture(version.data, record)
        return Preview(bounds, image=_data_address(image))
    if record.bounds is None or not record.rows:
        return None
    if record.rows > MOST_FEATURES:
        return _overview(version, record.bounds)
    return _of_shapes(version, style_of(version))


def _of_shapes(version: Version, style: Style) -> Preview | None:
    name = label_column(version.record)
    value = style.column.name if style.column else None
    columns = list(dict.fromkeys(column for column in (name, value) if column))
    table = pq.read_table(version.data, columns=["geometry", *columns])
    shapes = shapely.from_wkb(table["geometry"].to_numpy())
    names = [str(text) for text in table[name].to_pylist()] if name else [""] * len(shapes)
    values = table[value].to_pylist() if value else [None] * len(shapes)
    return _drawn(np.asarray(shapes), names, values, style)


def _drawn(shapes: Shapes, names: Sequence[str], values: Sequence[Any], style: Style) -> Preview | None:
    present = [at for at, shape in enumerate(shapes) if shape is not None and not shape.is_empty]
    if not present:
        return None
    west, south, east, north = (float(side) for side in shapely.total_bounds(shapes[present]))
    classes = style.classes(values) if style.column else [None] * len(shapes)
    tolerance = max(east - west, north - south) / _STEPS
    written = _written(shapes[present], tolerance)
    features = [
        b'{"n":%s,"v":%s,"c":%s,"g":%s}'
        % (orjson.dumps(names[at]), _value(values[at]), orjson.dumps(classes[at]), geometry.encode())
        for at, geometry in zip(present, written, strict=True)
    ]
    text = b"[" + b",".join(features) + b"]"
    missing = style.column is not None and any(classes[at] is None for at in present)
    drawn = tuple(names[at] for at in present)
    return Preview((west, south, east, north), text, drawn, has_missing=missing, style=style)


def _value(value: object) -> bytes:
    if isinstance(value, float):
        return orjson.dumps(round(value, _DECIMALS))
    return orjson.dumps(value) if isinstance(value, int | str) else b"null"


def _written(shapes: Shapes, tolerance: float) -> list[str]:
    """GeoJSON of shapes: as simple as it needs to be to stay small, never with fewer shapes."""
    for coarser in (1, 2, 4):
        texts = [str(text) for text in shapely.to_geojson(_rounded(_simplified(shapes, tolerance * coarser)))]
        if sum(map(len, texts)) <= _MOST_BYTES:
            break
    return texts


def _simplified(shapes: Shapes, tolerance: float) -> Shapes:
    """Polygons with shared borders kept shared; what would vanish stays as it is."""
    if tolerance <= 0 or shapely.get_dimensions(shapes).max() == 0:
        return shapes
    polygonal = bool((shapely.get_dimensions(shapes) == 2).all())
    simple = (
        shapely.coverage_simplify(shapes, tolerance) if polygonal else shapely.simplify(shapes, tolerance)
    )
    return np.where(shapely.is_empty(simple), shapes, simple)


def _rounded(shapes: Shapes) -> Shapes:
    return np.asarray(shapely.transform(shapes, lambda points: np.round(points, _DECIMALS)))


def _overview(version: Version, bounds: Bounds) -> Preview:
    """Envelopes of runs of neighbouring features of a layer that is too large to be drawn whole."""
    covering = pq.read_table(version.data, columns=["geometry"])["geometry"]
    run = max(_BATCH, -(-len(covering) // _MOST_BOXES))
    boxes = []
    for start in range(0, len(covering), run):
        sides = shapely.total_bounds(shapely.from_wkb(covering.slice(start, run).to_numpy()))
        if np.isfinite(sides).all():
            boxes.append(shapely.box(*sides))
    texts = (str(text) for text in shapely.to_geojson(_rounded(np.array(boxes, dtype=object))))
    features = (b'{"n":"","v":null,"c":null,"g":%s}' % text.encode() for text in texts)
    return Preview(bounds, b"[" + b",".join(features) + b"]", boxes=True)


def _data_address(image: NDArray[np.uint8]) -> str:
    from matplotlib.image import imsave

    buffer = io.BytesIO()
    imsave(buffer, image, format="png")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
