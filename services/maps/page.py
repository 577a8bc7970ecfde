"""Map pages: one file that needs nothing else, or the same page in parts that browsers cache."""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import folium
from jinja2 import Template

from services.maps import assets, palette
from services.maps.document import Document, document
from services.maps.model import MapContent

_NAME = "townline_map"


def json_in_html(value: object) -> str:
    """JSON that can stand inside a script element: no text of it can end the element or start a comment."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _shared() -> Document:
    return {"palette": palette.document(), "texts": assets.texts()}


@dataclass(frozen=True)
class Part:
    """A file of a page in parts: its name, which changes with the content, and its bytes."""

    name: str
    media_type: str
    content: bytes


class DisparityMap(folium.Map):
    """A folium map that is a whole page: our own element draws places, choices, legend, profile and table.

    It is self-contained: Leaflet and our scripts are inside, and nothing is requested. Other folium elements
    can be added to it; what they load from elsewhere is theirs.
    """

    default_js: list[tuple[str, str]] = []
    default_css: list[tuple[str, str]] = []
    _template = Template(assets.template("map.html"))

    def __init__(self, content: MapContent) -> None:
        super().__init__(tiles=None, zoom_control=False)
        self._name = "TownlineMap"
        self.content = content
        figure: Any = self.get_root()
        figure.title = content.manifest.title
        figure.townline = self
        figure._template = Template(assets.template("page.html"))
        figure.height = "900px"  # in a notebook

    def get_name(self) -> str:
        """The name of the Leaflet map in the page, always the same so that equal input gives equal bytes."""
        return _NAME

    @property
    def body(self) -> str:
        """The page's elements, without any of the content: branca reads them as a template again."""
        return assets.template("body.html")

    @cached_property
    def document(self) -> Document:
        """What the page draws."""
        return document(self.content)

    @property
    def data(self) -> str:
        """The document with colours and words as JSON for a script element."""
        return json_in_html(self.document | _shared())

    @property
    def styles(self) -> tuple[str, ...]:
        """The style sheets."""
        return assets.leaflet_style(), assets.style()

    @property
    def scripts(self) -> tuple[str, ...]:
        """The scripts in their order."""
        return assets.leaflet_script(), *assets.scripts().values()

    @property
    def page(self) -> str:
        """The page as one HTML file that works without a network."""
        return str(self.get_root().render())

    def parts(self, folder: str = "", download: str | None = None) -> tuple[str, tuple[Part, ...]]:
        """The page of a map as HTML without inline scripts or styles, and the files that it links below `folder`.

        The names hold a hash of the bytes, so that they can be cached for ever: styles and scripts are those of
        every map, the polygons of a set of places those of every map that shows it; only values and texts are the
        map's own. All are scripts, not JSON, since a page opened from a disk may load nothing else. `download` is
        the address of the page as one file, if there is one.
        """
        topologies = self.document["topologies"]
        own = {key: value for key, value in self.document.items() if key != "topologies"}
        if download:
            own["download"] = download
        styles = [_part("leaflet", "css", assets.leaflet_style()), _part("map", "css", assets.style())]
        scripts = [
            _part("leaflet", "js", assets.leaflet_script()),
            *(
                _part(f"places-{key}", "js", _assigned("places", key, item))
                for key, item in topologies.items()
            ),
            _part(f"values-{self.content.manifest.id}", "js", _assigned("own", None, own)),
            _part(
                "map",
                "js",
                "\n".join([_assigned("shared", None, _shared()), *assets.scripts().values(), _START]),
            ),
        ]
        html = Template(assets.template("parts.html")).render(
            title=self.content.manifest.title,
            name=_NAME,
            styles=[folder + part.name for part in styles],
            scripts=[folder + part.name for part in scripts],
            body=assets.template("body.html"),
        )
        return str(html), (*styles, *scripts)


def page(content: MapContent) -> str:
    """The page of a map as one HTML file that works without a network."""
    return DisparityMap(content).page


def parts(content: MapContent, folder: str = "", download: str | None = None) -> tuple[str, tuple[Part, ...]]:
    """The page of a map in parts; see `DisparityMap.parts`."""
    return DisparityMap(content).parts(folder, download)


_START = f'Townline.start("{_NAME}");'


def _assigned(what: str, key: str | None, value: object) -> str:
    """A script that leaves a value where the page looks for it."""
    place = f"(globalThis.TOWNLINE??={{}}).{what}"
    if key is not None:
        place = f"({place}??={{}})[{json_in_html(key)}]"
    return f"{place}={json_in_html(value)};"


def _part(stem: str, kind: str, text: str) -> Part:
    content = text.encode()
    digest = hashlib.sha256(content).hexdigest()[:16]
    media_type = {"css": "text/css", "js": "text/javascript"}[kind]
    return Part(f"{stem}.{digest}.{kind}", media_type, content)
