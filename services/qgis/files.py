"""The two files: a layer definition (.qlr) and a project (.qgs); equal layers give equal bytes."""

from collections import defaultdict
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from catalog.records import Record
from catalog.store import Version
from catalog.vocabulary import vocabulary
from services.holdings import Holdings
from services.qgis.layers import data_source, layer_id, map_layer, provider
from services.site import Site

_WRITTEN_FOR = "3.22.0"


def layer_definition(version: Version, site: Site) -> bytes:
    """The layer definition of a version: dragged into QGIS it loads the layer with its legend."""
    root = Element("qlr")
    group = SubElement(root, "layer-tree-group", {"name": "", "checked": "Qt::Checked", "expanded": "1"})
    _leaf(group, version.record, site, shown=True)
    SubElement(root, "maplayers").append(map_layer(version, site))
    return _bytes("qgis-layer-definition", root)


def project(holdings: Holdings, site: Site) -> bytes:
    """The project of all public layers, grouped by theme, with nothing switched on."""
    root = Element("qgis", {"version": _WRITTEN_FOR, "projectname": f"{site.state.name}: catalog"})
    SubElement(root, "title").text = f"{site.state.name}: catalog"
    _project_srs(root)
    tree = SubElement(root, "layer-tree-group")
    layers = SubElement(root, "projectlayers")
    by_theme: dict[str, list[Version]] = defaultdict(list)
    for record in holdings.records():
        by_theme[vocabulary("themes").term(record.theme).label].append(holdings.layers[record.id])
    for theme, versions in sorted(by_theme.items()):
        group = SubElement(
            tree, "layer-tree-group", {"name": theme, "checked": "Qt::Checked", "expanded": "0"}
        )
        for version in versions:
            _leaf(group, version.record, site, shown=False)
            layers.append(map_layer(version, site))
    _view(root, site)
    return _bytes("qgis", root)


def _leaf(parent: Element, record: Record, site: Site, *, shown: bool) -> None:
    SubElement(
        parent,
        "layer-tree-layer",
        {
            "id": layer_id(record),
            "name": record.title,
            "providerKey": provider(record),
            "source": data_source(record, site),
            "checked": "Qt::Checked" if shown else "Qt::Unchecked",
            "expanded": "1" if shown else "0",
        },
    )


def _project_srs(root: Element) -> None:
    system = SubElement(SubElement(root, "projectCrs"), "spatialrefsys")
    SubElement(system, "authid").text = "EPSG:4326"
    SubElement(system, "srid").text = "4326"


def _view(root: Element, site: Site) -> None:
    """The part of the world that the map opens with: the state."""
    canvas = SubElement(root, "mapcanvas", {"name": "theMapCanvas"})
    SubElement(canvas, "units").text = "degrees"
    extent = SubElement(canvas, "extent")
    for name, value in zip(("xmin", "ymin", "xmax", "ymax"), site.state.bounds, strict=True):
        SubElement(extent, name).text = repr(value)


def _bytes(kind: str, root: Element) -> bytes:
    indent(root)
    text: str = tostring(root, encoding="unicode")
    return f"<!DOCTYPE {kind}>\n{text}\n".encode()
