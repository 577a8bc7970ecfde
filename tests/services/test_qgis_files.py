"""Files for QGIS: classes, names and addresses as QGIS reads them; and QGIS itself, where it is installed."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import pytest
import shapely

from catalog.configuration import State
from catalog.store import Store, Version
from services.holdings import read_holdings
from services.qgis import layer_definition, project
from services.site import Site
from services.web.app import create_app

STATE = State(id="testland", name="Testland", fips="09", bounds=(-74, 40, -71, 43), projected_crs="EPSG:2234")
SITE = Site("https://gis.example.gov", STATE, ("OGC:CRS84",))
NASTY = "</qlr> <b>\"quoted\" 'n' & ñ"
LOAD = """
from qgis.core import QgsLayerDefinition, QgsProject
found = []
for path in sys.argv[1:]:
    plan = QgsProject()
    if path.endswith(".qgs"):
        ok, error = plan.read(path), ""
    else:
        ok, error = QgsLayerDefinition.loadLayerDefinition(path, plan, plan.layerTreeRoot())
    layers = []
    for layer in plan.mapLayers().values():
        vector = layer.type() == 0
        renderer = layer.renderer() if vector and layer.isSpatial() else None
        classes = [item.label() for item in renderer.legendSymbolItems()] if renderer else []
        if not vector and layer.isValid():
            classes = [one.label for one in layer.renderer().classes()]
        layers.append({
            "name": layer.name(), "valid": layer.isValid(),
            "count": layer.featureCount() if vector else None,
            "read": sum(1 for _ in layer.getFeatures()) if vector else None,
            "renderer": renderer.type() if renderer else None,
            "classes": classes,
            "alias": [layer.attributeAlias(n) for n in range(layer.fields().count())] if vector else [],
            "fields": [field.name() for field in layer.fields()] if vector else [],
        })
    groups = [group.name() for group in plan.layerTreeRoot().findGroups()]
    found.append({"ok": ok, "error": error, "layers": layers, "groups": groups})
