import gzip
import io
import zipfile
from pathlib import Path

import pytest

from catalog.errors import StoreError
from layers.sources import SourceSettings
from layers.sources.errors import BrokenArchive, UnclearChoice, UnknownFormat, UnsafeArchive

CSV = "town,people\nAvon,18932\n"


def zipped(path: Path, files: dict[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def test_the_only_dataset_is_taken(tmp_path: Path, opener, rows) -> None:
    files = {"readme.txt": "hello", "__MACOSX/._a.csv": "rubbish", "sub/._b.csv": "rubbish", "sub/a.csv": CSV}
    assert rows(opener(zipped(tmp_path / "a.zip", files))) == [{"town": "Avon", "people": "18932"}]


def test_one_of_several_is_named_as_member(tmp_path: Path, opener, rows) -> None:
    path = zipped(tmp_path / "a.zip", {"a.csv": CSV, "sub/b.csv": CSV.replace("Avon", "Bolton")})
    assert rows(opener(path, member="sub/b.csv"))[0]["town"] == "Bolton"
    with pytest.raises(
        UnclearChoice, match=r"several datasets, name one as member; inside: a\.csv, sub/b\.csv"
    ):
        opener(path)
    with pytest.raises(
        UnclearChoice, match=r"no dataset 'c\.csv' in the archive; inside: a\.csv, sub/b\.csv"
    ):
        opener(path, member="c.csv")


def test_a_member_with_another_ending_needs_a_format(tmp_path: Path, opener, rows) -> None:
    path = zipped(tmp_path / "a.zip", {"towns.dat": CSV})
    with pytest.raises(UnclearChoice, match=r"no dataset that can be read; inside: towns\.dat"):
        opener(path)
    assert rows(opener(path, member="towns.dat", format="csv")) == [{"town": "Avon", "people": "18932"}]


def test_an_archive_with_nothing_inside(tmp_path: Path, opener) -> None:
    with pytest.raises(UnclearChoice, match="inside: nothing"):
        opener(zipped(tmp_path / "a.zip", {}))


def test_a_nested_archive_is_not_opened(tmp_path: Path, opener) -> None:
    inner = zipped(tmp_path / "inner.zip", {"a.csv": CSV}).read_bytes()
    with pytest.raises(UnclearChoice, match=r"no dataset that can be read; inside: inner\.zip"):
        opener(zipped(tmp_path / "a.zip", {"inner.zip": inner}))


@pytest.mark.parametrize("keep", [0.5, 0.95])
def test_a_truncated_archive(tmp_path: Path, opener, keep: float) -> None:
    path = zipped(tmp_path / "a.zip", {"a.csv": "town\n" + "Avon\n" * 1000}, zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * keep)])
    with pytest.raises(BrokenArchive, match=r"layer towns, file a\.zip: the archive is truncated or damaged"):
        opener(path)


def test_a_flipped_byte_inside(tmp_path: Path, opener) -> None:
    path = zipped(tmp_path / "a.zip", {"a.csv": CSV}, zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"18932", b"18933"))
    with pytest.raises(BrokenArchive, match="CRC"):
        opener(path)


def test_an_encrypted_archive(tmp_path: Path, opener) -> None:
    path = zipped(tmp_path / "a.zip", {"a.csv": CSV})
    content = bytearray(path.read_bytes())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + flags] |= 1
    path.write_bytes(content)
    with pytest.raises(BrokenArchive, match=r"encrypted: 'a\.csv'"):
        opener(path)


@pytest.mark.parametrize("name", ["../a.csv", "sub/../../a.csv", "/etc/a.csv", "..\\a.csv", "C:/a.csv"])
def test_paths_that_leave_the_folder(tmp_path: Path, opener, name: str) -> None:
    with pytest.raises(UnsafeArchive, match="path leaves its folder"):
        opener(zipped(tmp_path / "a.zip", {"b.csv": CSV, name: CSV}), member="b.csv")


def test_a_link(tmp_path: Path, opener) -> None:
    link = zipfile.ZipInfo("a.csv")
    link.external_attr = 0o120777 << 16
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(UnsafeArchive, match="a link"):
        opener(path)


def test_entries_of_the_same_name(tmp_path: Path, opener) -> None:
    with pytest.raises(UnsafeArchive, match=r"same name: a\.csv"):
        opener(zipped(tmp_path / "a.zip", {"a.csv": CSV, "A.CSV": CSV}))


def test_a_bomb_by_its_ratio(tmp_path: Path, opener) -> None:
    path = zipped(tmp_path / "a.zip", {"a.csv": bytes(65 << 20)})
    with pytest.raises(UnsafeArchive, match="more than the allowed ratio of 250"):
        opener(path)


def test_a_bomb_by_its_size_and_by_its_entries(tmp_path: Path, opener) -> None:
    path = zipped(tmp_path / "a.zip", {f"{number}.csv": CSV for number in range(50)})
    with pytest.raises(UnsafeArchive, match="unpacks to 1150 bytes, more than the allowed 1000"):
        opener(path, settings=SourceSettings(max_unpacked_bytes=1000))
    with pytest.raises(UnsafeArchive, match="50 entries, more than the allowed 49"):
        opener(path, settings=SourceSettings(max_archive_entries=49))


def test_a_gzip(tmp_path: Path, opener, rows) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(CSV.encode()))
    assert rows(opener(path)) == [{"town": "Avon", "people": "18932"}]
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(BrokenArchive, match="truncated or damaged"):
        opener(path)


def test_a_gzip_bomb(tmp_path: Path, opener) -> None:
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb") as file:
        file.write(bytes(65 << 20))
    path = tmp_path / "a.csv.gz"
    path.write_bytes(packed.getvalue())
    with pytest.raises(UnsafeArchive, match="unpacks to more than the allowed"):
        opener(path)


def test_a_full_disk_while_unpacking(tmp_path: Path, opener, full_disk) -> None:
    path = zipped(tmp_path / "a.zip", {"a.csv": "town\n" + "Avon\n" * 100_000})
    full_disk(100_000)
    with pytest.raises(StoreError, match="the disk is full"):
        opener(path)


def test_a_member_of_a_file_that_is_no_archive(tmp_path: Path, opener) -> None:
    path = tmp_path / "a.csv"
    path.write_text(CSV)
    with pytest.raises(UnclearChoice, match="the file is no archive"):
        opener(path, member="a.csv")


def test_an_unknown_format(tmp_path: Path, opener, rows) -> None:
    path = tmp_path / "export.aspx"
    path.write_text(CSV)
    with pytest.raises(
        UnknownFormat, match=r"not told by the name 'export\.aspx': declare format \(shapefile, "
    ):
        opener(path)
    assert len(rows(opener(path, format="csv"))) == 1
