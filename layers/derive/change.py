"""Change layers: per place and group two periods of an indicator, on the newest vintage of places."""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from catalog.errors import UnknownLayer
from catalog.indicators import ChangeRule, Indicator
from catalog.manifests import PlaceReference
from catalog.places import Places, PlacesConfiguration
from catalog.store import Store, Version
from catalog.vocabulary import vocabulary
from layers.derive.change_columns import change_columns, series_columns
from layers.derive.change_groups import compared_groups, compared_periods
from layers.derive.drawing import drawn_by, inputs_of, on_polygons, table_of
from layers.derive.exports import write_tidy
from layers.derive.publication import Declared, Product, publish_derived
from layers.derive.series import series
from layers.ingest import Outcome, Run
from layers.normalise import Notes

METHOD = "1"
"""Raised when the same declaration and inputs give something else: every change layer is then made again."""


def change_id(indicator: Indicator, kind: str) -> str:
    """The id of the layer with the change of an indicator over places of a type."""
    return f"change-{indicator.id}-{kind}".replace("_", "-")


def derive_change(
    run: Run, home: Store, indicator: Indicator, configuration: PlacesConfiguration, table: Version
) -> list[Outcome]:
    """The outcomes of all change layers of an indicator whose tidy table is `table`; none without a rule."""
    rule = indicator.change
    if rule is None:
        return []
    return [
        _layer(run, home, indicator, rule, kind, configuration, table)
        for kind in indicator.compared_types(rule.places)
    ]


def _layer(
    run: Run,
    home: Store,
    indicator: Indicator,
    rule: ChangeRule,
    kind: str,
    configuration: PlacesConfiguration,
    table: Version,
) -> Outcome:
    term = vocabulary("place-types").term(kind)
    names = [vocabulary(dimension.vocabulary) for dimension in indicator.dimensions]
    texts = [METHOD, kind, indicator.model_dump_json(), configuration.model_dump_json()]
    texts += [name.model_dump_json() for name in (*names, vocabulary("verdicts"))]
    declared = Declared(
        id=change_id(indicator, kind),
        title=f"{indicator.title}: change, {str(term.attributes['plural']).lower()}",
        title_es=f"{indicator.title_es}: cambio, {str(term.attributes['plural_es']).lower()}",
        description=f"{indicator.definition} The change of every group between two periods that do not overlap, with "
        "its margin of error and verdict; the file beside it has the series of all periods on one vintage of places.",
        theme=indicator.theme,
        keywords=(*indicator.keywords, "change"),
        sha256=hashlib.sha256("\n".join(texts).encode()).hexdigest(),
    )

    def make(notes: Notes) -> Product:
        tables = [table, *earlier_tables(home, rule)]
        return change_product(
            indicator, rule, kind, tables, run.store, Places(configuration, run.store), notes
        )

    return publish_derived(run, home, declared, make)


def earlier_tables(home: Store, rule: ChangeRule) -> Iterator[Version]:
    """The current tables of the indicators with earlier periods.

    Raises:
        UnknownLayer: one is not derived yet.

    """
    for name in rule.earlier:
        found = home.find(f"indicator-{name}")
        if found is None:
            raise UnknownLayer(f"indicator-{name}", home.layers())
        yield found


def change_product(
    indicator: Indicator,
    rule: ChangeRule,
    kind: str,
    tables: Sequence[Version],
    store: Store,
    places: Places,
    notes: Notes,
) -> Product:
    """The layer of one place type: two periods and the change in columns, the series of all periods beside it.

    Raises:
        DataError: the series cannot be made, or the two periods overlap.

    """
    found = series(indicator, tables, kind, places, notes)
    start, end = compared_periods(rule, found.periods, tables[0].layer)
    groups = list(compared_groups(indicator, rule, found, start, end))
    frame, columns = change_columns(indicator, groups, start, end)
    drawn = drawn_by(kind, found.vintage, places)
    boundaries = [store.current(layer) for layer in drawn.layers] if drawn else []
    if drawn:
        frame = on_polygons(frame, boundaries, drawn, places, notes, same=("start", "end"))
    beside = series_columns(indicator, found)

    def write_beside(folder: Path) -> tuple[Path, ...]:
        return write_tidy(folder, "series", *beside)

    taken = [*tables, *boundaries]
    return Product(
        rows=table_of(frame, columns),
        columns=columns,
        key=("geoid",),
        inputs=inputs_of(taken, places),
        source=tables[0].record,
        places=PlaceReference(
            type=kind, vintage=drawn.drawn if drawn else found.vintage, id="geoid", name="name"
        ),
        caveats=tuple(
            dict.fromkeys((*_caveats(indicator, rule), *(c for t in tables for c in t.record.caveats)))
        ),
        attribution=tuple(one.record.attribution or one.record.agency for one in taken),
        beside=write_beside,
    )


def _caveats(indicator: Indicator, rule: ChangeRule) -> Iterator[str]:
    many = "Benjamini–Hochberg over all places and groups" if rule.correction != "none" else "not corrected"
    yield (
        f"Margins are at 90%, verdicts at {indicator.policy.confidence:.0%}, for the number of comparisons: {many}. "
        "The periods do not overlap and their samples are taken as independent."
    )
    yield (
        "Places have the ids of the newest vintage; the columns start_id and moved, and the series beside the "
        "layer, say which id a value was published under."
    )
