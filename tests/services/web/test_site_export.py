"""The site as a folder: whole, with links between files only, and never a part of it."""

from collections.abc import Callable, Iterator
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from catalog.errors import ConfigurationError
from catalog.settings import Settings
from services.holdings import read_holdings
from services.maps.layout import parts_of
from services.site import make_site
from services.site_export import Export, FolderInUse, write_site
from services.web.faces import make_faces
from services.web.render import Identity

IDENTITY = Identity("Testland", ("en", "es"), "Office of Tests", "office@example.gov")
ADDRESSES = {"href", "src", "action"}


@pytest.fixture(scope="module")
def folder(land: Any, tmp_path_factory: pytest.TempPathFactory, now: datetime) -> Path:
    out: Path = tmp_path_factory.mktemp("export") / "site"
    return write_site(Export(land.shelf(), IDENTITY, now), out).folder


class _Links(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name in ADDRESSES]


def _links(folder: Path) -> Iterator[tuple[Path, str]]:
    for page in folder.rglob("*.html"):
        for link in _Links(page.read_text(encoding="utf-8")).found:
            yield page, link


def test_no_link_inside_the_folder_is_broken(folder: Path) -> None:
    inside = [(page, link) for page, link in _links(folder) if not urlsplit(link).scheme and link[:1] != "#"]
    broken = [
        (page.relative_to(folder), link)
        for page, link in inside
        if not (page.parent / unquote(urlsplit(link).path)).resolve().is_file()
    ]

    assert len(inside) > 500
    assert broken == []
    assert [link for _, link in inside if link.startswith("/") or "None" in link] == []


def test_nothing_of_the_folder_is_loaded_from_elsewhere(folder: Path) -> None:
    outside = {
        urlsplit(link).netloc for _, link in _links(folder) if urlsplit(link).scheme in ("http", "https")
    }

    assert "gis.example.gov" not in outside  # no server was named
    scripts = [path for path in (folder / "static").iterdir() if path.suffix in (".js", ".css")]
    assert {path.name for path in scripts} >= {
        "leaflet.js",
        "leaflet.css",
        "townline.css",
        "map.js",
        "search.js",
    }


def test_the_folder_holds_pages_files_and_maps_of_public_layers_only(folder: Path) -> None:
    assert (folder / "es" / "layers" / "towns.html").is_file()
    assert (folder / "files" / "towns" / "v1" / "data.parquet").is_file()
    assert (folder / "maps" / "where-poor.html").is_file()
    assert not any("secret" in path.name for path in folder.rglob("*"))
    assert not any("Classified" in page.read_text(encoding="utf-8") for page in folder.rglob("*.html"))


def test_maps_of_the_folder_share_their_parts_and_come_as_one_file_too(folder: Path) -> None:
    maps = folder / "maps"
    pages = [maps / f"{name}.html" for name in ("poor-by-sex", "poor-together")]
    first, second = (set(parts_of(page)) for page in pages)

    assert first | second == {path.name for path in (maps / "parts").iterdir()}
    assert {name.split(".")[0] for name in first ^ second} == {"values-poor-by-sex", "values-poor-together"}
    assert len(first & second) >= 4  # styles, scripts and towns
    for page in pages:
        whole = maps / "download" / page.name
        assert "<style" not in page.read_text() and "<style" in whole.read_text()
        assert whole.stat().st_size > 20 * page.stat().st_size


def test_with_a_server_pages_lead_to_it(land: Any, tmp_path: Path, now: datetime) -> None:
    shelf = land.shelf()
    service = make_site(land.service(), shelf.declared.profile.state)
    out = write_site(Export(shelf, IDENTITY, now, service), tmp_path / "site").folder
    text = (out / "layers" / "towns.html").read_text(encoding="utf-8")

    assert "https://gis.example.gov/ogc/collections/towns/items" in text
    assert (out / "qgis" / "towns.qlr").is_file()
    assert (out / "qgis" / "catalog.qgs").is_file()


def test_a_folder_with_other_files_is_refused_and_left_alone(
    land: Any, tmp_path: Path, now: datetime
) -> None:
    (tmp_path / "thesis.txt").write_text("mine")

    with pytest.raises(FolderInUse, match="not a site of ours"):
        write_site(Export(land.shelf(), IDENTITY, now), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_second_time_replaces_the_folder_as_a_whole(land: Any, tmp_path: Path, now: datetime) -> None:
    export = Export(land.shelf(), IDENTITY, now)
    first = write_site(export, tmp_path / "site")
    (first.folder / "stale.html").write_text("old")
    second = write_site(export, tmp_path / "site")

    assert second.files == first.files
    assert not (second.folder / "stale.html").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_mistake_in_a_story_stops_and_leaves_the_old_folder(
    land: Any, tmp_path: Path, now: datetime, profile_writer: Callable[[Path], Path]
) -> None:
    out = tmp_path / "site"
    write_site(Export(land.shelf(), IDENTITY, now), out)
    profile = profile_writer(tmp_path / "profile")
    story = profile / "stories" / "poverty.md"
    story.write_text(story.read_text().replace("layer=towns", "layer=twons"))
    settings: Settings = land.settings.model_copy(update={"profile": profile})
    faces = make_faces(settings, land.service())

    with pytest.raises(ConfigurationError, match=r"poverty\.md:15"):
        write_site(Export(faces.shelf(read_holdings(faces.store)), IDENTITY, now), out)
    assert (out / "index.html").is_file()
