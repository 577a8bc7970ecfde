"""Places that the source lacks, made of places that it has: added up, or divided by where people live."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from catalog.indicators import FINISHED, DerivedPlaces, Indicator
from catalog.places import Places
from catalog.places.joins import report
from layers.indicators.cells import Cells, Flags, Ranks, Texts, empty_numbers, joined
from layers.indicators.errors import LostTotals
from layers.indicators.medians import moved_medians
from layers.indicators.methods import METHODS
from layers.indicators.statuses import PUBLISHED, RANK
from layers.indicators.weighted import people_weights
from layers.measures.acs import ZeroMargins
from layers.measures.areal import Method, Weights, move_extensive, nesting_weights
from layers.normalise import Notes


def with_derived(indicator: Indicator, cells: Cells, places: Places, notes: Notes) -> Cells:
    """The cells and those of every derived place type."""
    return joined([cells, *(_derived(indicator, rule, cells, places, notes) for rule in indicator.derived)])


def _derived(indicator: Indicator, rule: DerivedPlaces, cells: Cells, places: Places, notes: Notes) -> Cells:
    parts, vintage = cells.take(cells.place_type == rule.parts), indicator.source.place.vintage
    if rule.by is None and rule.type in cells.place_type:
        raise LostTotals(
            f"the indicator {indicator.id!r} derives {rule.type}, which its source has; drop it from derived"
        )
    if rule.by is None:
        weights = _nesting(rule, parts, vintage, places, notes)
    else:
        weights = people_weights(rule, parts, vintage, places, notes)
        parts = parts.take(np.isin(parts.geoid.astype(str), weights.source_ids))
    keys = ["period", *parts.codes]
    frame = pd.DataFrame({"period": parts.period, **parts.codes})
    made = [
        moved_cells(indicator, parts.take(np.asarray(index)), weights, rule, places)
        for index in frame.groupby(keys, sort=True).indices.values()
    ]
    return _without_published(joined(made), cells, rule, notes)


def _without_published(made: Cells, cells: Cells, rule: DerivedPlaces, notes: Notes) -> Cells:
    """The places made that the source does not have: where it has a row of a place, that row stands, whatever it says.

    A value made of parts must never stand in for one that the source suppressed.
    """
    held = {
        (str(vintage), str(geoid), str(period))
        for kind, vintage, geoid, period in zip(
            cells.place_type, cells.vintage, cells.geoid, cells.period, strict=True
        )
        if kind == rule.type
    }
    ours = zip(made.vintage, made.geoid, made.period, strict=True)
    new = np.array([(str(a), str(b), str(c)) not in held for a, b, c in ours], dtype=np.bool_)
    if not new.all():
        others = sorted({str(geoid) for geoid in made.geoid[new]})
        notes.add(
            "prefer",
            f"{rule.type} {rule.vintage}: the values of the source stand; made from {rule.parts}, since the source "
            f"lacks them: {', '.join(others) or 'none'}",
            rows=int(new.sum()),
        )
    return made.take(new)


def _nesting(rule: DerivedPlaces, parts: Cells, vintage: str, places: Places, notes: Notes) -> Weights:
    """Weights 1 from each part to the place that it lies in, through the crosswalk of vintages.

    A part that was split or merged lies in the place that all its counterparts lie in, where that is one.
    """
    given = np.unique(parts.geoid.astype(str))
    found = _around(given.tolist(), rule, vintage, places)
    lost = [item for item, target in found.items() if target is None]
    translated = places.translate(rule.parts, given.tolist(), vintage, rule.vintage)
    notes.add(
        "nest",
        f"{rule.parts} {vintage} in {rule.type} {rule.vintage}: {translated.report}",
        rows=len(lost),
        examples=lost,
    )
    silent = _silent(found, rule, vintage, places)
    if silent:
        notes.add(
            "nest",
            f"{rule.parts} {vintage} without any row: what they lie in has no sum",
            rows=len(silent),
            examples=sorted(silent),
        )
    found = dict(sorted((found | silent).items()))
    ids, targets = list(found), list(found.values())
    basis = f"nesting of {rule.parts} in {rule.type} {rule.vintage}"
    return nesting_weights(np.array(ids), np.array(targets, dtype=object), basis=basis)


def _around(ids: list[str], rule: DerivedPlaces, vintage: str, places: Places) -> dict[str, str | None]:
    """The place that each part lies in, None where that is none or not one."""
    parents = places.parents(rule.parts, rule.type, rule.vintage)
    if vintage == rule.vintage:
        return {item: parents.get(item) for item in ids}
    counterparts = places.counterparts(rule.parts, vintage, rule.vintage)
    around = {item: {parents.get(other) for other in counterparts.of(item)} for item in ids}
    return {item: next(iter(several)) if len(several) == 1 else None for item, several in around.items()}


def _silent(
    found: dict[str, str | None], rule: DerivedPlaces, vintage: str, places: Places
) -> dict[str, str | None]:
    """The listed parts that the source never names, beside others of the same place: their numbers are missing."""
    if not places.lists(rule.parts, vintage):
        return {}
    listed = {place.key.geoid for place in places.of(rule.parts, vintage)} - set(found)
    gaps = {item.id for item in report(listed, (), places.gaps(rule.parts)).left if item.reason}
    touched = {target for target in found.values() if target is not None}
    around = _around(sorted(listed - gaps), rule, vintage, places)
    return {item: target for item, target in around.items() if target in touched}


def moved_cells(
    indicator: Indicator, parts: Cells, weights: Weights, rule: DerivedPlaces, places: Places
) -> Cells:
    """The cells of one period and group, moved to the targets of some weights.

    Raises:
        LostTotals: counts of sources would fall outside every target.

    """
    zeros = ZeroMargins(indicator.policy.zero_margins)
    order = np.argsort(parts.geoid.astype(str))
    parts = parts.take(order)
    size = int(weights.target_ids.size)
    numbers = empty_numbers(size)
    if indicator.kind in FINISHED:
        numbers |= moved_medians(indicator, parts, weights)
        if indicator.bins is not None:
            numbers["status"] = _statuses(parts, weights, np.isnan(numbers["bins"]).any(axis=1))
        return _moved(parts, weights, rule, places, numbers)
    for name in ("numerator", "denominator"):
        values, moe = getattr(parts, name), getattr(parts, f"{name}_moe")
        if name == "denominator" and np.isnan(values).all():
            continue
        moved_from = weights.align(parts.geoid.astype(str), values)
        moved = move_extensive(
            moved_from,
            weights,
            moe=None if np.isnan(moe).all() else weights.align(parts.geoid.astype(str), moe),
            zeros=zeros,
        )
        if rule.by is None and moved.uncovered is not None and float(moved.uncovered) > 0:
            lost = weights.source_ids[(moved_from > 0) & (weights.uncovered > 0)]
            raise LostTotals(
                f"{rule.parts} places with people lie in no one {rule.type} {rule.vintage}: "
                f"{', '.join(map(str, lost[:10]))}; complete the nesting or crosswalk in the state's places.yml"
            )
        numbers[name] = moved.value
        numbers["method"] = np.array([METHODS[Method(code)] for code in moved.method], dtype=object)
        numbers["split_share"] = moved.split_share
        if moved.moe is not None:
            numbers[f"{name}_moe"] = np.round(moved.moe) if indicator.policy.whole_margins else moved.moe
        if name == "numerator":
            numbers["published"] = moved.unchanged & bool(parts.published.all())
    numbers["status"] = _statuses(parts, weights, np.isnan(numbers["numerator"]))
    return _moved(parts, weights, rule, places, numbers)


def _moved(
    parts: Cells,
    weights: Weights,
    rule: DerivedPlaces,
    places: Places,
    numbers: dict[str, NDArray[np.generic]],
) -> Cells:
    """The cells of the targets with some numbers."""
    size = int(weights.target_ids.size)
    return Cells(
        place_type=np.full(size, rule.type, dtype=object),
        vintage=np.full(size, rule.vintage, dtype=object),
        geoid=weights.target_ids.astype(object),
        name=_names(rule, weights, places),
        period=np.full(size, parts.period[0], dtype=object),
        codes={name: np.full(size, values[0], dtype=object) for name, values in parts.codes.items()},
        **numbers | {"whole": np.full(size, parts.whole.all())},  # type: ignore[arg-type]
    )


def _statuses(parts: Cells, weights: Weights, absent: Flags) -> Ranks:
    """A target without a value has the strongest status of its sources."""
    ranks = weights.align(parts.geoid.astype(str), parts.status.astype(np.float64))
    source, target, _ = weights.entries
    strongest = np.zeros(weights.target_ids.size)
    np.maximum.at(strongest, target, np.nan_to_num(ranks[source], nan=RANK["missing"]))
    strongest = np.where(absent & (strongest == PUBLISHED), RANK["missing"], strongest)
    return strongest.astype(np.int8)


def _names(rule: DerivedPlaces, weights: Weights, places: Places) -> Texts:
    known = {place.key.geoid: place.name for place in places.of(rule.type, rule.vintage)}
    return np.array([known.get(str(geoid), str(geoid)) for geoid in weights.target_ids], dtype=object)
