"""`townline survey`."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from services.cli.context import plain_errors, townline
from services.cli.options import Confidence, CsvOut, Measures


def survey(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            exists=True, dir_okay=False, readable=True, help="CSV or Parquet file, one row per person asked."
        ),
    ],
    value: Annotated[
        str,
        typer.Option(
            metavar="COLUMN", help="The value; a yes of a proportion is written as the scale, a no as 0."
        ),
    ],
    group: Annotated[str, typer.Option(metavar="COLUMN", help="The group.")],
    weight: Annotated[str, typer.Option(metavar="COLUMN", help="The design weight.")],
    better: Annotated[Literal["higher", "lower"], typer.Option(help="Which values are good.")],
    order: Annotated[
        str | None,
        typer.Option(metavar="COLUMN", help="The group's rank, lowest = most disadvantaged."),
    ] = None,
    psu: Annotated[str | None, typer.Option(metavar="COLUMN", help="The primary sampling unit.")] = None,
    stratum: Annotated[str | None, typer.Option(metavar="COLUMN", help="The stratum.")] = None,
    reference: Annotated[
        str | None, typer.Option(metavar="GROUP", help="Group with which the others are compared.")
    ] = None,
    kind: Annotated[
        Literal["proportion", "rate", "mean"], typer.Option(help="What the value is.")
    ] = "proportion",
    scale: Annotated[
        float,
        typer.Option(metavar="NUMBER", help="1, 100, 1000, 10000 or 100000; 1 for a mean."),
    ] = 1.0,
    lonely: Annotated[
        Literal["refuse", "centre", "certainty"],
        typer.Option(
            help="A stratum with one unit: an error, its distance from the mean, or no error of its own."
        ),
    ] = "refuse",
    measure: Measures = None,
    confidence: Confidence = 0.95,
    out: CsvOut = None,
) -> None:
    """Compute disparity measures of individual survey data, with errors by Taylor linearisation.

    Needs no profile and no store.

    Example: townline survey people.csv --value insured --group income --order income_rank --weight weight
    --psu village --stratum region --better higher
    """
    from catalog.errors import BadRequest
    from layers.derive.survey_tables import SurveyRules, survey_table
    from layers.measures.disparity import Options
    from layers.measures.errors import MeasureError
    from services.cli.comparisons import check_measures
    from services.cli.output import csv_out, read_table

    with plain_errors():
        check_measures(measure or [])
        rules = SurveyRules(
            value=value,
            group=group,
            weight=weight,
            high_is_good=better == "higher",
            order=order,
            psu=psu,
            stratum=stratum,
            reference=reference,
            kind=kind,
            scale=scale,
            lonely=lonely,
            measures=tuple(measure or ()),
        )
        try:
            options = Options(confidence=confidence)
        except MeasureError as error:
            raise BadRequest(str(error)) from error
        csv_out(townline(context), survey_table(read_table(file), rules, options), out)
