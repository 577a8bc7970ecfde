"""The store: publication, history, rollback, verification, crashes and the lock."""

import hashlib
import io
import json
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from types import NoneType
from typing import get_args

import pytest
from pydantic import BaseModel

from catalog.errors import Corrupted, LayerLocked, StoreError, UnknownLayer, UnknownVersion
from catalog.receipts import Receipt
from catalog.records import Record
from catalog.store import Store, Version

ROOT = Path(__file__).resolve().parents[2]


def test_published_version_is_found_with_its_record(store, publish):
    version = publish(data=b"PAR1 one")
    assert store.layers() == ["towns"]
    current = store.current("towns")
    assert current == version
    assert current.number == 1
    assert current.record.title == "Layer towns"
    assert current.data.read_bytes() == b"PAR1 one"
    assert current.index.read_bytes() == b"an index of PAR1 one"
    assert current.manifest.data_sha256 == hashlib.sha256(b"PAR1 one").hexdigest()


def test_nothing_is_visible_before_publication(store, record_of):
    with store.open_draft("towns") as draft:
        draft.path("data.parquet").write_bytes(b"x")
        assert store.layers() == []
    assert store.layers() == []
    assert [path.name for path in (store.root / "layers" / "towns").iterdir()] == [".lock"]


def test_manifests_form_a_chain(store, publish):
    first = publish(data=b"one")
    second = publish(data=b"two")
    manifest_bytes = (first.folder / "manifest.json").read_bytes()
    assert first.manifest.previous is None
    assert second.manifest.previous.version == 1
    assert second.manifest.previous.sha256 == hashlib.sha256(manifest_bytes).hexdigest()


def test_rollback_moves_the_pointer_and_says_who_and_why(store, publish):
    publish(data=b"one")
    publish(data=b"two")
    store.rollback("towns", 1, who="ana", reason="wrong upload")
    assert store.current("towns").data.read_bytes() == b"one"
    events = [(entry.version, entry.event, entry.who, entry.reason) for entry in store.history("towns")]
    assert events[-1] == (1, "rolled back", "ana", "wrong upload")
    third = publish(data=b"three")
    assert third.number == 3
    assert third.manifest.previous.version == 2
    assert store.verify() == []


def test_unknown_names_say_what_is_known(store, publish):
    publish()
    with pytest.raises(UnknownLayer, match="did you mean towns"):
        store.current("town")
    with pytest.raises(UnknownVersion, match="versions: 1"):
        store.version("towns", 9)
    with pytest.raises(UnknownVersion):
        store.rollback("towns", 9, who="ana", reason="typo")


@pytest.mark.parametrize("name", ["../towns", "a/b", "", ".", "Towns", "towns\n"])
def test_names_cannot_leave_the_store(store, publish, name):
    publish()
    assert store.find(name) is None
    with pytest.raises(UnknownLayer), store.open_draft(name):
        pass


def test_version_serves_only_its_own_files(publish):
    version = publish()
    for name in ("../current.json", "nothing.txt", ".."):
        with pytest.raises(Corrupted):
            version.path(name)


def test_objects_are_kept_once_by_their_hash(store):
    one = store.keep_object(io.BytesIO(b"bytes"))
    two = store.keep_object(io.BytesIO(b"bytes"))
    assert one == two
    assert one.sha256 == hashlib.sha256(b"bytes").hexdigest()
    assert one.bytes == 5
    assert [path.name for path in store.root.glob("objects/*/*")] == [one.sha256[2:]]


def test_verify_names_the_file_with_one_flipped_bit(store, publish):
    publish(data=b"one")
    version = publish(data=b"two")
    kept = store.keep_object(io.BytesIO(b"raw"))
    assert store.verify() == []
    for path in (version.folder / "data.parquet", version.folder / "serve.sqlite", kept.path):
        whole = path.read_bytes()
        path.chmod(0o644)
        path.write_bytes(bytes([whole[0] ^ 1]) + whole[1:])
        (fault,) = store.verify()
        assert fault.file == path
        path.write_bytes(whole)
    assert store.verify() == []


def test_verify_sees_missing_extra_and_rewritten_files(store, publish):
    version = publish(data=b"one")
    publish(data=b"two")
    extra = version.folder / "extra.txt"
    extra.write_text("x")
    assert "not in the manifest" in store.verify("towns")[0].message
    extra.unlink()
    (version.folder / "data.parquet").unlink()
    assert store.verify("towns")[0].message == "is missing"
    (version.folder / "data.parquet").write_bytes(b"two")
    assert "sha256" in store.verify("towns")[0].message


def test_a_rewritten_manifest_breaks_the_chain(store, publish):
    version = publish(data=b"one")
    path = version.folder / "manifest.json"
    content = json.loads(path.read_text())
    content["rows"] = 4
    path.chmod(0o644)
    path.write_text(json.dumps(content))
    assert "the history says" in store.verify("towns")[0].message


