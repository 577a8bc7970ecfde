"""`townline survey`."""

from pathlib import Path
from typing import Annotated, Literal

import pandas as pd
import pyarrow.parquet as pq
import typer

from catalog.errors import DataError
from layers.derive.survey_tables import SurveyRules, survey_table
from layers.measures.disparity import Options
from layers.measures.errors import MeasureError
from services.cli.context import plain_errors, townline


def survey(
    context: typer.Context,
    people: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="CSV or Parquet, one row per person asked.")
    ],
    value: Annotated[str, typer.Option(help="Column with the value; a yes of a proportion is the scale.")],
    group: Annotated[str, typer.Option(help="Column with the group.")],
    weight: Annotated[str, typer.Option(help="Column with the design weight.")],
    better: Annotated[Literal["higher", "lower"], typer.Option(help="Which values are good.")],
    order: Annotated[
        str | None, typer.Option(help="Column with the group's rank, lowest = most disadvantaged.")
    ] = None,
    psu: Annotated[str | None, typer.Option(help="Column with the primary sampling unit.")] = None,
    stratum: Annotated[str | None, typer.Option(help="Column with the stratum.")] = None,
    reference: Annotated[str | None, typer.Option(help="Group with which the others are compared.")] = None,
    kind: Annotated[
        Literal["proportion", "rate", "mean"], typer.Option(help="What the value is.")
    ] = "proportion",
    scale: Annotated[float, typer.Option(help="1, 100, 1000, 10000 or 100000; 1 for a mean.")] = 1.0,
    lonely: Annotated[
        Literal["refuse", "centre", "certainty"],
        typer.Option(
            help="A stratum with one unit: an error, its distance from the mean, or no error of its own."
        ),
    ] = "refuse",
    measure: Annotated[
        list[str] | None, typer.Option(help="Name of a measure; may be repeated. Default: all possible.")
    ] = None,
    confidence: Annotated[float, typer.Option(help="Of the limits.")] = 0.95,
    out: Annotated[Path | None, typer.Option(help="CSV file for the result.")] = None,
) -> None:
    """Compute disparity measures of individual survey data, with errors by Taylor linearisation; needs no profile.

    Example: townline survey people.csv --value insured --group income --order income_rank --weight weight
    --psu village --stratum region --better higher
    """
    with plain_errors():
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
            raise DataError(str(error)) from error
        found = survey_table(_read(people), rules, options)
        if out is None:
            typer.echo(found.to_csv(index=False), nl=False)
        else:
            out.parent.mkdir(parents=True, exist_ok=True)
            found.to_csv(out, index=False)
            townline(context).console.print(str(out))


def _read(path: Path) -> pd.DataFrame:
    if path.suffix == ".parquet":
        return pd.DataFrame(pq.read_table(path).to_pandas())
    return pd.read_csv(path, encoding="utf-8-sig")
