"""An indicator's tidy table from the current version of its source layer."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from catalog.indicators import Indicator, LongCells, TidyCells, WideCells
from catalog.places import Places
from catalog.store import Version
from layers.indicators.cells import NOTHING, Cells, Floats, Ranks, Texts
from layers.indicators.columns import tidy_columns, tidy_key
from layers.indicators.cumulative import flag_falls
from layers.indicators.errors import RepeatedCells, UnusableNumbers
from layers.indicators.long import read_long
from layers.indicators.measure import Measured, measured
from layers.indicators.medians import with_medians
from layers.indicators.nested import with_derived
from layers.indicators.reliability import reliability
from layers.indicators.small_cells import refuse_small
from layers.indicators.statuses import HAS_VALUE, PUBLISHED, RANK, texts
from layers.indicators.tidy import read_tidy
from layers.indicators.wide import read_wide
from layers.measures.errors import MeasureError
from layers.normalise import Notes


def compute(indicator: Indicator, version: Version, places: Places, notes: Notes | None = None) -> pa.Table:
    """The tidy table of an indicator: one row per place, period and group, sorted by them.

    Columns and their meaning: `tidy_columns`. An estimate is null exactly where its status has no value.

    Args:
        indicator: what to compute.
        version: of the source layer.
        places: of the state.
        notes: told of spellings mended, joins and flags.

    Raises:
        IndicatorError: the layer does not hold what the indicator names; the message says what to add.
        UnseenValue: a category that a vocabulary does not know, with the line to add.
        TownlineError: a crosswalk, nesting or gazetteer cannot answer.

    """
    notes = notes or Notes()
    cells = _read(indicator, version, places, notes)
    try:
        cells = with_medians(indicator, with_derived(indicator, cells, places, notes))
        if isinstance(indicator.cells, TidyCells) and indicator.cells.cumulative:
            cells = flag_falls(cells, notes)
        refuse_small(indicator, cells, notes)
        found = measured(indicator, cells)
        judged = reliability(indicator, cells, found)
    except MeasureError as error:
        raise UnusableNumbers(f"indicator {indicator.id!r}: {error}", layer=version.layer) from error
    return _table(indicator, cells, found, judged, notes, version.layer)


def _read(indicator: Indicator, version: Version, places: Places, notes: Notes) -> Cells:
    match indicator.cells:
        case LongCells() as cells:
            return read_long(indicator, cells, version, places)
        case WideCells() as cells:
            return read_wide(indicator, cells, version, places)
        case TidyCells() as cells:
            return read_tidy(indicator, cells, version, places, notes)


def _table(
    indicator: Indicator, cells: Cells, found: Measured, judged: Texts, notes: Notes, layer: str
) -> pa.Table:
    status = _status(indicator, cells, found, judged, notes)
    hidden = ~HAS_VALUE[status]
    withheld = hidden & (status != RANK["not_applicable"])
    size = cells.size
    arrays: dict[str, Texts | Floats] = {
        "place_type": cells.place_type,
        "vintage": cells.vintage,
        "geoid": cells.geoid,
        "name": cells.name,
        "indicator": np.full(size, indicator.id, dtype=object),
        "period": cells.period,
        **cells.codes,
        **{
            name: np.where(hidden, np.nan, getattr(found, name))
            for name in ("estimate", "moe", "lower", "upper")
        },
        **{name: np.where(withheld, np.nan, getattr(cells, name)) for name in ("numerator", "numerator_moe")},
        "denominator": cells.denominator,
        "denominator_moe": cells.denominator_moe,
        "status": texts(status),
        "reliability": np.where(hidden, NOTHING, judged),
        "moe_source": np.where(hidden, "none", found.moe_source),
        "method": cells.method,
        "split_share": cells.split_share,
    }
    columns = tidy_columns(indicator)
    table = pa.table(
        [
            pa.array(
                arrays[column.name],
                pa.string() if column.type == "string" else pa.float64(),
                from_pandas=True,
            )
            for column in columns
        ],
        names=[column.name for column in columns],
    ).sort_by([(name, "ascending") for name in tidy_key(indicator)])
    _refuse_repeated(indicator, table, layer)
    return table


def _status(indicator: Indicator, cells: Cells, found: Measured, judged: Texts, notes: Notes) -> Ranks:
    """The status of each value: the source's, else what its numbers and the reliability standard say."""
    absent = np.isnan(found.estimate)
    status = cells.status.copy()
    nobody = absent & HAS_VALUE[status] & (cells.denominator == 0)
    status[nobody] = RANK["not_applicable"]
    status[absent & HAS_VALUE[status]] = RANK["missing"]
    above = ~absent & (indicator.kind == "share") & (found.estimate > indicator.per * (1 + 1e-9))
    if above.any():
        notes.add(
            "share",
            "shares above the whole are shown as they are and flagged unreliable",
            rows=int(above.sum()),
        )
    status[(status == PUBLISHED) & (above | (judged == "unreliable"))] = RANK["unreliable"]
    return status


def _refuse_repeated(indicator: Indicator, table: pa.Table, layer: str) -> None:
    key = list(tidy_key(indicator))
    counts = table.group_by(key).aggregate([([], "count_all")])
    if counts.num_rows == table.num_rows:
        return
    twice = counts.filter(pc.greater(counts["count_all"], 1)).slice(0, 5).select(key).to_pylist()
    raise RepeatedCells(
        f"the indicator {indicator.id!r} has several values for the same place, period and group, for example "
        f"{'; '.join(' '.join(map(str, row.values())) for row in twice)}; narrow the rows with source.where",
        layer=layer,
    )
