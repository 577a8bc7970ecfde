"""Disparity layers: per place the groups of a dimension against its reference group, in columns that a GIS shows."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from catalog.errors import DataError
from catalog.indicators import DisparityRule, Indicator
from catalog.manifests import PlaceReference
from catalog.places import Places, PlacesConfiguration
from catalog.store import Store, Version
from catalog.vocabulary import vocabulary
from layers.derive.comparison import Comparison, compare
from layers.derive.comparison_columns import tidy_comparison, wide_comparison
from layers.derive.drawing import drawn_by, inputs_of, on_polygons, table_of
from layers.derive.exports import write_tidy
from layers.derive.publication import Declared, Product, publish_derived
from layers.derive.withheld import audit_withheld
from layers.ingest import Outcome, Run
from layers.measures.errors import MeasureError
from layers.normalise import Notes

METHOD = "2"
"""Raised when the same declaration and inputs give something else: every disparity layer is then made again."""


def disparity_id(indicator: Indicator, by: str, kind: str) -> str:
    """The id of the layer with the disparity of an indicator by a dimension over places of a type."""
    return f"disparity-{indicator.id}-{by}-{kind}".replace("_", "-")


def dimensions_of(indicator: Indicator, rule: DisparityRule) -> tuple[str, ...]:
    """The dimensions by which groups are compared."""
    return rule.by or tuple(indicator.reference)


def derive_disparity(
    run: Run, home: Store, indicator: Indicator, configuration: PlacesConfiguration, table: Version
) -> list[Outcome]:
    """The outcomes of all disparity layers of an indicator whose tidy table is `table`; none without a rule."""
    rule = indicator.disparity
    if rule is None:
        return []
    return [
        _layer(run, home, indicator, rule, by, kind, configuration, table)
        for by in dimensions_of(indicator, rule)
        for kind in indicator.compared_types(rule.places)
    ]


def _layer(
    run: Run,
    home: Store,
    indicator: Indicator,
    rule: DisparityRule,
    by: str,
    kind: str,
    configuration: PlacesConfiguration,
    table: Version,
) -> Outcome:
    term = vocabulary("place-types").term(kind)
    dimension = indicator.dimension(by)
    label, label_es = (dimension.label(indicator.reference[by], language) for language in ("en", "es"))
    name = vocabulary(dimension.vocabulary)
    texts = [METHOD, by, kind, indicator.model_dump_json(), configuration.model_dump_json()]
    texts += [name.model_dump_json(), vocabulary("verdicts").model_dump_json()]
    declared = Declared(
        id=disparity_id(indicator, by, kind),
        title=f"{indicator.title}: disparity by {name.title.lower()}, {str(term.attributes['plural']).lower()}",
        title_es=f"{indicator.title_es}: disparidad por {name.title_es.lower()}, "
        f"{str(term.attributes['plural_es']).lower()}",
        description=f"{indicator.definition} Each group against the group “{label}”: difference, ratio and verdict, "
        "and measures over all groups. The latest period; the file beside it has one row per value of all periods.",
        theme=indicator.theme,
        keywords=(*indicator.keywords, "disparity"),
        sha256=hashlib.sha256("\n".join([*texts, label_es]).encode()).hexdigest(),
    )

    def make(notes: Notes) -> Product:
        places = Places(configuration, run.store)
        return disparity_product(indicator, rule, by, kind, table, run.store, places, notes)

    return publish_derived(run, home, declared, make)


def disparity_product(
    indicator: Indicator,
    rule: DisparityRule,
    by: str,
    kind: str,
    table: Version,
    store: Store,
    places: Places,
    notes: Notes,
) -> Product:
    """The layer of one dimension and place type: its latest period in columns, all periods in the files beside it.

    Raises:
        DataError: the table has no place of the type, the measures cannot be computed, or cells that the source
            withheld can be computed from what is published.

    """
    tidy = pq.read_table(table.data).to_pandas()
    for line in audit_withheld(indicator, by, tidy).lines:
        notes.add("disclosure control", line)
    rows = tidy[tidy["place_type"] == kind]
    if rows.empty:
        raise DataError(f"the indicator {indicator.id!r} has no {kind}", layer=table.layer)
    rows = rows[rows["vintage"] == rows["vintage"].max()]
    try:
        found = compare(indicator, by, rule, rows)
    except MeasureError as error:
        raise DataError(f"indicator {indicator.id!r} by {by}: {error}", layer=table.layer) from error
    columns, frame = wide_comparison(indicator, by, found)
    drawn = drawn_by(kind, str(rows["vintage"].iloc[0]), places)
    boundaries = [store.current(layer) for layer in drawn.layers] if drawn else []
    if drawn:
        frame = on_polygons(frame, boundaries, drawn, places, notes, same=("period",))
    beside = tidy_comparison(indicator, by, found)

    def write_beside(folder: Path) -> tuple[Path, ...]:
        return write_tidy(folder, "tidy", *beside)

    taken = [table, *boundaries]
    vintage = drawn.drawn if drawn else str(rows["vintage"].iloc[0])
    return Product(
        rows=table_of(frame, columns),
        columns=columns,
        key=("geoid",),
        inputs=inputs_of(taken, places),
        source=table.record,
        places=PlaceReference(type=kind, vintage=vintage, id="geoid", name="name"),
        caveats=(*table.record.caveats, *_caveats(indicator, rule, found)),
        attribution=tuple(one.record.attribution or one.record.agency for one in taken),
        beside=write_beside,
    )


def _caveats(indicator: Indicator, rule: DisparityRule, found: Comparison) -> Iterator[str]:
    many = "Benjamini–Hochberg within a period" if rule.correction != "none" else "not corrected"
    yield (
        f"Limits and verdicts are at {indicator.policy.confidence:.0%}, for the number of comparisons: {many}. "
        "The groups' errors are taken as independent of each other."
    )
    if not np.isfinite(found.difference.se).any():
        yield "The source gives no error and no number of people, so that every verdict is unreliable."
