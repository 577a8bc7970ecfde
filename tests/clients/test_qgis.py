"""Real QGIS, without a screen: every collection complete, page by page, by box and by filter."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote
from urllib.request import urlopen

import pytest

pytestmark = pytest.mark.clients

PAGE = 1000
READ = """
from qgis.core import QgsFeatureRequest, QgsRectangle, QgsVectorLayer
url, asked = sys.argv[1], json.loads(sys.argv[2])
found = []
for one in asked:
    source = (f" url='{url}/ogc' typename='{one['layer']}' version='OGC_API_FEATURES'"
              f" restrictToRequestBBOX='1' pagingEnabled='true' pageSize='{one['page']}'")
    layer = QgsVectorLayer(source, one["layer"], "OAPIF")
    request = QgsFeatureRequest()
    if "box" in one:
        request.setFilterRect(QgsRectangle(*one["box"])).setFlags(QgsFeatureRequest.ExactIntersect)
    if "filter" in one:
        request.setFilterExpression(one["filter"])
    features = list(layer.getFeatures(request))
    names = [field.name() for field in layer.fields()]
    found.append({
        "valid": layer.isValid(),
        "count": layer.featureCount(),
        "read": len(features),
        "keys": sorted("|".join(str(f[name]) for name in one["key"]) for f in features),
        "geometries": sum(f.hasGeometry() for f in features),
        "crs": layer.crs().authid(),
        "fields": names,
    })
tell(found)
"""

DRAW = """
from qgis.core import (QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsMapRendererSequentialJob,
                       QgsMapSettings, QgsProject, QgsRectangle, QgsVectorTileLayer)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor
address, zooms = sys.argv[1], json.loads(sys.argv[2])
layer = QgsVectorTileLayer(f"type=xyz&url={address}&zmin={zooms[0]}&zmax={zooms[1]}", "tiles")
mercator, degrees = (QgsCoordinateReferenceSystem(code) for code in ("EPSG:3857", "OGC:CRS84"))
change = QgsCoordinateTransform(degrees, mercator, QgsProject.instance())
drawn = []
for box in json.loads(sys.argv[3]):
    plan = QgsMapSettings()
    plan.setDestinationCrs(mercator)
    plan.setBackgroundColor(QColor("white"))
    plan.setOutputSize(QSize(256, 256))
    plan.setExtent(change.transformBoundingBox(QgsRectangle(*box)))
    plan.setLayers([layer])
    job = QgsMapRendererSequentialJob(plan)
    job.start()
    job.waitForFinished()
    picture = job.renderedImage()
    places = [(x, y) for x in range(0, 256, 4) for y in range(0, 256, 4)]
    painted = sum(QColor(picture.pixel(*place)) != QColor("white") for place in places)
    drawn.append(painted / len(places))
tell({"valid": layer.isValid(), "drawn": drawn})
"""
CELLS = """
from qgis.core import QgsPointXY, QgsRasterLayer
layer = QgsRasterLayer(f"/vsicurl/{sys.argv[1]}", "cells", "gdal")
provider, frame = layer.dataProvider(), layer.extent()
places = [QgsPointXY(frame.xMinimum() + 500 + 1000 * n, frame.yMaximum() - 500) for n in range(4)]
tell({"valid": layer.isValid(), "size": [layer.width(), layer.height()], "crs": layer.crs().authid(),
      "values": [provider.sample(place, 1) for place in places], "bands": layer.bandCount()})
"""


@pytest.fixture
def found_by_qgis(served: Any, qgis: Callable[..., Any]) -> Callable[[list[dict[str, Any]]], Any]:
    """What QGIS finds for each layer asked."""
    return lambda asked: qgis(READ, served.url, json.dumps(asked))


def test_every_collection_is_complete(served: Any, found_by_qgis: Any) -> None:
    layers = ["crosswalk", "hospitals", "many", "towns"]
    records = {layer: served.store.current(layer).record for layer in layers}
    asked = [{"layer": name, "page": PAGE, "key": list(record.key)} for name, record in records.items()]
    found = dict(zip(layers, found_by_qgis(asked), strict=True))

    for layer, record in records.items():
        one = found[layer]
        assert one["valid"], layer
        assert one["count"] == one["read"] == record.rows, layer
        assert len(set(one["keys"])) == record.rows, layer
        assert {column.name for column in record.columns} <= set(one["fields"]), layer
    assert found["towns"]["geometries"] == 10
    assert found["crosswalk"]["geometries"] == 0
    assert found["many"]["crs"] in ("OGC:CRS84", "EPSG:4326")


def test_pages_have_the_length_asked_for_and_there_is_no_empty_one(served: Any, found_by_qgis: Any) -> None:
    before = len(served.requests())
    (found,) = found_by_qgis([{"layer": "many", "page": PAGE, "key": ["number"]}])
    pages = [line for line in served.requests()[before:] if "many/items" in line and "limit=1000" in line]

    assert found["read"] == 2345
    assert len(pages) == 3, pages
    assert "page-after=1000" in pages[1]
    assert "data-version=1" in pages[1]


def test_a_box_and_a_filter_select(found_by_qgis: Any) -> None:
    box = [-72.95, 41.05, -72.85, 41.15]
    asked = [
        {"layer": "towns", "page": PAGE, "key": ["town"], "box": box},
        {"layer": "towns", "page": PAGE, "key": ["town"], "box": [-72.64, 41.07, -72.6, 41.1]},
        {"layer": "towns", "page": PAGE, "key": ["town"], "filter": '"people" > 700'},
        {"layer": "many", "page": PAGE, "key": ["number"], "filter": '"kind" = \'odd\' and "number" < 6'},
    ]
    inside, beside, populous, odd = found_by_qgis(asked)

    assert inside["keys"] == ["a1", "a2", "a4", "a5"]
    assert beside["keys"] == [], "in the triangle's envelope, above its diagonal"
    assert populous["keys"] == ["a8", "a9"]
    assert odd["keys"] == ["1", "3", "5"]


def test_vector_tiles_are_drawn_where_there_is_something(served: Any, qgis: Any) -> None:
    collection = f"{served.url}/ogc/collections/towns"
    with urlopen(f"{collection}/tiles/WebMercatorQuad?f=tilejson") as answer:
        described = json.load(answer)
    template = f"{collection}/tiles/WebMercatorQuad/{{z}}/{{y}}/{{x}}?f=mvt"
    boxes = [[-72.9, 41.05, -72.8, 41.2], [-73.4, 41.4, -73.2, 41.6], [-73.0, 41.0, -72.4, 41.453]]
    zooms = [described["minzoom"], described["maxzoom"]]
    found = qgis(DRAW, quote(template, safe=""), json.dumps(zooms), json.dumps(boxes))
    inside, beside, third = found["drawn"]

    assert found["valid"]
    assert inside == 1
    assert beside == 0
    assert third == pytest.approx(0.095 / (0.6 * 0.453), abs=0.02), "nine squares and half a square"


def test_the_file_of_a_raster_is_read_over_http(served: Any, qgis: Any) -> None:
    record = served.store.current("land-cover").record
    found = qgis(CELLS, f"{served.url}/files/land-cover/v{record.version}/data.tif")

    assert found["valid"]
    assert (found["size"], found["crs"], found["bands"]) == ([4, 3], "EPSG:32618", 2)
    assert found["values"][:3] == [[1, True], [2, True], [2, True]]
    assert found["values"][3][1] is False, "no data"
