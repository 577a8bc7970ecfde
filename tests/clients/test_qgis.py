"""Real QGIS, without a screen: every collection complete, page by page, by box and by filter."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.clients

PYTHON = "/usr/bin/python3"
PAGE = 1000
SCRIPT = """
import json, os, sys
from qgis.core import QgsApplication, QgsFeatureRequest, QgsRectangle, QgsVectorLayer
app = QgsApplication([], False)
app.initQgis()
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
print("FOUND" + json.dumps(found), flush=True)
os._exit(0)  # QGIS 3.22 may crash while it tears down
"""


def _qgis(url: str, asked: list[dict[str, Any]], home: Path) -> list[dict[str, Any]]:
    """What QGIS finds for each layer asked; its settings lie in a folder of the test."""
    checked = [PYTHON, "-c", "import qgis.core"]
    if shutil.which("qgis") is None or subprocess.run(checked, capture_output=True, check=False).returncode:
        pytest.skip("QGIS with its Python module is not installed (Debian: qgis, python3-qgis)")
    environment = {
        "QT_QPA_PLATFORM": "offscreen",
        "HOME": str(home),
        "PATH": "/usr/bin:/bin",
        "NO_PROXY": "*",
    }
    done = subprocess.run(
        [PYTHON, "-c", SCRIPT, url, json.dumps(asked)],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
        env=environment,
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("FOUND")]
    assert lines, done.stderr[-2000:]
    found: list[dict[str, Any]] = json.loads(lines[0].removeprefix("FOUND"))
    return found


def test_every_collection_is_complete(served: Any, tmp_path: Path) -> None:
    layers = ["crosswalk", "hospitals", "many", "towns"]
    records = {layer: served.store.current(layer).record for layer in layers}
    asked = [{"layer": name, "page": PAGE, "key": list(record.key)} for name, record in records.items()]
    found = dict(zip(layers, _qgis(served.url, asked, tmp_path), strict=True))

    for layer, record in records.items():
        one = found[layer]
        assert one["valid"], layer
        assert one["count"] == one["read"] == record.rows, layer
        assert len(set(one["keys"])) == record.rows, layer
        assert {column.name for column in record.columns} <= set(one["fields"]), layer
    assert found["towns"]["geometries"] == 10
    assert found["crosswalk"]["geometries"] == 0
    assert found["many"]["crs"] in ("OGC:CRS84", "EPSG:4326")


def test_pages_have_the_length_asked_for_and_there_is_no_empty_one(served: Any, tmp_path: Path) -> None:
    before = len(served.requests())
    (found,) = _qgis(served.url, [{"layer": "many", "page": PAGE, "key": ["number"]}], tmp_path)
    pages = [line for line in served.requests()[before:] if "many/items" in line and "limit=1000" in line]

    assert found["read"] == 2345
    assert len(pages) == 3, pages
    assert "page-after=1000" in pages[1]
    assert "data-version=1" in pages[1]


def test_a_box_and_a_filter_select(served: Any, tmp_path: Path) -> None:
    box = [-72.95, 41.05, -72.85, 41.15]
    asked = [
        {"layer": "towns", "page": PAGE, "key": ["town"], "box": box},
        {"layer": "towns", "page": PAGE, "key": ["town"], "box": [-72.64, 41.07, -72.6, 41.1]},
        {"layer": "towns", "page": PAGE, "key": ["town"], "filter": '"people" > 700'},
        {"layer": "many", "page": PAGE, "key": ["number"], "filter": '"kind" = \'odd\' and "number" < 6'},
    ]
    inside, beside, populous, odd = _qgis(served.url, asked, tmp_path)

    assert inside["keys"] == ["a1", "a2", "a4", "a5"]
    assert beside["keys"] == [], "in the triangle's envelope, above its diagonal"
    assert populous["keys"] == ["a8", "a9"]
    assert odd["keys"] == ["1", "3", "5"]
