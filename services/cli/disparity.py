"""`townline disparity`."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from catalog.errors import TownlineError, nearest
from catalog.indicators import DisparityRule, Indicator
from catalog.places import Places, load_places
from layers.derive import Product, disparity_product, table_id
from layers.normalise import Notes
from services.cli.context import plain_errors, townline
from services.cli.indicators import chosen_indicators
from services.cli.rules import Rule, write_rule


class NotComparable(TownlineError):
    """The indicator has no such dimension or places, or its groups cannot be compared."""


def disparity(
    context: typer.Context,
    indicator: Annotated[str, typer.Argument(help="An indicator that is derived.")],
    by: Annotated[str, typer.Option(help="Dimension whose groups are compared, such as race_ethnicity.")],
    places: Annotated[str, typer.Option(help="Place type, such as town.")],
    measures: Annotated[
        list[str] | None, typer.Option(help="Names of measures over all groups; may be repeated.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for tidy.csv, tidy.parquet and tidy-dictionary.csv.")
    ] = None,
    rule: Rule = None,
) -> None:
    """Compare the groups of an indicator with its reference group in every place, for every period.

    Prints tidy CSV, or writes it with Parquet and a dictionary of the columns into a folder. Measures, reference,
    direction and corrections are those of the indicator's file where nothing else is given.

    Example: townline disparity poverty-by-age --by age --places town --out build/poverty
    """
    with plain_errors():
        run = townline(context)
        found = chosen_indicators(run, [indicator])[0]
        chosen = _rule(found, by, places, measures)
        home = run.home_of(table_id(found))
        kept = Places(load_places(run.profile.folder), run.store)
        product = disparity_product(
            found, chosen, by, places, home.current(table_id(found)), run.store, kept, Notes()
        )
        files = _written(product, out) if out else ()
        if out is None:
            typer.echo(_text(product), nl=False)
        write_rule(run, rule, files, declared=[f"indicators/{indicator}.yml"])
    for path in files:
        run.console.print(str(path), highlight=False, soft_wrap=True)


def _rule(indicator: Indicator, by: str, places: str, measures: list[str] | None) -> DisparityRule:
    """The indicator's rule, or the default one, for one dimension and place type.

    Raises:
        NotComparable: the message says what there is.

    """
    if by not in indicator.reference:
        known = list(indicator.reference)
        raise NotComparable(
            f"{indicator.id!r} has no reference group for {by!r}; "
            f"{nearest(by, known) if known else 'add `reference` to its file'}"
        )
    kinds = indicator.place_types
    if places not in kinds:
        raise NotComparable(f"{indicator.id!r} has no places of type {places!r}; {nearest(places, kinds)}")
    if indicator.direction == "neutral" or indicator.kind == "count":
        raise NotComparable(
            f"{indicator.id!r} is a {indicator.kind} with direction {indicator.direction}; groups are compared where "
            "one direction is better and the value is no count"
        )
    rule = indicator.disparity or DisparityRule()
    return rule.model_copy(update={"measures": tuple(measures)}) if measures else rule


def _written(product: Product, out: Path) -> tuple[Path, ...]:
    """The files, the tidy CSV first."""
    if product.beside is None:
        raise NotComparable("the comparison has no tidy table")
    out.mkdir(parents=True, exist_ok=True)
    return product.beside(out)


def _text(product: Product) -> str:
    """The tidy CSV."""
    with TemporaryDirectory() as folder:
        text, *_ = _written(product, Path(folder))
        return text.read_text(encoding="utf-8")
