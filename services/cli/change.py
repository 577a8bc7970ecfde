"""`townline change`."""

from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from catalog.errors import TownlineError, nearest
from catalog.indicators import ChangeRule
from catalog.places import Places, load_places
from layers.derive import Product, change_product, earlier_tables, table_id
from layers.normalise import Notes
from services.cli.context import plain_errors, townline
from services.cli.indicators import chosen_indicators
from services.cli.rules import Rule, write_rule


class NoSuchPlaces(TownlineError):
    """The indicator has no places of the type."""


def change(
    context: typer.Context,
    indicator: Annotated[str, typer.Argument(help="An indicator that is derived.")],
    places: Annotated[str, typer.Option(help="Place type, such as town.")],
    start: Annotated[
        str | None, typer.Option(help="First period; default: as in the indicator's file.")
    ] = None,
    end: Annotated[str | None, typer.Option(help="Last period; default: as in the indicator's file.")] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for change.csv and series.csv, series.parquet, series-dictionary.csv."),
    ] = None,
    rule: Rule = None,
) -> None:
    """Compare two periods of an indicator in every place, across vintages of places, with margins and verdicts.

    Prints one row per place as CSV, or writes it into a folder with the series of all periods. Periods that overlap
    are refused: their samples share people.

    Example: townline change sudden-infant-deaths --places county
    """
    with plain_errors():
        run = townline(context)
        found = chosen_indicators(run, [indicator])[0]
        kinds = found.place_types
        if places not in kinds:
            raise NoSuchPlaces(f"{found.id!r} has no places of type {places!r}; {nearest(places, kinds)}")
        compared = (found.change or ChangeRule()).model_copy(
            update={name: value for name, value in (("start", start), ("end", end)) if value is not None}
        )
        home = run.home_of(table_id(found))
        tables = [home.current(table_id(found)), *earlier_tables(home, compared)]
        kept = Places(load_places(run.profile.folder), run.store)
        product = change_product(found, compared, places, tables, run.store, kept, Notes())
        rows = product.rows.select([column.name for column in product.columns]).to_pandas()
        files = _written(product, rows, out) if out else ()
        if out is None:
            typer.echo(rows.to_csv(index=False), nl=False)
        write_rule(run, rule, files, declared=[f"indicators/{indicator}.yml"])
    for path in files:
        run.console.print(str(path), highlight=False, soft_wrap=True)


def _written(product: Product, rows: pd.DataFrame, out: Path) -> tuple[Path, ...]:
    """The files: the rows as CSV, and the series of all periods where the comparison has them."""
    out.mkdir(parents=True, exist_ok=True)
    rows.to_csv(out / "change.csv", index=False)
    return (out / "change.csv", *(product.beside(out) if product.beside else ()))
