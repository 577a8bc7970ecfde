"""`townline disparity`."""

from pathlib import Path
from typing import Annotated

import typer

from services.cli.context import plain_errors, townline
from services.cli.options import Indicator, PlaceTypes, Rule


def disparity(
    context: typer.Context,
    indicator: Indicator,
    by: Annotated[
        str,
        typer.Option(
            metavar="DIMENSION", help="Dimension whose groups are compared, such as race_ethnicity."
        ),
    ],
    places: PlaceTypes,
    measure: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="A measure over all groups; may be repeated. Default: those of the indicator's file.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Folder for tidy.csv, tidy.parquet and tidy-dictionary.csv. Default: the CSV is printed.",
        ),
    ] = None,
    rule: Rule = None,
) -> None:
    """Compare the groups of an indicator with its reference group in every place, for every period.

    Prints tidy CSV, or writes it with Parquet and a dictionary of the columns into a folder.
    Reference, direction and corrections are those of the indicator's file.

    Example: townline disparity poverty-by-age --by age --places town --out build/poverty
    """
    from catalog.places import Places, load_places
    from layers.derive.disparity import disparity_product
    from layers.derive.layer_ids import table_id
    from layers.normalise import Notes
    from services.cli.chosen import chosen_indicators
    from services.cli.comparisons import comparison_rule, tidy_files, tidy_text
    from services.cli.output import tell_files
    from services.cli.rules import write_rule

    with plain_errors():
        run = townline(context)
        found = chosen_indicators(run, [indicator])[0]
        chosen = comparison_rule(found, by, places, measure or [])
        home = run.home_of(table_id(found))
        kept = Places(load_places(run.profile.folder), run.store)
        product = disparity_product(
            found, chosen, by, places, home.current(table_id(found)), run.store, kept, Notes()
        )
        files = tidy_files(product, out) if out else ()
        if out is None:
            typer.echo(tidy_text(product), nl=False)
        write_rule(run, rule, files, declared=[f"indicators/{indicator}.yml"])
        tell_files(run, files)
