"""Comparisons as columns: one row per place for a GIS, one row per value for analysts."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from catalog.grammar import column_name
from catalog.indicators import Indicator
from catalog.records import PublishedColumn
from layers.derive.comparison import Comparison
from layers.indicators.described import number_column, text_column
from layers.measures.disparity import MEASURES, STATUS_LABELS, Result, Status

type _Column = tuple[PublishedColumn, NDArray[np.generic]]
_REASONS = np.array([STATUS_LABELS[status] for status in Status], dtype=object)
_LIMITS = (
    ("", "", "", ""),
    ("_lower", ", lower limit", ", límite inferior", " Lower limit."),
    ("_upper", ", upper limit", ", límite superior", " Upper limit."),
)


def wide_comparison(
    indicator: Indicator, by: str, found: Comparison
) -> tuple[tuple[PublishedColumn, ...], pd.DataFrame]:
    """The columns of the latest period: per group its estimate, difference, ratio and verdict; then the summaries."""
    periods = found.index.get_level_values("period")
    latest = np.asarray(periods == periods.max())
    made = [*_places(found), *_groups(indicator, by, found), *_summaries(indicator, found)]
    frame = pd.DataFrame({column.name: values[latest] for column, values in made})
    return tuple(column for column, _ in made), frame


def tidy_comparison(
    indicator: Indicator, by: str, found: Comparison
) -> tuple[pa.Table, tuple[PublishedColumn, ...]]:
    """One row per place, period, measure and, where it is about one, group: estimate, limits and why there is none."""
    reference = found.groups[found.reference]
    frames = [
        _tidy(
            found,
            name,
            result,
            code,
            place,
            found.verdict[:, place] if name == "difference_to_reference" else None,
        )
        for name, result in (
            ("difference_to_reference", found.difference),
            ("ratio_to_reference", found.ratio),
        )
        for place, code in enumerate(found.groups)
        if code != reference
    ]
    frames += [_tidy(found, name, result, None, None, None) for name, result in found.summaries.items()]
    frame = pd.concat(frames, ignore_index=True)
    frame.insert(2, "indicator", indicator.id)
    frame.insert(3, "by", by)
    frame.insert(6, "reference", frame["group"].map(lambda code: None if pd.isna(code) else reference))
    columns = tuple(_tidy_columns(indicator))
    schema = pa.schema(
        [pa.field(one.name, pa.string() if one.type == "string" else pa.float64()) for one in columns]
    )
    rows = pa.Table.from_pandas(frame[schema.names], schema=schema, preserve_index=False)
    return rows.replace_schema_metadata(None).sort_by(
        [(name, "ascending") for name in ("geoid", "period", "measure", "group")]
    ), columns


def _tidy(
    found: Comparison,
    name: str,
    result: Result,
    code: str | None,
    place: int | None,
    verdict: NDArray[np.object_] | None,
) -> pd.DataFrame:
    cell = (slice(None),) if place is None else (slice(None), place)
    return pd.DataFrame(
        {
            "geoid": found.index.get_level_values("geoid"),
            "period": found.index.get_level_values("period"),
            "measure": name,
            "group": code,
            "estimate": result.estimate[cell],
            "se": result.se[cell],
            "lower": result.lower[cell],
            "upper": result.upper[cell],
            "reason": _REASONS[result.status[cell]],
            "status": None if place is None else found.status[:, place],
            "verdict": verdict,
        }
    )


def _places(found: Comparison) -> Iterator[_Column]:
    geoid = found.index.get_level_values("geoid").to_numpy(dtype=object)
    period = found.index.get_level_values("period").to_numpy(dtype=object)
    yield text_column("geoid", "Place id", "Identificador del lugar", "Id of the place."), geoid
    yield text_column("name", "Place", "Lugar", "Name of the place."), found.names
    yield text_column("period", "Period", "Período", "Time that the values cover."), period
    told = "Id of the place as the indicator's table has it."
    yield text_column("source_id", "Place id of the values", "Identificador en los datos", told), geoid


def _groups(indicator: Indicator, by: str, found: Comparison) -> Iterator[_Column]:
    dimension = indicator.dimension(by)
    ours, ours_es = (dimension.label(found.groups[found.reference], one) for one in ("en", "es"))
    for place, code in enumerate(found.groups):
        prefix, label, label_es = column_name(code), dimension.label(code), dimension.label(code, "es")
        yield (
            number_column(
                f"{prefix}_estimate",
                f"{label}: {indicator.title}",
                f"{label_es}: {indicator.title_es}",
                f"{indicator.definition} Group: {label}.",
                indicator.unit,
            ),
            found.estimate[:, place],
        )
        yield (
            text_column(
                f"{prefix}_status",
                f"{label}: status",
                f"{label_es}: estado",
                "Whether the estimate is shown, flagged or why it is absent; missing is never zero.",
                "statuses",
            ),
            found.status[:, place],
        )
        if place == found.reference:
            continue
        for name, result, say, say_es, unit in (
            (
                "difference",
                found.difference,
                f"difference to {ours}",
                f"diferencia con {ours_es}",
                indicator.unit,
            ),
            ("ratio", found.ratio, f"ratio to {ours}", f"razón con {ours_es}", None),
        ):
            yield from _limits(
                f"{prefix}_{name}",
                f"{label}: {say}",
                f"{label_es}: {say_es}",
                f"{MEASURES[name].title} of the group “{label}” to the group “{ours}”.",
                unit,
                result,
                place,
            )
        yield (
            text_column(
                f"{prefix}_verdict",
                f"{label}: verdict",
                f"{label_es}: conclusión",
                f"Whether the group does clearly better or worse than “{ours}”, from the interval.",
                "verdicts",
            ),
            found.verdict[:, place],
        )


def _summaries(indicator: Indicator, found: Comparison) -> Iterator[_Column]:
    for name, result in found.summaries.items():
        entry = MEASURES[name]
        yield from _limits(name, entry.title, entry.title, entry.sentence, None, result, None)
        yield (
            text_column(
                f"{name}_reason",
                f"{entry.title}: reason",
                f"{entry.title}: motivo",
                "Whether there is an estimate with an interval, or why not.",
            ),
            _REASONS[result.status],
        )


def _limits(
    name: str,
    title: str,
    title_es: str,
    description: str,
    unit: str | None,
    result: Result,
    place: int | None,
) -> Iterator[_Column]:
    cell = (slice(None),) if place is None else (slice(None), place)
    for (suffix, say, say_es, told), values in zip(
        _LIMITS, (result.estimate, result.lower, result.upper), strict=True
    ):
        column = number_column(name + suffix, title + say, title_es + say_es, description + told, unit)
        yield column, values[cell]


def _tidy_columns(indicator: Indicator) -> Iterator[PublishedColumn]:
    yield text_column(
        "geoid", "Place id", "Identificador del lugar", "Id of the place in the vintage of the table."
    )
    yield text_column("period", "Period", "Período", "Time that the value covers.")
    yield text_column("indicator", "Indicator", "Indicador", f"{indicator.title}. {indicator.definition}")
    yield text_column("by", "Dimension", "Dimensión", "Dimension whose groups are compared.")
    yield text_column("measure", "Measure", "Medida", "Name of the measure; docs/methods.md has its formula.")
    yield text_column("group", "Group", "Grupo", "Group that the value is about; none where it is about all.")
    yield text_column(
        "reference", "Reference group", "Grupo de referencia", "Group that it is compared with."
    )
    for name, title, title_es, told in (
        ("estimate", "Estimate", "Estimación", "The measure's value."),
        ("se", "Standard error", "Error estándar", "Standard error on the estimate's own scale."),
        ("lower", "Lower limit", "Límite inferior", "Lower limit of the interval."),
        ("upper", "Upper limit", "Límite superior", "Upper limit of the interval."),
    ):
        yield number_column(
            name, title, title_es, f"{told} Confidence: {indicator.policy.confidence:g}.", None
        )
    yield text_column(
        "reason", "Reason", "Motivo", "Whether there is an estimate with an interval, or why not."
    )
    yield text_column(
        "status", "Status of the group's value", "Estado del valor del grupo", "As published.", "statuses"
    )
    yield text_column(
        "verdict", "Verdict", "Conclusión", "With the difference: from its interval.", "verdicts"
    )
