"""`townline measures`."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from services.cli.context import plain_errors, townline
from services.cli.options import Confidence, CsvOut, Measures


def measures(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            exists=True, dir_okay=False, readable=True, help="CSV or Parquet file, one row per subgroup."
        ),
    ],
    column: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=COLUMN",
            help="A column that the file names otherwise, such as estimate=Rate; may be repeated.",
        ),
    ] = None,
    better: Annotated[
        Literal["higher", "lower"] | None,
        typer.Option(help="Which values are good. Default: column `favourable_indicator`."),
    ] = None,
    kind: Annotated[
        Literal["proportion", "rate", "mean"] | None,
        typer.Option(help="What the estimates are. Default: column `kind`, else proportion."),
    ] = None,
    scale: Annotated[
        float | None,
        typer.Option(
            metavar="NUMBER",
            help="1, 100, 1000, 10000 or 100000; 1 for a mean. Default: column `indicator_scale`.",
        ),
    ] = None,
    reference: Annotated[
        str | None,
        typer.Option(
            metavar="GROUP",
            help="Group with which the others are compared. Default: column `reference_subgroup`.",
        ),
    ] = None,
    measure: Measures = None,
    by: Annotated[
        list[str] | None,
        typer.Option(
            metavar="COLUMN",
            help="Column that tells one table of subgroups from another; may be repeated. Default: setting, date, "
            "indicator and dimension, where they are there.",
        ),
    ] = None,
    confidence: Confidence = 0.95,
    variance: Annotated[
        Literal["sampling", "regression"],
        typer.Option(
            help="From the groups' errors, or from the scatter around the line (gradient measures)."
        ),
    ] = "sampling",
    interval: Annotated[
        Literal["analytic", "simulated"], typer.Option(help="Limits by formula, or by simulated percentiles.")
    ] = "analytic",
    missing: Annotated[
        Literal["strict", "available"],
        typer.Option(help="A subgroup without a value: no result with the reason, or leave it out."),
    ] = "strict",
    average: Annotated[
        Literal["groups", "published"],
        typer.Option(help="The mean: of the subgroups, or column `setting_average`."),
    ] = "groups",
    out: CsvOut = None,
) -> None:
    """Compute all disparity measures of a bare table of subgroups, with standard errors and limits.

    Needs no profile and no store. Columns: subgroup, estimate, favourable_indicator (1: high is good), indicator_scale;
    where present also se, population, setting_average, subgroup_order (lowest = most disadvantaged) with
    ordered_dimension (1 or 0; without it, subgroups with two ranks or more are ordered), reference_subgroup (1), kind
    (proportion, rate, mean; default proportion).

    Example: townline measures subgroups.csv --out measures.csv

    Example: townline measures mine.csv --column subgroup=Race --column "estimate=Rate (%)" --better lower --scale 100
    """
    from catalog.errors import BadRequest
    from layers.derive.subgroup_tables import TableRules, subgroup_measures
    from layers.measures.disparity import Options
    from layers.measures.errors import MeasureError
    from services.cli.comparisons import check_measures
    from services.cli.output import csv_out, read_table

    with plain_errors():
        check_measures(measure or [])
        given = {
            "favourable_indicator": better and int(better == "higher"),
            "kind": kind,
            "indicator_scale": scale,
        }
        rules = TableRules(
            tuple(by or ()),
            tuple(measure or ()),
            average,
            columns=_pairs(column or []),
            given={name: value for name, value in given.items() if value is not None},
            reference=reference,
        )
        try:
            options = Options(confidence=confidence, variance=variance, interval=interval, missing=missing)
        except MeasureError as error:
            raise BadRequest(str(error)) from error
        csv_out(townline(context), subgroup_measures(read_table(file), rules, options), out)


def _pairs(named: list[str]) -> dict[str, str]:
    """The parts of NAME=COLUMN.

    Raises:
        BadRequest: a text has no name or no column.

    """
    from catalog.errors import BadRequest

    pairs = dict(one.partition("=")[::2] for one in named)
    if not all(pairs) or not all(pairs.values()):
        raise BadRequest(
            "column is NAME=COLUMN, such as estimate=Rate: our name, then the column of the file"
        )
    return pairs
