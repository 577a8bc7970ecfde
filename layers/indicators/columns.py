"""The columns of the tidy table, with the words of its data dictionary."""

from catalog.indicators import Indicator
from catalog.records import PublishedColumn
from layers.indicators.described import number_column, text_column
from layers.measures.reliability import POLICIES

_PLACE = (
    ("place_type", "Place type", "Tipo de lugar", "Kind of place.", "place-types"),
    ("vintage", "Vintage", "Versión", "Year of the definition that the place's id follows.", None),
    ("geoid", "Place id", "Identificador del lugar", "Id of the place in its vintage.", None),
    ("name", "Place", "Lugar", "Name of the place.", None),
    ("indicator", "Indicator", "Indicador", "Id of the indicator.", None),
    ("period", "Period", "Período", "Time that the value covers.", None),
)
_KEY = ("place_type", "vintage", "geoid", "period")


def tidy_key(indicator: Indicator) -> tuple[str, ...]:
    """The columns that make a row of the tidy table unique."""
    return (*_KEY, *(dimension.name for dimension in indicator.dimensions))


def tidy_columns(indicator: Indicator) -> tuple[PublishedColumn, ...]:
    """The columns of an indicator's tidy table, in order."""
    places = tuple(
        text_column(name, title, title_es, description, vocabulary=vocabulary, required=True)
        for name, title, title_es, description, vocabulary in _PLACE
    )
    dimensions = tuple(
        text_column(
            dimension.name,
            dimension.values.title,
            dimension.values.title_es,
            f"Code of {dimension.values.title.lower()}"
            + (f", tabulation {dimension.tabulation}" if dimension.tabulation else "")
            + "; total where it is not split.",
            vocabulary=dimension.vocabulary,
            required=True,
        )
        for dimension in indicator.dimensions
    )
    return (*places, *dimensions, *_numbers(indicator), *_qualities(indicator))


def _numbers(indicator: Indicator) -> tuple[PublishedColumn, ...]:
    limits = f"{indicator.policy.confidence:.0%} confidence limit, method {indicator.policy.interval}."
    margin = "Half width of the 90% confidence interval"
    return (
        number_column("estimate", indicator.title, indicator.title_es, indicator.definition, indicator.unit),
        number_column(
            "moe",
            "Margin of error",
            "Margen de error",
            f"{margin} of the estimate.",
            indicator.unit,
            filterable=False,
        ),
        number_column("numerator", "Numerator", "Numerador", "Count above the line.", filterable=False),
        number_column(
            "numerator_moe",
            "Margin of error of the numerator",
            "Margen de error del numerador",
            f"{margin} of the numerator; 0 where the source calibrated it to a known total.",
            filterable=False,
        ),
        number_column(
            "denominator", "Denominator", "Denominador", f"Count below the line: {indicator.universe}."
        ),
        number_column(
            "denominator_moe",
            "Margin of error of the denominator",
            "Margen de error del denominador",
            f"{margin} of the denominator; 0 where the source calibrated it to a known total.",
            filterable=False,
        ),
        number_column(
            "lower", "Lower limit", "Límite inferior", f"Lower {limits}", indicator.unit, filterable=False
        ),
        number_column(
            "upper", "Upper limit", "Límite superior", f"Upper {limits}", indicator.unit, filterable=False
        ),
    )


def _qualities(indicator: Indicator) -> tuple[PublishedColumn, ...]:
    name = indicator.policy.reliability
    standard = f"Class by the standard {name}: {POLICIES[name].source}." if name else "Not judged."
    return (
        text_column(
            "status",
            "Status",
            "Estado",
            "Whether the estimate is shown, flagged or why it is absent; missing is never zero.",
            vocabulary="statuses",
            required=True,
        ),
        text_column("reliability", "Reliability", "Fiabilidad", standard, vocabulary="reliability-classes"),
        text_column(
            "moe_source",
            "Source of the margin",
            "Origen del margen",
            "published: stands in the source; derived: computed from its margins or counts; none: unknown.",
            required=True,
        ),
        text_column(
            "method",
            "Method",
            "Método",
            "direct: the source has the place; nested sum: whole places added up; population-weighted or "
            "area-weighted: how parts were weighted; one whole place: the value of the only place in it; median "
            "of bins: interpolated from a distribution; not movable: a median that cannot be made of its places.",
            required=True,
        ),
        number_column(
            "split_share",
            "Share split",
            "Proporción dividida",
            "Share of the place's weight that came from places that had to be split.",
            "share",
            required=True,
            filterable=False,
        ),
    )