@pytest.mark.parametrize(("name", "read"), [("record.json", "record"), ("receipt.json", "receipt")])
def test_a_file_of_another_form_is_named_with_what_is_wrong_in_it(publish, name, read):
    version = publish()
    path = version.folder / name
    path.chmod(0o644)
    content = json.loads(path.read_text())
    del content["layer" if read == "receipt" else "title"]
    path.write_text(json.dumps(content))
    fresh = Version(version.layer, version.number, version.folder)
    with pytest.raises(
        Corrupted, match=rf"layer 'towns', version 1: {name} cannot be read: \w+: Field required"
    ):
        getattr(fresh, read)


@pytest.mark.parametrize("model", [Record, Receipt])
def test_what_is_left_out_of_a_file_when_there_is_none_of_it_may_be_left_out(model):
    """Files are written without nulls, so that a field that may be None needs None as its default."""

    def fields(kind):
        for name, field in kind.model_fields.items():
            if NoneType in get_args(field.annotation):
                yield f"{kind.__name__}.{name}", field
            for part in parts(field.annotation):
                yield from fields(part)

    def parts(annotation):
        for argument in (annotation, *get_args(annotation)):
            if isinstance(argument, type) and issubclass(argument, BaseModel):
                yield argument
            elif get_args(argument) and argument is not annotation:
                yield from parts(argument)

    found = dict(fields(model))
    assert found
    assert [name for name, field in found.items() if field.is_required()] == []


def test_an_index_can_be_rebuilt_in_place(store, publish):
    version = publish()
    with store.rebuilding(version, "serve.sqlite") as path:
        path.write_bytes(b"a new index")
    assert version.index.read_bytes() == b"a new index"
    assert store.verify() == []


def test_quarantine_keeps_the_report_and_the_version(store, publish, receipt_of):
    version = publish()
    path = store.quarantine(receipt_of("towns", "quarantined"))
    assert json.loads(path.read_text())["outcome"] == "quarantined"
    assert store.current("towns") == version
    assert store.verify() == []


def test_an_unchanged_run_moves_only_the_time_of_the_check(store, publish, receipt_of):
    publish()
    later = receipt_of("towns", "unchanged").model_copy(
        update={"finished_at": receipt_of("towns").finished_at.replace(year=2030)}
    )
    store.note_checked(later)
    assert store.checked_at("towns").year == 2030
    assert store.current("towns").number == 1


def test_stamp_changes_with_every_publication_and_rollback(store, publish):
    stamps = {store.stamp()}
    publish()
    stamps.add(store.stamp())
    publish(data=b"two")
    stamps.add(store.stamp())
    store.rollback("towns", 1, who="ana", reason="x")
    stamps.add(store.stamp())
    assert len(stamps) == 4


def test_the_second_writer_is_told_who_holds_the_layer(store, publish):
    with (
        store.open_draft("towns"),
        pytest.raises(LayerLocked, match=r"process \d+"),
        store.open_draft("towns"),
    ):
        pass
    assert publish("roads").number == 1


def test_full_disk_is_said_plainly_and_leaves_the_old_version(store, publish, monkeypatch):
    publish(data=b"one")

    def full(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch, pytest.raises(StoreError, match="disk is full"):
        patch.setattr(Path, "rename", full)
        publish(data=b"two")
    assert store.current("towns").data.read_bytes() == b"one"
    assert publish(data=b"two").number == 2


KILLED = """
    import os, signal, sys
    from pathlib import Path
    import catalog.store.drafts as drafts, catalog.store.files as files, catalog.store.objects as objects
    from catalog.receipts import Receipt
    from catalog.records import Record
    from catalog.store import Store

    def kill(*args, **kwargs):
        os.kill(os.getpid(), signal.SIGKILL)

    store = Store(Path(sys.argv[1]))
    record = store.current("towns").record
    receipt = store.current("towns").receipt
    stage = sys.argv[2]
    if stage == "object":
        objects.sync_folder = objects.os.fsync = kill
        store.keep_object(Path(__file__) if "__file__" in globals() else Path(sys.executable))
    with store.open_draft("towns") as draft:
        draft.path("data.parquet").write_bytes(b"two")
        if stage == "writing":
            kill()
        if stage == "manifest":
            drafts.schema_fingerprint = kill
        if stage == "renaming":
            Path.rename = kill
        if stage == "pointer":
            drafts.move_pointer = kill
        if stage == "replacing":
            Path.replace = kill
        draft.publish(record, receipt, who="x", reason="x", at=record.published_at)
"""


@pytest.mark.parametrize("stage", ["object", "writing", "manifest", "renaming", "pointer", "replacing"])
def test_a_kill_at_any_stage_leaves_the_old_version_and_the_next_run_succeeds(store, publish, stage):
    publish(data=b"one")
    command = [sys.executable, "-c", textwrap.dedent(KILLED), str(store.root), stage]
    ended = subprocess.run(command, cwd=ROOT, check=False, capture_output=True)
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
    assert Store(store.root).current("towns").data.read_bytes() == b"one"
    assert publish(data=b"three").number == 2
    assert store.current("towns").data.read_bytes() == b"three"
    assert store.verify() == []
    left = [path.name for path in store.root.rglob(".*") if path.name != ".lock"]
    assert left == []
