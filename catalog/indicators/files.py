"""A state's indicators: `config/<state>/indicators/*.yml`, checked against the manifests of its layers."""

from collections.abc import Iterator

from catalog.configuration import load_folder
from catalog.errors import ConfigurationError, Problem, nearest
from catalog.indicators.cells import LongCells, TidyCells, WideCells
from catalog.indicators.indicator import Indicator
from catalog.manifests import LayerManifest, Profile


def load_indicators(profile: Profile) -> dict[str, Indicator]:
    """The indicators of a profile by their id, in the order of their ids; none where there is no folder.

    Raises:
        ConfigurationError: all mistakes of all files together, unknown layers and columns among them.

    """
    folder = profile.folder / "indicators"
    if not folder.is_dir():
        return {}
    indicators = load_folder(folder, Indicator)
    problems = [
        Problem(folder / f"{name}.yml", 1, where, message)
        for name, indicator in indicators.items()
        for where, message in (*_mistakes(indicator, profile), *_mismatches(indicator, indicators))
    ]
    if problems:
        raise ConfigurationError(problems)
    return indicators


def _mistakes(indicator: Indicator, profile: Profile) -> Iterator[tuple[str, str]]:
    layer = profile.layers.get(indicator.source.layer)
    if layer is None:
        message = (
            f"no layer {indicator.source.layer!r}; {nearest(indicator.source.layer, list(profile.layers))}"
        )
        yield "source.layer", message
        return
    for id_ in (f"indicator-{indicator.id}", *(f"{indicator.id}-{kind}" for kind in indicator.places)):
        if id_.replace("_", "-") in profile.layers:
            yield "id", f"the derived layer {id_!r} would replace the ingested layer of that name"
    known = _columns(layer)
    for where, name in columns_read(indicator):
        if name not in known:
            yield where, f"layer {layer.id!r} has no column {name!r}; {nearest(name, sorted(known))}"


def _mismatches(indicator: Indicator, known: dict[str, Indicator]) -> Iterator[tuple[str, str]]:
    """Why the indicators with earlier periods are not of the same thing."""
    for name in indicator.change.earlier if indicator.change else ():
        other = known.get(name)
        if other is None:
            yield "change.earlier", f"no indicator {name!r}; {nearest(name, list(known))}"
        elif _measured(other) != _measured(indicator):
            yield "change.earlier", f"{name!r} differs in kind, scale, direction or dimensions"


def _measured(indicator: Indicator) -> tuple[object, ...]:
    return indicator.kind, indicator.per, indicator.direction, indicator.dimensions


def columns_read(indicator: Indicator) -> Iterator[tuple[str, str]]:
    """Every column that an indicator names, with the key under which it stands."""
    source, cells = indicator.source, indicator.cells
    yield from (("source.where", rule.column) for rule in source.where)
    yield from (("source.place", name) for name in source.place.columns)
    if source.period.column:
        yield "source.period.column", source.period.column
    if isinstance(cells, LongCells):
        yield from (("cells", name) for name in (cells.variable, cells.estimate, cells.moe) if name)
    elif isinstance(cells, WideCells):
        for name in dict.fromkeys(name for group in cells.groups for name in group.cells):
            yield "cells.groups", name
            if cells.moe:
                yield "cells.moe", cells.moe.format(name)
    elif isinstance(cells, TidyCells):
        yield from (("cells.codes", name) for name in cells.codes.values())
        numbers = (cells.value, cells.moe, cells.numerator, cells.denominator)
        yield from (("cells", name) for name in numbers if name)


def _columns(layer: LayerManifest) -> set[str]:
    return {name for column in layer.columns for name in (column.name, column.status_name) if name}
