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
    where present also se, population, setting_average, ordered_dimension with subgroup_order, reference_subgroup, kind
    (proportion, rate, mean; default proportion).

    Example: townline measures subgroups.csv --out measures.csv
    """
    from catalog.errors import BadRequest
    from layers.derive.subgroup_tables import TableRules, subgroup_measures
    from layers.measures.disparity import Options
    from layers.measures.errors import MeasureError
    from services.cli.comparisons import check_measures
    from services.cli.output import csv_out, read_table

    with plain_errors():
        check_measures(measure or [])
        rules = TableRules(tuple(by or ()), tuple(measure or ()), average)
        try:
            options = Options(confidence=confidence, variance=variance, interval=interval, missing=missing)
        except MeasureError as error:
            raise BadRequest(str(error)) from error
        csv_out(townline(context), subgroup_measures(read_table(file), rules, options), out)
