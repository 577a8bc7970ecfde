"""The site as a folder of files, for any web server or a laptop: the same pages, with links between files."""

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from catalog.errors import ConfigurationError, Problem, TownlineError
from services.qgis import layer_definition, project
from services.site import Site
from services.web.facets import Choice
from services.web.links import FolderLinks, file_path, page_file, static_bytes, static_names
from services.web.maps import exported
from services.web.render import Frame, Identity, site_frame, spoken
from services.web.shelf import Shelf
from services.web.stories import Story, read_stories
from services.web.views import catalog, gallery, home, layer, methods, story

MARK = ".townline-site"
"""A file that says that a folder was written by us, so that it may be written anew."""


class FolderInUse(TownlineError):
    """The folder holds something that is not a site of ours."""


@dataclass(frozen=True)
class Exported:
    """What was written."""

    folder: Path
    files: int
    bytes: int


@dataclass(frozen=True)
class Export:
    """What a folder is made from; `service` is the served site that pages lead to for the OGC API, if any."""

    shelf: Shelf
    identity: Identity
    now: datetime
    service: Site | None = None


def write_site(export: Export, folder: Path) -> Exported:
    """The site written to a folder; the folder is replaced in one step when all of it is written.

    Raises:
        FolderInUse: the folder holds other files.
        ConfigurationError: stories name what is not there; all their mistakes together.

    """
    target = folder.resolve()
    if target.exists() and (not target.is_dir() or (any(target.iterdir()) and not (target / MARK).is_file())):
        raise FolderInUse(
            f"{folder} holds files that are not a site of ours; name another folder or empty it"
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".townline-site-", dir=target.parent) as temporary:
        made = Path(temporary) / "site"
        for path, content in _contents(export):
            _write(made / path, content)
        made.chmod(0o755)
        if target.exists():
            target.rename(Path(temporary) / "before")
        made.rename(target)
    sizes = [path.stat().st_size for path in target.rglob("*") if path.is_file()]
    return Exported(target, len(sizes), sum(sizes))


def _write(path: Path, content: bytes | Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, Path):
        shutil.copyfile(content, path)
    else:
        path.write_bytes(content)


def _contents(export: Export) -> Iterator[tuple[str, bytes | Path]]:
    """Every file of the folder: its path, and its bytes or the file that it is a copy of."""
    yield MARK, b"Written by townline site; it is written anew as a whole.\n"
    problems: list[Problem] = []
    for language in spoken(export.identity.languages):
        yield from _pages(export, language, problems)
    if problems:
        raise ConfigurationError(problems)
    for name in static_names():
        yield f"static/{name}", static_bytes(name)
    yield from _maps(export.shelf)
    for version in export.shelf.holdings.layers.values():
        for file in version.record.files:
            yield file_path(version.layer, version.number, file.name), version.path(file.name)
    if export.service:
        yield from _qgis(export.shelf, export.service)


def _maps(shelf: Shelf) -> Iterator[tuple[str, Path]]:
    """The built maps in parts, of which those that several maps share come once, and as one file each."""
    found = {path: file for name in shelf.declared.maps for path, file in exported(shelf.maps, name)}
    yield from ((f"maps/{path}", file) for path, file in found.items())


def _qgis(shelf: Shelf, service: Site) -> Iterator[tuple[str, bytes]]:
    yield "qgis/catalog.qgs", project(shelf.holdings, service)
    for version in shelf.holdings.layers.values():
        yield f"qgis/{version.layer}.qlr", layer_definition(version, service)


def _pages(export: Export, language: str, problems: list[Problem]) -> Iterator[tuple[str, bytes]]:
    """The pages of a language; mistakes in stories are collected instead of raised."""
    shelf = export.shelf

    def frame(path: str) -> Frame:
        url = export.service.url if export.service else None
        return site_frame(export.identity, FolderLinks(language, service=url), path)

    def page(path: str, text: str) -> tuple[str, bytes]:
        return page_file(path, language), text.encode()

    stories = read_stories(shelf.declared.stories, language)
    yield page("", home.home(shelf, frame(""), export.now, gallery.maps_of(shelf), stories))
    yield page("catalog", catalog.catalog(shelf, frame("catalog"), export.now, Choice()))
    for name, version in shelf.holdings.layers.items():
        path = f"layers/{name}"
        yield page(path, layer.layer_page(shelf, frame(path), version, export.now))
    yield page("maps", gallery.gallery(shelf, frame("maps")))
    yield page("methods", methods.methods(shelf, frame("methods")))
    if methods.has_document(shelf):
        path = f"methods/{methods.NUMBERS}"
        yield page(path, methods.numbers(shelf, frame(path)))
    for codes in methods.code_lists():
        path = f"methods/{codes.id}"
        yield page(path, methods.codes(frame(path), codes.id))
    yield page("stories", story.story_list(frame("stories"), stories))
    for told in stories:
        path = f"stories/{told.name}"
        yield page(path, _story(shelf, frame(path), told, problems))


def _story(shelf: Shelf, frame: Frame, told: Story, problems: list[Problem]) -> str:
    try:
        return story.story_page(shelf, frame, told)
    except ConfigurationError as error:
        problems += error.problems
        return ""