tell(found)
"""


@pytest.fixture(scope="module")
def store(
    tmp_path_factory: pytest.TempPathFactory,
    fill_store: Callable[[Store], Store],
    publish_layer: Callable[..., Version],
    make_column: Callable[..., Any],
) -> Store:
    filled = fill_store(Store(tmp_path_factory.mktemp("qgis") / "store"))
    columns = (
        make_column("name", "string", title=NASTY),
        make_column("total_estimate", "number", unit="percent"),
        make_column("status", "string", vocabulary="statuses"),
    )
    rows = [
        {
            "name": f"{NASTY} {n}",
            "total_estimate": 10.0 * n,
            "status": "published",
            "geometry": shapely.box(-73 + n / 10, 41, -72.9 + n / 10, 41.1),
        }
        for n in range(10)
    ]
    publish_layer(filled, "poverty", columns, rows, ("name",), title=NASTY, theme="population")
    publish_layer(
        filled,
        "verdicts",
        (make_column("id", "string"), make_column("verdict", "string")),
        [
            {"id": code, "verdict": code, "geometry": shapely.Point(-73, 41)}
            for code in ("clearly_worse", "clearly_better")
        ],
        ("id",),
        title="Verdicts",
    )  # fmt: skip
    return filled


def _layer(store: Store, name: str) -> Element:
    found = fromstring(layer_definition(store.current(name), SITE)).find("maplayers/maplayer")
    assert found is not None
    return found


def test_the_address_of_the_data_is_the_one_that_qgis_needs(store: Store) -> None:
    layer = _layer(store, "towns")

    assert layer.findtext("provider") == "OAPIF"
    assert layer.findtext("datasource") == (
        " url='https://gis.example.gov/ogc' typename='towns' version='OGC_API_FEATURES'"
        " restrictToRequestBBOX='1' pagingEnabled='true' pageSize='1000'"
    )


def test_numbers_are_drawn_in_classes_that_leave_no_gap(store: Store) -> None:
    renderer = _layer(store, "poverty").find("renderer-v2")
    assert renderer is not None
    ranges = [(float(one.get("lower", "")), float(one.get("upper", ""))) for one in renderer.iter("range")]

    assert renderer.get("type") == "graduatedSymbol"
    assert renderer.get("attr") == "total_estimate"
    assert ranges[0][0] == 0
    assert ranges[-1][1] == 90
    assert all(before[1] == after[0] for before, after in pairwise(ranges))
    assert len(list(renderer.iter("symbol"))) == len(ranges) == 5


def test_verdicts_are_drawn_by_their_class(store: Store) -> None:
    renderer = _layer(store, "verdicts").find("renderer-v2")
    assert renderer is not None

    assert renderer.get("type") == "categorizedSymbol"
    labels = {one.get("value"): one.get("label") for one in renderer.iter("category")}
    assert labels == {"clearly_better": "clearly better", "clearly_worse": "clearly worse"}


def test_columns_carry_titles_and_codes_carry_labels(store: Store) -> None:
    layer = _layer(store, "poverty")
    aliases = {one.get("field"): one.get("name") for one in layer.iter("alias")}
    labels = {one.get("value"): one.get("name") for one in layer.iter("Option") if one.get("value")}

    assert aliases["name"] == NASTY
    assert labels["suppressed"] == "Suppressed"
    assert "The name of it." in str(layer.findtext("resourceMetadata/abstract"))


def test_equal_layers_give_equal_bytes(store: Store) -> None:
    version = store.current("poverty")

    assert layer_definition(version, SITE) == layer_definition(version, SITE)


def test_the_project_holds_every_public_layer_by_theme(store: Store) -> None:
    root = fromstring(project(read_holdings(store), SITE))
    names = {one.findtext("layername") for one in root.iter("maplayer")}
    groups = [one.get("name") for one in root.findall("layer-tree-group/layer-tree-group")]
    sources = [one.findtext("datasource") for one in root.iter("maplayer") if one.get("type") == "raster"]

    assert names == {"Layer towns", "Layer hospitals", "Layer crosswalk", "Land cover", NASTY, "Verdicts"}
    assert groups == ["Boundaries and places", "Population"]
    assert sources == ["/vsicurl/https://gis.example.gov/files/land-cover/v1/data.tif"]


def test_the_service_offers_both_files(store: Store, make_settings: Callable[..., Any]) -> None:
    settings, service = make_settings(store.root.parent)
    client = create_app(settings, service).test_client()
    response = client.get("/qgis/poverty.qlr")

    assert response.mimetype == "application/x-qgis-layer-definition"
    assert response.headers["Content-Disposition"] == 'attachment; filename="poverty.qlr"'
    assert client.get("/qgis/catalog.qgs").status_code == 200
    assert client.get("/qgis/crosswalk.qlr").mimetype == response.mimetype
    assert client.get("/qgis/land-cover.qlr").mimetype == response.mimetype
    assert client.get("/qgis/secret.qlr").status_code == 404
    links = client.get("/ogc/collections/poverty").get_json()["links"]
    assert [one["href"] for one in links if one["type"] == response.mimetype] == [
        "https://gis.example.gov/qgis/poverty.qlr"
    ]


@pytest.fixture(scope="module")
def served(store: Store, make_settings: Callable[..., Any], serve_app: Callable[..., Any]) -> Iterator[str]:
    with serve_app(lambda url: create_app(*make_settings(store.root.parent, url=url))) as address:
        yield address


@pytest.mark.clients
def test_qgis_loads_layers_with_their_legend_and_the_project(
    served: str, store: Store, tmp_path: Path, qgis: Callable[..., Any]
) -> None:
    site = Site(served, STATE, ("OGC:CRS84",))
    for name in ("poverty", "verdicts", "towns", "crosswalk", "land-cover"):
        (tmp_path / f"{name}.qlr").write_bytes(layer_definition(store.current(name), site))
    (tmp_path / "catalog.qgs").write_bytes(project(read_holdings(store), site))
    names = ("poverty.qlr", "verdicts.qlr", "towns.qlr", "crosswalk.qlr", "land-cover.qlr", "catalog.qgs")
    poverty, verdicts, towns, table, raster, whole = qgis(LOAD, *(str(tmp_path / n) for n in names))

    (layer,) = poverty["layers"]
    assert (poverty["ok"], layer["valid"], layer["name"]) == (True, True, NASTY)
    assert (layer["count"], layer["read"]) == (10, 10)
    assert layer["renderer"] == "graduatedSymbol"
    assert len(layer["classes"]) == 5
    assert NASTY in layer["alias"]
    assert verdicts["layers"][0]["classes"] == ["clearly better", "clearly worse"]
    assert towns["layers"][0]["renderer"] == "singleSymbol"
    assert towns["layers"][0]["read"] == 11
    assert (table["layers"][0]["valid"], table["layers"][0]["read"]) == (True, 25)
    assert raster["layers"][0]["valid"]
    assert raster["layers"][0]["classes"] == ["Water", "Forest", "Built <10"]
    by_name = {one["name"]: one for one in whole["layers"]}
    assert whole["ok"]
    assert whole["groups"] == ["Boundaries and places", "Population"]
    assert {name for name, one in by_name.items() if not one["valid"]} == set()
    assert by_name["Layer crosswalk"]["read"] == 25
