"""Built map pages as they are served: in parts that browsers keep, and whole for taking away."""

import base64
import hashlib
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from services.maps.layout import DOWNLOAD, PARTS, SITE, parts_of

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:;"
    " form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
)
"""The content security policy of a page in parts."""

_PART = re.compile(r"[\w-]+\.[0-9a-f]{16}\.(?:js|css)")
_SCRIPT = re.compile(rb"<script(?P<kind>[^>]*)>(?P<text>.*?)</script>", re.DOTALL)


def page_in_parts(folder: Path, name: str) -> Path | None:
    """The page of a map in parts below a folder of built maps; None where it was built as one file alone."""
    path = folder / SITE / f"{name}.html"
    return path if path.is_file() else None


def part(folder: Path, name: str) -> Path | None:
    """A part of the pages of a folder of built maps, by the name that its bytes have; None where there is none."""
    path = folder / SITE / PARTS / name
    return path if _PART.fullmatch(name) and path.is_file() else None


def exported(folder: Path, name: str) -> Iterator[tuple[str, Path]]:
    """The files of a built map in a site that is a folder: path below `maps/`, and the file that it is a copy of.

    Parts that several maps share come with each of them.
    """
    whole, picture = folder / f"{name}.html", folder / f"{name}.png"
    page = page_in_parts(folder, name)
    if page:
        yield f"{name}.html", page
        for file in parts_of(page):
            yield f"{PARTS}/{file}", folder / SITE / PARTS / file
    if whole.is_file():
        yield f"{DOWNLOAD}/{name}.html" if page else f"{name}.html", whole
    if picture.is_file():
        yield f"{name}.png", picture


def policy(path: Path) -> str:
    """The content security policy of a page in one file: its scripts by their hashes, its own styles, no network."""
    stat = path.stat()
    return _policy(path, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=64)
def _policy(path: Path, _moved: int, _size: int) -> str:
    scripts = [
        found["text"]
        for found in _SCRIPT.finditer(path.read_bytes())
        if b"application/json" not in found["kind"]
    ]
    hashes = " ".join(f"'sha256-{_digest(text)}'" for text in scripts) or "'none'"
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src 'self' data: blob:;"
        " form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
    )


def _digest(text: bytes) -> str:
    return base64.b64encode(hashlib.sha256(text).digest()).decode()
