"""`townline spatial`."""

from typing import Annotated

import typer

from services.cli.context import plain_errors, townline
from services.cli.options import Confidence, CsvOut, Layer


def spatial(
    context: typer.Context,
    layer: Layer,
    column: Annotated[
        str, typer.Argument(help="One of its columns of numbers; `townline show LAYER` names them.")
    ],
    confidence: Confidence = 0.95,
    out: CsvOut = None,
) -> None:
    """Show whether a column clusters in space (Moran's I) and where (local Moran: hot spots and cold spots).

    The layer has polygons; neighbours touch each other. `--out` writes the class of every place.

    Example: townline spatial poverty-by-age-tract age_00_17_estimate --out build/hot-spots.csv
    """
    from rich.table import Table

    from layers.derive.spatial import column_pattern
    from services.cli.output import csv_out

    with plain_errors():
        run = townline(context)
        found = column_pattern(run.store.current(layer), column, confidence=confidence)
        pattern = found.pattern
        run.console.print(
            f"Moran's I {pattern.moran:.3f} over {pattern.places:,} places (without pattern {pattern.expected:.3f}, "
            f"p {pattern.p_value:.2g})"
        )
        table = Table("Class", "Places", box=None)
        for name, count in found.places["class"].value_counts().sort_index().items():
            table.add_row(str(name), f"{count:,}")
        run.console.print(table)
        if out is not None:
            csv_out(run, found.places, out)
