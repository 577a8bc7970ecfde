"""The atlas of a state: every place's profile as its own PDF/UA file, and all of them in one book.

    python bench/bench_reports.py [--profile config/connecticut] [--store build/connecticut/store] [--type town]

Wall time of the whole command from its start, imports and spawned processes included; the load of the machine
and the memory of its largest process are beside it. The limit is for files and book together.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from bench.measuring import measured

LIMIT = 60.0
COMMAND = "from services.cli import main; main()"


def main() -> int:
    """Print what the files alone, the book alone, and both take; 1 over the limit or without a store."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profile", default="config/connecticut")
    parser.add_argument("--store", type=Path, default=Path("build/connecticut/store"))
    parser.add_argument("--type", default="town")
    parser.add_argument("--processes", default="2")
    given = parser.parse_args()
    if not given.store.is_dir():
        print(f"no store at {given.store}: run `make connecticut` first, or give --store")
        return 1
    print("| atlas | wall s | processor s | peak MB | files | MB | load |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for form in ("files", "book", "both"):
        seconds = _measure(form, given)
    print(f"\nlimit for both: {LIMIT:.0f} s")
    return int(seconds > LIMIT)


def _measure(form: str, given: argparse.Namespace) -> float:
    command = [sys.executable, "-c", COMMAND, "--profile", given.profile, "--store", str(given.store)]
    with tempfile.TemporaryDirectory() as folder:
        options = ["--places", given.type, "--as", form, "--processes", given.processes, "--out", folder]
        took = measured([*command, "report", "atlas", *options, "--json"])
        sizes = [path.stat().st_size for path in Path(folder).glob("*.pdf")]
    load = os.getloadavg()[0]
    print(
        f"| {form} | {took.seconds:.1f} | {took.processor:.1f} | {took.megabytes:.0f} | {len(sizes)} "
        f"| {sum(sizes) / 1e6:.1f} | {load:.1f} |",
        flush=True,
    )
    return took.seconds


if __name__ == "__main__":
    sys.exit(main())
