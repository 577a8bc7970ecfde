"""What belongs to what among two sets of places: of two vintages, or of two types of one vintage."""

from collections.abc import Iterable

import pyarrow.parquet as pq

from catalog.errors import BadRequest
from catalog.places import JoinReport, Places
from catalog.places.joins import report
from services.cli.run import Townline


def joined(
    run: Townline, places: Places, origin: tuple[str, str], target: tuple[str, str]
) -> tuple[dict[str, str], JoinReport]:
    """The pairs of ids, and what is left over on both sides.

    Raises:
        BadRequest: two types of two vintages are not compared.

    """
    ids = _ids(run, places, *origin)
    if origin[0] == target[0]:
        found = places.translate(origin[0], ids, origin[1], target[1])
        pairs = {one: other for one, other in zip(ids, found.ids, strict=True) if other is not None}
        return pairs, found.report
    if origin[1] != target[1]:
        raise BadRequest("two types are compared in one vintage: translate the vintage first")
    parents = places.parents(origin[0], target[0], origin[1])
    pairs = {item: parents[item] for item in ids if item in parents}
    left = report(ids, parents, places.gaps(origin[0])).left
    right = report(pairs.values(), _ids(run, places, *target), places.gaps(target[0])).right
    return pairs, JoinReport(len(pairs), left, right)


def _ids(run: Townline, places: Places, kind: str, vintage: str) -> list[str]:
    """The ids that boundaries, rosters and the published tables of indicators have."""
    found = {place.key.geoid for place in places.of(kind, vintage)} if places.lists(kind, vintage) else set()
    for layer in run.store.layers():
        if layer.startswith("indicator-"):
            found |= set(_ids_of_table(run, layer, kind, vintage))
    return sorted(found)


def _ids_of_table(run: Townline, layer: str, kind: str, vintage: str) -> Iterable[str]:
    wanted = [("place_type", "==", kind), ("vintage", "==", vintage)]
    table = pq.read_table(run.store.current(layer).data, columns=["geoid"], filters=wanted)
    return [str(geoid) for geoid in table["geoid"].unique().to_pylist()]
