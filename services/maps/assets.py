"""The files that a page consists of: our own under `static/`, Leaflet's from its installed package."""

import json
import re
from functools import cache
from pathlib import Path

from xstatic.pkg import leaflet

STATIC = Path(__file__).parent / "static"
SCRIPTS = (
    "dom",
    "texts",
    "format",
    "data",
    "measures",
    "state",
    "patterns",
    "map",
    "keyboard",
    "legend",
    "summary",
    "choices",
    "chart",
    "profile",
    "table",
    "find",
    "filter",
    "context",
    "files",
    "picture",
    "page",
    "app",
)
"""Our scripts in the order in which they are loaded."""

LANGUAGES = ("en", "es")


@cache
def leaflet_script() -> str:
    """Leaflet's script, without the reference to its source map."""
    text = (Path(leaflet.BASE_DIR) / "leaflet.js").read_text(encoding="utf-8")
    return re.sub(r"\n//# sourceMappingURL=.*", "", text).strip()


@cache
def leaflet_style() -> str:
    """Leaflet's style sheet, without its pictures: the page uses none of them."""
    text = (Path(leaflet.BASE_DIR) / "leaflet.css").read_text(encoding="utf-8")
    return re.sub(r"background-image:\s*url\([^)]*\);|behavior:\s*url\([^)]*\);", "", text).strip()


@cache
def scripts() -> dict[str, str]:
    """Our scripts by their name, in the order in which they are loaded."""
    return {name: (STATIC / "js" / f"{name}.js").read_text(encoding="utf-8").strip() for name in SCRIPTS}


@cache
def style() -> str:
    """Our style sheet."""
    return (STATIC / "map.css").read_text(encoding="utf-8").strip()


@cache
def texts() -> dict[str, dict[str, str]]:
    """The words of the page by language."""
    return {
        language: json.loads((STATIC / "texts" / f"{language}.json").read_text(encoding="utf-8"))
        for language in LANGUAGES
    }


@cache
def template(name: str) -> str:
    """A page template."""
    return (STATIC / name).read_text(encoding="utf-8")


def word(key: str, language: str = "en", **values: object) -> str:
    """A text of the page in a language, its {places} filled."""
    return texts()[language][key].format(**values)
