"""`townline spatial`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from layers.derive import column_pattern
from services.cli.context import plain_errors, townline


def spatial(
    context: typer.Context,
    layer: Annotated[str, typer.Argument(help="A published layer of polygons.")],
    column: Annotated[str, typer.Argument(help="One of its columns of numbers.")],
    confidence: Annotated[float, typer.Option(help="Of the classes; 0.95 is usual.")] = 0.95,
    out: Annotated[Path | None, typer.Option(help="CSV file for the class of every place.")] = None,
) -> None:
    """Show whether a column clusters in space (Moran's I) and where (local Moran: hot spots and cold spots).

    Example: townline spatial poverty-by-age-tract age_00_17_estimate --out build/hot-spots.csv
    """
    with plain_errors():
        found = column_pattern(townline(context).store.current(layer), column, confidence=confidence)
    pattern = found.pattern
    console = townline(context).console
    console.print(
        f"Moran's I {pattern.moran:.3f} over {pattern.places:,} places (without pattern {pattern.expected:.3f}, "
        f"p {pattern.p_value:.2g})"
    )
    table = Table("Class", "Places", box=None)
    for name, count in found.places["class"].value_counts().sort_index().items():
        table.add_row(str(name), f"{count:,}")
    console.print(table)
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        found.places.to_csv(out, index=False)
        console.print(str(out))
