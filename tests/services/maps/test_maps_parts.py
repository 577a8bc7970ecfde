"""Pages in parts: what maps share is one file, what changes has another name."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from services.maps.building import write_map, write_parts
from services.maps.layout import parts_of
from services.maps.model import MapContent
from services.maps.page import DisparityMap
from services.web.maps import exported, page_in_parts, part, policy


def _stems(names: list[str]) -> list[str]:
    return [name.split(".")[0] for name in names]


def test_two_maps_share_everything_but_their_values(
    content_of: Callable[..., MapContent], tmp_path: Path
) -> None:
    first = write_parts(DisparityMap(content_of()), tmp_path)
    second = write_parts(DisparityMap(content_of(id="other", indicators=["cars"], opening={})), tmp_path)
    ours, theirs = set(parts_of(first)), set(parts_of(second))
    assert _stems(sorted(ours - theirs)) == ["values-testland"]
    assert _stems(sorted(theirs - ours)) == ["values-other"]
    assert _stems(sorted(ours & theirs)) == [
        "leaflet", "leaflet", "map", "map", "places-planning_region-2020", "places-town-2020",
    ]  # fmt: skip


def test_other_borders_have_another_name_and_other_values_do_not_touch_them(
    content: MapContent, tmp_path: Path
) -> None:
    before = parts_of(write_parts(DisparityMap(content), tmp_path))
    block = content.topics[0].blocks["town-2020"]
    block.estimate[0, 0, 0] += 1
    after = parts_of(write_parts(DisparityMap(content), tmp_path))
    block.estimate[0, 0, 0] -= 1
    assert _stems(sorted(set(before) - set(after))) == ["values-testland"]
    shapes = content.levels["town-2020"].shapes
    assert shapes is not None
    kept = shapes[0]
    shapes[0] = kept.buffer(-0.01)
    moved = parts_of(write_parts(DisparityMap(content), tmp_path))
    shapes[0] = kept
    assert _stems(sorted(set(before) - set(moved))) == ["places-town-2020"]


def test_parts_of_former_pages_are_kept_for_a_day(content: MapContent, tmp_path: Path) -> None:
    write_parts(DisparityMap(content), tmp_path)
    old, new = (tmp_path / "parts" / f"values-x.{digit * 16}.js" for digit in "01")
    for path in (old, new):
        path.write_text("1")
    used = {path: path.stat().st_mtime for path in (tmp_path / "parts").iterdir()}
    for path in used:
        if path != new:
            os.utime(path, (time.time() - 90_000,) * 2)
    write_parts(DisparityMap(content), tmp_path)
    assert not old.exists()
    assert set((tmp_path / "parts").iterdir()) == set(used) - {old}


def test_a_folder_of_files_holds_what_its_pages_link(content: MapContent, tmp_path: Path) -> None:
    write_map(content, tmp_path, ())
    files = dict(exported(tmp_path, "testland"))
    page = files["testland.html"].read_text()
    assert {f"parts/{name}" for name in parts_of(files["testland.html"])} == {
        name for name in files if name.startswith("parts/")
    }
    assert len(parts_of(files["testland.html"])) == 7
    assert (
        "download/testland.html"
        in (tmp_path / "site/parts")
        .joinpath(next(name for name in parts_of(files["testland.html"]) if name.startswith("values")))
        .read_text()
    )
    assert files["download/testland.html"] == tmp_path / "testland.html"
    assert "<style" not in page
    assert list(exported(tmp_path, "nothing")) == []


def test_a_map_of_one_file_alone_is_exported_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "old.html").write_text("<script>1</script>")
    assert dict(exported(tmp_path, "old")) == {"old.html": tmp_path / "old.html"}
    assert page_in_parts(tmp_path, "old") is None
    assert "'sha256-" in policy(tmp_path / "old.html")


@pytest.mark.parametrize(
    "name", ["../page.html", "map.js", "map.0123456789abcdef.html", "map.0123456789abcdeg.js", ".js"]
)
def test_only_parts_are_handed_out(tmp_path: Path, name: str) -> None:
    (tmp_path / "site/parts").mkdir(parents=True)
    (tmp_path / "site/page.html").write_text("x")
    (tmp_path / "site/parts/map.0123456789abcdef.html").write_text("x")
    assert part(tmp_path, name) is None
    (tmp_path / "site/parts/map.0123456789abcdef.js").write_text("x")
    assert part(tmp_path, "map.0123456789abcdef.js") is not None


def test_polygons_do_not_depend_on_what_else_a_map_shows(content_of: Callable[..., MapContent]) -> None:
    both = DisparityMap(content_of()).document["topologies"]
    alone = DisparityMap(content_of(places=["town"])).document["topologies"]
    assert alone == {"town-2020": both["town-2020"]}
    assert np.array(both["town-2020"]["transform"]["translate"]).tolist() == [-73, 41]
