"""`townline measures`."""

from pathlib import Path
from typing import Annotated, Literal

import pandas as pd
import typer

from catalog.errors import DataError
from layers.derive.subgroup_tables import TableRules, subgroup_measures
from layers.measures.disparity import Options
from layers.measures.errors import MeasureError
from services.cli.context import plain_errors, townline


def measures(
    context: typer.Context,
    table: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV, one row per subgroup.")],
    measure: Annotated[
        list[str] | None, typer.Option(help="Name of a measure; may be repeated. Default: all possible.")
    ] = None,
    by: Annotated[
        list[str] | None,
        typer.Option(help="Column that tells one table of subgroups from another; may be repeated."),
    ] = None,
    confidence: Annotated[float, typer.Option(help="Of the limits.")] = 0.95,
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
        Literal["groups", "published"], typer.Option(help="The mean: of the subgroups, or `setting_average`.")
    ] = "groups",
    out: Annotated[Path | None, typer.Option(help="CSV file for the result.")] = None,
) -> None:
    """Compute all disparity measures of a bare CSV of subgroups, with standard errors and limits; needs no profile.

    Columns: subgroup, estimate, favourable_indicator (1: high is good), indicator_scale; where present also se,
    population, setting_average, ordered_dimension with subgroup_order, reference_subgroup, kind (proportion, rate,
    mean; default proportion). Several tables in one file are told apart by setting, date, indicator and dimension.

    Example: townline measures subgroups.csv --out measures.csv
    """
    with plain_errors():
        rules = TableRules(tuple(by or ()), tuple(measure or ()), average)
        try:
            options = Options(confidence=confidence, variance=variance, interval=interval, missing=missing)
        except MeasureError as error:
            raise DataError(str(error)) from error
        found = subgroup_measures(pd.read_csv(table, encoding="utf-8-sig"), rules, options)
        if out is None:
            typer.echo(found.to_csv(index=False), nl=False)
        else:
            out.parent.mkdir(parents=True, exist_ok=True)
            found.to_csv(out, index=False)
            townline(context).console.print(str(out))
