"""The bytes of a source, kept in the store as they were received."""

import importlib.metadata
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from catalog.errors import nearest
from catalog.manifests import Source
from catalog.manifests.sources import PackageFile
from catalog.receipts import Fetched
from catalog.store import Store, StoredObject
from catalog.store.files import disk_errors
from layers.sources.bundles import parts_of, write_bundle
from layers.sources.downloads import Downloaded, download, shown
from layers.sources.errors import Unavailable, located
from layers.sources.settings import SourceSettings
from layers.sources.steady import open_steady

Download = Callable[..., Downloaded]


@dataclass(frozen=True)
class Snapshot:
    """A source's bytes in the store, where they came from, and the name they had there."""

    object: StoredObject
    fetched: Fetched
    name: str


def snapshot(
    source: Source,
    store: Store,
    *,
    mirrors: Sequence[Path],
    layer: str,
    settings: SourceSettings | None = None,
    fetch: Download = download,
) -> Snapshot:
    """The source's bytes, taken from the installed package, else the mirror folders, else the live address.

    A shapefile's parts and a File Geodatabase's folder become one zip.

    Raises:
        SourceError: a leaf that says why the bytes cannot be had; see `layers.sources.errors`.
        StoreError: the disk is full or not writable.

    """
    settings = settings or SourceSettings()
    if source.package:
        with located(source.package.path, layer):
            return _keep(_package_file(source.package), store, f"package:{_origin(source.package)}")
    if source.mirror and mirrors:
        with located(source.mirror, layer):
            return _keep(_mirrored(source.mirror, mirrors), store, f"mirror:{source.mirror}")
    if source.live:
        return _keep_live(str(source.live), store, layer, settings, fetch)
    raise Unavailable(
        "no live address is declared: give a mirror folder (--mirror or TOWNLINE_MIRROR)",
        file=source.mirror,
        layer=layer,
    )


def local_files(source: Source, mirrors: Sequence[Path]) -> list[Path]:
    """The files of this machine that a source is read from, the missing ones of earlier mirrors among them.

    Nothing where the source is read from its live address.

    Raises:
        SourceError: the package or the mirrors do not have it.

    """
    if source.package:
        path = _package_file(source.package)
        return [path, *(parts_of(path) or ())]
    if not (source.mirror and mirrors):
        return []
    found = _mirrored(source.mirror, mirrors)
    looked = [folder / source.mirror for folder in mirrors]
    return [*looked[: looked.index(found)], found, *(parts_of(found) or ())]


def _mirrored(name: str, mirrors: Sequence[Path]) -> Path:
    """The file in the first mirror folder that has it."""
    found = next((folder / name for folder in mirrors if (folder / name).exists()), None)
    if found is None:
        looked = ", ".join(map(str, mirrors))
        raise Unavailable(f"there is no file of that name in {looked}")
    return found


def _keep(path: Path, store: Store, origin: str) -> Snapshot:
    parts = parts_of(path)
    if parts is None:
        with open_steady(path) as stream:
            return _snapshot(store.keep_object(stream), origin, path.name)
    with tempfile.TemporaryDirectory() as folder, disk_errors(Path(folder)):
        bundle = Path(folder) / "bundle.zip"
        write_bundle(path, parts, bundle)
        return _snapshot(store.keep_object(bundle), origin, path.name)


def _keep_live(url: str, store: Store, layer: str, settings: SourceSettings, fetch: Download) -> Snapshot:
    with located(shown(url), layer), tempfile.TemporaryFile() as file:
        with disk_errors(Path(tempfile.gettempdir())):
            said = fetch(url, file, settings=settings)
        file.seek(0)
        return _snapshot(store.keep_object(file), shown(url), said.name, said.modified_at)


def _snapshot(kept: StoredObject, origin: str, name: str, modified_at: datetime | None = None) -> Snapshot:
    fetched = Fetched(
        origin=origin,
        sha256=kept.sha256,
        bytes=kept.bytes,
        fetched_at=datetime.now(UTC),
        modified_at=modified_at,
    )
    return Snapshot(kept, fetched, name)


def _origin(package: PackageFile) -> str:
    return f"{package.distribution}/{package.path}"


def _package_file(package: PackageFile) -> Path:
    """The installed file of a distribution, found without importing the distribution's code."""
    try:
        distribution = importlib.metadata.distribution(package.distribution)
    except importlib.metadata.PackageNotFoundError as error:
        raise Unavailable(f"the distribution {package.distribution} is not installed") from error
    path = Path(str(distribution.locate_file(package.path)))
    if not path.exists():
        files = [str(file) for file in distribution.files or ()]
        raise Unavailable(
            f"the distribution {package.distribution} has no file {package.path}; "
            f"{nearest(package.path, files)}"
        )
    return path
