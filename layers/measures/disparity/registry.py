"""The registry of all measures, and the one entry point that computes them."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from types import MappingProxyType

from layers.measures.disparity import registry_ordered, registry_places, registry_unordered
from layers.measures.disparity.cells import cells_of
from layers.measures.disparity.data import GroupData
from layers.measures.disparity.entry import Measure
from layers.measures.disparity.errors import MissingInputError, UnknownMeasureError, WrongDataError
from layers.measures.disparity.exposure import Exposure
from layers.measures.disparity.formula import Formula, evaluate
from layers.measures.disparity.part_whole import PartWhole
from layers.measures.disparity.segregation import UnitCounts
from layers.measures.disparity.types import Options, Result

type Data = GroupData | PartWhole | Exposure | UnitCounts

MEASURES: Mapping[str, Measure] = MappingProxyType(
    {
        entry.name: entry
        for entry in (
            *registry_ordered.PAIRWISE,
            *registry_ordered.GRADIENT,
            *registry_unordered.VARIATION,
            *registry_unordered.MEAN_DIFFERENCES,
            *registry_unordered.ENTROPY,
            *registry_unordered.ATTRIBUTABLE,
            *registry_places.PLACE_AND_STATE,
            *registry_places.EXPOSURE,
            *registry_places.SEGREGATION,
        )
    }
)


def measure(names: str | Iterable[str], data: Data, options: Options | None = None) -> dict[str, Result]:
    """Result of each named measure for all places of `data`, in the order of the names.

    The arrays of a result have the shape of the places (for the exposure measures: places…, groups).
    Errors: `UnknownMeasureError`, `WrongDataError` (a measure of other data), `MissingInputError` (all inputs
    that the measures need and the data lack, at once), `TiedOrderError`.
    """
    chosen = [_entry(name) for name in ([names] if isinstance(names, str) else names)]
    _check(chosen, data)
    settings = options or Options()
    if not isinstance(data, GroupData):
        return {entry.name: _run(entry, data, settings) for entry in chosen}
    cells = cells_of(data, settings.missing)
    return {
        entry.name: evaluate(entry.how, cells, settings, data.places)
        for entry in chosen
        if isinstance(entry.how, Formula)
    }


def applicable(data: Data) -> tuple[str, ...]:
    """Names of the measures that `data` has the inputs for, in the order of the registry."""
    return tuple(
        name for name, entry in MEASURES.items() if isinstance(data, entry.data) and not _lacking(entry, data)
    )


def _run(entry: Measure, data: Data, options: Options) -> Result:
    if isinstance(entry.how, Formula):
        raise WrongDataError(f"measure {entry.name!r} was given {type(data).__name__}; allowed: GroupData")
    return entry.how(data, options)


def _entry(name: str) -> Measure:
    if name not in MEASURES:
        coded = [entry.name for entry in MEASURES.values() if entry.code.lower() == name.lower()]
        close = coded or get_close_matches(name.lower(), MEASURES, n=3, cutoff=0.4) or list(MEASURES)
        raise UnknownMeasureError(f"measure {name!r} is not known; allowed: {', '.join(close)}")
    return MEASURES[name]


def _check(chosen: list[Measure], data: Data) -> None:
    wrong = [entry for entry in chosen if not isinstance(data, entry.data)]
    if wrong:
        wanted = ", ".join(f"{entry.name} takes {entry.data.__name__}" for entry in wrong)
        raise WrongDataError(f"data is {type(data).__name__}; allowed: {wanted}")
    lacking = [
        f"{entry.name} needs {', '.join(_lacking(entry, data))}" for entry in chosen if _lacking(entry, data)
    ]
    if lacking:
        raise MissingInputError("; ".join(lacking))


def _lacking(entry: Measure, data: Data) -> list[str]:
    if not isinstance(data, GroupData):
        return []
    needs = {
        "order": entry.needs_order and data.order is None,
        "reference": entry.needs_reference and data.reference is None,
        "population": entry.needs_population and data.population is None,
        "estimates of kind 'proportion'": entry.needs_proportion and data.kind != "proportion",
    }
    return [name for name, missing in needs.items() if missing]
