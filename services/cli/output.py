"""Results as files that are whole or absent, or printed."""

from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import typer

from catalog.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

    from services.cli.run import Townline


def csv_out(run: "Townline", table: "pd.DataFrame", out: Path | None) -> None:
    """Write a table as a CSV file and print its path; print the table where no file is given."""
    text = table.to_csv(index=False)
    if out is None:
        typer.echo(text, nl=False)
    else:
        write_text(out, text)
        tell_files(run, [out])


def write_text(path: Path, text: str) -> None:
    """Write a text file in one step."""
    from catalog.store.files import write_whole

    write_whole(path, text.encode())


def write_files(out: Path, make: Callable[[Path], Iterable[Path]]) -> tuple[Path, ...]:
    """The files that `make` writes into a folder, brought into `out` when all of them are written."""
    out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".unfinished-", dir=out) as folder:
        return tuple(path.replace(out / path.name) for path in make(Path(folder)))


def tell_files(run: "Townline", paths: Iterable[Path]) -> None:
    """Print the paths of what was written, one a line, each with its size in kilobytes (1,000 bytes)."""
    for path in paths:
        told = f"{path}  {path.stat().st_size / 1000:,.1f} kB"
        run.console.print(told, highlight=False, markup=False, soft_wrap=True)


def read_table(path: Path, *, texts: bool = False) -> "pd.DataFrame":
    """A CSV file (UTF-8, commas) or a Parquet file; with `texts` every cell is text, and only empty ones are missing.

    Raises:
        DataError: the file is none.

    """
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        if path.suffix.lower() == ".parquet":
            return pd.DataFrame(pq.read_table(path).to_pandas())
        if texts:
            return pd.read_csv(path, encoding="utf-8-sig", dtype=str, keep_default_na=False, na_values=[""])
        return pd.read_csv(path, encoding="utf-8-sig")
    except pd.errors.EmptyDataError as error:
        raise DataError("the file is empty", file=str(path)) from error
    except UnicodeDecodeError as error:
        raise DataError("the file is not UTF-8 text: save it as CSV UTF-8", file=str(path)) from error
    except (pd.errors.ParserError, pa.ArrowInvalid) as error:
        raise DataError(f"the file cannot be read as a table: {error}", file=str(path)) from error
