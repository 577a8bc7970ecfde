"""`townline change`."""

from pathlib import Path
from typing import Annotated

import typer

from services.cli.context import plain_errors, townline
from services.cli.options import Indicator, PlaceTypes, Rule


def change(
    context: typer.Context,
    indicator: Indicator,
    places: PlaceTypes,
    start: Annotated[
        str | None,
        typer.Option(
            metavar="PERIOD",
            help="First period, such as 2015/2019 or 2012-13. Default: as in the indicator's file, else the first.",
        ),
    ] = None,
    end: Annotated[
        str | None,
        typer.Option(
            metavar="PERIOD", help="Last period. Default: as in the indicator's file, else the last."
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Folder for change.csv and series.csv, series.parquet, series-dictionary.csv. Default: change.csv is "
            "printed.",
        ),
    ] = None,
    rule: Rule = None,
) -> None:
    """Compare two periods of an indicator in every place, across vintages of places, with margins and verdicts.

    Prints one row per place as CSV, or writes it into a folder with the series of all periods. Periods that overlap
    are refused: their samples share people.

    Example: townline change sudden-infant-deaths --places county
    """
    from catalog.indicators import ChangeRule
    from catalog.places import Places, load_places
    from layers.derive.change import change_product, earlier_tables
    from layers.derive.layer_ids import table_id
    from layers.normalise import Notes
    from services.cli.chosen import check_places, chosen_indicators
    from services.cli.output import csv_out, tell_files, write_files
    from services.cli.rules import write_rule

    with plain_errors():
        run = townline(context)
        found = chosen_indicators(run, [indicator])[0]
        check_places(found, places)
        compared = (found.change or ChangeRule()).model_copy(
            update={name: value for name, value in (("start", start), ("end", end)) if value is not None}
        )
        home = run.home_of(table_id(found))
        tables = [home.current(table_id(found)), *earlier_tables(home, compared)]
        kept = Places(load_places(run.profile.folder), run.store)
        product = change_product(found, compared, places, tables, run.store, kept, Notes())
        rows = product.rows.select([column.name for column in product.columns]).to_pandas()
        csv_out(run, rows, out / "change.csv" if out else None)
        beside = write_files(out, product.beside) if out and product.beside else ()
        tell_files(run, beside)
        write_rule(
            run, rule, (out / "change.csv", *beside) if out else (), declared=[f"indicators/{indicator}.yml"]
        )
