"""An indicator's layers: its tidy table, and one layer of features per place type that somebody draws."""

import hashlib
from collections.abc import Iterator

from catalog.errors import UnknownLayer
from catalog.indicators import Indicator, LongCells
from catalog.places import Places, PlacesConfiguration
from catalog.records import LayerInput
from catalog.store import Store, Version
from catalog.vocabulary import vocabulary
from layers.derive.change import derive_change
from layers.derive.disparity import derive_disparity
from layers.derive.features import Drawn, features_of
from layers.derive.layer_ids import feature_id, table_id
from layers.derive.publication import Declared, Product, publish_derived
from layers.indicators import compute, tidy_columns, tidy_key
from layers.ingest import Outcome, Run
from layers.normalise import Notes

METHOD = "3"
"""Raised when the engine makes something else of the same inputs: every layer is then made again."""


def derive_indicator(run: Run, indicator: Indicator, configuration: PlacesConfiguration) -> list[Outcome]:
    """The outcomes of the indicator's table, its features, its disparity and its change layers, in this order.

    When the table fails, the others are left as they are.

    Raises:
        UnknownLayer: the source layer is not published.

    """
    home, source = _home(run, indicator)
    declared = _declared_table(indicator, configuration)
    table = publish_derived(
        run, home, declared, lambda notes: _table(indicator, source, Places(configuration, run.store), notes)
    )
    outcomes = [table]
    if not table.failed:
        version = home.current(table.layer)
        for drawn in _drawn(indicator, Places(configuration, run.store)):
            outcomes.append(_features(run, home, indicator, configuration, version, drawn))
        outcomes += derive_disparity(run, home, indicator, configuration, version)
        outcomes += derive_change(run, home, indicator, configuration, version)
    return outcomes


def _home(run: Run, indicator: Indicator) -> tuple[Store, Version]:
    """The store for the results and the version of the source: what is made of restricted data is restricted."""
    for store in (run.store, run.private):
        version = store.find(indicator.source.layer)
        if version is not None:
            return store, version
    raise UnknownLayer(indicator.source.layer, run.store.layers())


def _table(indicator: Indicator, source: Version, places: Places, notes: Notes) -> Product:
    rows = compute(indicator, source, places, notes)
    taken = LayerInput(layer=source.layer, version=source.number, sha256=source.manifest.data_sha256)
    others = tuple(item for item in places.inputs if item.layer != source.layer)
    record = source.record
    return Product(
        rows=rows,
        columns=tidy_columns(indicator),
        key=tidy_key(indicator),
        inputs=(taken, *others),
        source=record,
        caveats=tuple(dict.fromkeys((*indicator.caveats, *record.caveats, *_weights_told(indicator)))),
        attribution=(f"Computed by Townline from: {record.attribution or record.agency}",),
    )


def _weights_told(indicator: Indicator) -> Iterator[str]:
    """Which weights moved values to places that the source lacks."""
    for rule in indicator.derived:
        if rule.by is not None:
            yield (
                f"Values of {rule.type} {rule.vintage} are moved from {rule.parts} by where "
                f"people live (layer {rule.by}); the columns method and split_share say it of each value, and "
                "margins of parts are approximate."
            )


def _features(
    run: Run,
    home: Store,
    indicator: Indicator,
    configuration: PlacesConfiguration,
    table: Version,
    drawn: Drawn,
) -> Outcome:
    kind = vocabulary("place-types").term(drawn.kind)
    declared = Declared(
        id=feature_id(indicator, drawn.kind),
        title=f"{indicator.title}: {str(kind.attributes['plural']).lower()}",
        title_es=f"{indicator.title_es}: {str(kind.attributes['plural_es']).lower()}",
        description=f"{indicator.definition} The latest period, one row per place, with the difference to the "
        "state and the ratio to it; the table of the indicator has all periods and intersections.",
        theme=indicator.theme,
        keywords=indicator.keywords,
        sha256=_sha256(indicator, configuration, drawn.kind),
    )

    def make(notes: Notes) -> Product:
        places = Places(configuration, run.store)
        boundaries = [run.store.current(layer) for layer in drawn.layers]
        return features_of(indicator, table, boundaries, drawn, places, notes)

    return publish_derived(run, home, declared, make)


def _declared_table(indicator: Indicator, configuration: PlacesConfiguration) -> Declared:
    return Declared(
        id=table_id(indicator),
        title=indicator.title,
        title_es=indicator.title_es,
        description=f"{indicator.definition} Universe: {indicator.universe}.",
        theme=indicator.theme,
        keywords=indicator.keywords,
        sha256=_sha256(indicator, configuration, "table"),
    )


def _drawn(indicator: Indicator, places: Places) -> Iterator[Drawn]:
    """The place types that the published boundaries draw, with the vintage of the values."""
    kinds = dict.fromkeys(indicator.places, indicator.source.place.vintage)
    kinds |= {rule.type: rule.vintage for rule in indicator.derived}
    for kind, vintage in kinds.items():
        drawn = places.drawn_vintage(kind, vintage)
        if drawn is not None and places.lists(kind, vintage):
            yield Drawn(kind, vintage, drawn, places.boundary_layers(kind, drawn))


def _sha256(indicator: Indicator, configuration: PlacesConfiguration, part: str) -> str:
    """A hash of all that is declared about a layer: when it changes, the layer is made anew."""
    names = [dimension.vocabulary for dimension in indicator.dimensions]
    if isinstance(indicator.cells, LongCells) and indicator.cells.generate is not None:
        table = vocabulary(indicator.cells.generate.vocabulary)
        names += [table.id, *table.links.values()]
    texts = [METHOD, part, indicator.model_dump_json(), configuration.model_dump_json()]
    texts += [vocabulary(name).model_dump_json() for name in sorted(set(names))]
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()
