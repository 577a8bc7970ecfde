"""What is kept of versions: the last ones of each layer, and no more."""

from pathlib import Path

from services.kept import LAYERS, VERSIONS, kept_by_layer

ROOT = Path("store")


def test_the_versions_asked_for_last_are_kept() -> None:
    made: list[tuple[str, int]] = []

    @kept_by_layer
    def make(root: Path, layer: str, number: int) -> str:
        made.append((layer, number))
        return f"{layer} {number}"

    assert VERSIONS == 2
    for number in (1, 2, 1, 3, 1):
        assert make(ROOT, "towns", number) == f"towns {number}"
    assert make(ROOT, "tracts", 1) == "tracts 1"
    assert made == [("towns", 1), ("towns", 2), ("towns", 3), ("tracts", 1)]
    assert make(ROOT, "towns", 2) == "towns 2"
    assert made[-1] == ("towns", 2)


def test_the_layers_asked_for_last_are_kept() -> None:
    made: list[str] = []

    @kept_by_layer
    def make(root: Path, layer: str, number: int) -> None:
        made.append(layer)

    for number in range(LAYERS + 1):
        make(ROOT, f"layer-{number}", 1)
    make(ROOT, f"layer-{LAYERS}", 1)
    make(ROOT, "layer-0", 1)
    assert made[-2:] == [f"layer-{LAYERS}", "layer-0"]
    assert len(made) == LAYERS + 2
