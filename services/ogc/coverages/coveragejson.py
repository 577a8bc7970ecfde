"""An extract of a raster as CoverageJSON (OGC 21-069r2)."""

from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray

from catalog.manifests.rules import Band
from services.ogc.coverages.grid import Extract
from services.ogc.crs import CRS84, uri

_DATA_TYPES = {"i": "integer", "u": "integer", "b": "integer", "f": "float"}


def coverage_json(found: Extract, bands: Sequence[Band]) -> dict[str, Any]:
    """The extract with one parameter and one range for each band; axes run through the cells' centres."""
    return {
        "type": "Coverage",
        "domain": _domain(found),
        "parameters": {band.name: _parameter(band) for band in bands},
        "ranges": {band.name: _range(cells) for band, cells in zip(bands, found.cells, strict=True)},
    }


def _domain(found: Extract) -> dict[str, Any]:
    step = found.transform
    return {
        "type": "Domain",
        "domainType": "Grid",
        "axes": {
            "x": _axis(step.c + step.a / 2, step.a, found.width),
            "y": _axis(step.f + step.e / 2, step.e, found.height),
        },
        "referencing": [{"coordinates": ["x", "y"], "system": _system(found)}],
    }


def _axis(first: float, step: float, number: int) -> dict[str, float | int]:
    return {"start": first, "stop": first + step * (number - 1), "num": number}


def _system(found: Extract) -> dict[str, Any]:
    """The system; coordinates stand x before y, so that geographic ones are OGC:CRS84."""
    kind = "ProjectedCRS" if found.crs.is_projected else "GeographicCRS"
    number = found.crs.to_epsg()
    if number is None:
        return {"type": kind, "wkt": found.crs.to_wkt()}
    if number == 4326:
        return {"type": kind, "id": CRS84}
    return {"type": kind, "id": uri(f"EPSG:{number}")}


def _parameter(band: Band) -> dict[str, Any]:
    observed: dict[str, Any] = {"label": {"en": band.title}, "description": {"en": band.description}}
    parameter: dict[str, Any] = {"type": "Parameter", "observedProperty": observed}
    if band.classes:
        observed["categories"] = [_category(band, number) for number in range(len(band.classes))]
        parameter["categoryEncoding"] = {_category_id(band, c.value): c.value for c in band.classes}
    elif band.unit:
        parameter["unit"] = {"symbol": band.unit}
    return parameter


def _category(band: Band, number: int) -> dict[str, Any]:
    found = band.classes[number]
    label = {"en": found.label} | ({"es": found.label_es} if found.label_es else {})
    category: dict[str, Any] = {"id": _category_id(band, found.value), "label": label}
    return category | ({"preferredColor": found.colour} if found.colour else {})


def _category_id(band: Band, value: int) -> str:
    return f"#{band.name}-{value}"


def _range(cells: NDArray[Any]) -> dict[str, Any]:
    return {
        "type": "NdArray",
        "dataType": _DATA_TYPES[cells.dtype.kind],
        "axisNames": ["y", "x"],
        "shape": list(cells.shape),
        "values": cells.ravel().tolist(),
    }
