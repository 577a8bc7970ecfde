import importlib.metadata
import io
import zipfile
from pathlib import Path
from typing import BinaryIO

import pytest

from catalog.errors import StoreError
from catalog.manifests import Source
from catalog.store import Store, StoredObject
from layers.sources import snapshot
from layers.sources.downloads import Downloaded
from layers.sources.errors import ChangedWhileRead, EmptyFile, Unavailable, UnknownFormat


def mirrored(path: str, **more: object) -> Source:
    return Source.model_validate({"mirror": path, **more})


def test_a_mirror_file_is_kept_by_its_hash(tmp_path: Path, store: Store) -> None:
    (tmp_path / "a.csv").write_bytes(b"town\nAvon\n")
    taken = snapshot(mirrored("a.csv"), store, mirrors=(tmp_path,), layer="towns")
    assert taken.object.path.read_bytes() == b"town\nAvon\n"
    assert (taken.name, taken.fetched.origin, taken.fetched.bytes) == ("a.csv", "mirror:a.csv", 10)
    assert taken.fetched.sha256 == taken.object.sha256
    assert taken.fetched.modified_at is None


def test_a_missing_mirror_file_is_named(tmp_path: Path, store: Store) -> None:
    with pytest.raises(Unavailable, match=r"layer towns, file sub/a\.csv: there is no file"):
        snapshot(mirrored("sub/a.csv"), store, mirrors=(tmp_path,), layer="towns")


def test_the_first_mirror_folder_that_has_the_file_wins(tmp_path: Path, store: Store) -> None:
    folders = tuple(tmp_path / name for name in ("one", "two", "three"))
    for folder in folders:
        folder.mkdir()
    for folder in folders[1:]:
        (folder / "a.csv").write_text(folder.name)
    assert snapshot(mirrored("a.csv"), store, mirrors=folders, layer="a").object.path.read_text() == "two"
    with pytest.raises(Unavailable, match=r"file b\.csv: there is no file .*/one, .*/two, .*/three"):
        snapshot(mirrored("b.csv"), store, mirrors=folders, layer="towns")


def test_an_empty_file_is_refused(tmp_path: Path, store: Store) -> None:
    (tmp_path / "a.csv").touch()
    with pytest.raises(EmptyFile, match="the file is empty"):
        snapshot(mirrored("a.csv"), store, mirrors=(tmp_path,), layer="towns")


class GrowingStore(Store):
    """Something writes to the source file while the store copies it."""

    def __init__(self, root: Path, grows: Path) -> None:
        super().__init__(root)
        self.grows = grows

    def keep_object(self, source: Path | BinaryIO) -> StoredObject:
        assert not isinstance(source, Path)
        first = source.read(4)
        with self.grows.open("ab") as file:
            file.write(b"more\n")
        return super().keep_object(io.BytesIO(first + source.read()))


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"town\n" * 1_000_000)
    with pytest.raises(ChangedWhileRead, match="5000000 bytes when it was opened"):
        snapshot(mirrored("a.csv"), GrowingStore(tmp_path / "s", path), mirrors=(tmp_path,), layer="towns")
    assert not list((tmp_path / "s").rglob("*"))


def test_no_live_address_and_no_mirror_folder(store: Store) -> None:
    with pytest.raises(Unavailable, match="--mirror or TOWNLINE_MIRROR"):
        snapshot(mirrored("a.csv"), store, mirrors=(), layer="towns")


def test_without_a_mirror_folder_the_live_address_is_read(store: Store) -> None:
    def fetch(url: str, target: BinaryIO, **_: object) -> Downloaded:
        target.write(url.encode())
        return Downloaded("towns.csv", None)

    source = mirrored("a.csv", live="https://user:pass@example.org/t.csv?app_token=1234&year=2020")
    taken = snapshot(source, store, mirrors=(), layer="towns", fetch=fetch)
    assert taken.name == "towns.csv"
    assert taken.fetched.origin == "https://example.org/t.csv?app_token=redacted&year=2020"
    assert b"app_token=1234" in taken.object.path.read_bytes()


def test_a_full_disk_while_downloading(store: Store, full_disk) -> None:
    def fetch(url: str, target: BinaryIO, **_: object) -> Downloaded:
        target.write(bytes(1_000_000))
        target.flush()
        return Downloaded("towns.csv", None)

    full_disk(100_000)
    source = Source.model_validate({"live": "https://example.org/t.csv"})
    with pytest.raises(StoreError, match="the disk is full"):
        snapshot(source, store, mirrors=(), layer="towns", fetch=fetch)


def test_a_file_of_an_installed_distribution(store: Store) -> None:
    package = {"distribution": "libpysal", "path": "libpysal/examples/sids2/sids2.html"}
    source = Source.model_validate({"package": package})
    taken = snapshot(source, store, mirrors=(), layer="towns")
    assert taken.fetched.origin == "package:libpysal/libpysal/examples/sids2/sids2.html"
    located = importlib.metadata.distribution("libpysal").locate_file(package["path"])
    assert taken.object.path.read_bytes() == Path(str(located)).read_bytes()


@pytest.mark.parametrize(
    ("distribution", "path", "message"),
    [
        ("no-such-distribution", "a.csv", "no-such-distribution is not installed"),
        ("libpysal", "libpysal/examples/sids2/sids2.shx2", r"did you mean .*sids2\.shx"),
    ],
)
def test_a_package_file_that_is_not_there(store: Store, distribution: str, path: str, message: str) -> None:
    source = Source.model_validate({"package": {"distribution": distribution, "path": path}})
    with pytest.raises(Unavailable, match=message):
        snapshot(source, store, mirrors=(), layer="towns")


def test_a_plain_shapefile_becomes_one_zip_of_its_parts(tmp_path: Path, store: Store) -> None:
    for ending in ("shp", "shx", "dbf", "prj", "sbn"):
        (tmp_path / f"towns.{ending}").write_text(ending)
    (tmp_path / "towns.cpg").touch()
    (tmp_path / "other.shp").write_text("other")
    taken = snapshot(mirrored("towns.shp"), store, mirrors=(tmp_path,), layer="towns")
    with zipfile.ZipFile(taken.object.path) as archive:
        assert archive.namelist() == ["towns.dbf", "towns.prj", "towns.shp", "towns.shx"]
        assert archive.read("towns.dbf") == b"dbf"
    again = snapshot(mirrored("towns.shp"), store, mirrors=(tmp_path,), layer="towns")
    assert again.object.sha256 == taken.object.sha256


def test_the_bundle_depends_on_nothing_but_the_files(tmp_path: Path, store: Store) -> None:
    hashes = set()
    for name, umask in (("one", 0o644), ("two", 0o600)):
        folder = tmp_path / name / "towns.gdb"
        folder.mkdir(parents=True)
        for file in ("b.gdbtable", "a.gdbtable") if name == "one" else ("a.gdbtable", "b.gdbtable"):
            (folder / file).write_text(file)
            (folder / file).chmod(umask)
        (folder / f"{name}.lock").write_text("locked")
        taken = snapshot(mirrored(f"{name}/towns.gdb"), store, mirrors=(tmp_path,), layer="towns")
        hashes.add(taken.object.sha256)
    assert len(hashes) == 1


def test_a_folder_that_is_no_geodatabase(tmp_path: Path, store: Store) -> None:
    (tmp_path / "towns").mkdir()
    with pytest.raises(UnknownFormat, match="only File Geodatabases"):
        snapshot(mirrored("towns"), store, mirrors=(tmp_path,), layer="towns")
