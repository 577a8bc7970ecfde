"""Ingestion of 1.2 million made-up parcels, side by side with GDAL's ogr2ogr. Run by `make bench`.

From GeoPackage, shapefile and GeoJSON in State Plane feet, on the same file and machine, one after the other:

decode      reading all rows in Arrow batches and nothing else: the floor
ours        snapshot, reprojection, repair, checks and Hilbert order up to the finished GeoParquet
index       the serving index on top, in the same process
ogr2ogr     reprojection and -makevalid to FlatGeobuf, which is in Hilbert order too

    python -m bench.bench_ingest --rows 200000
"""

import argparse
import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.measuring import Measured, measured

BUILD = Path(__file__).resolve().parents[1] / "build" / "bench"
LARGEST_SHARE = 0.5  # of ogr2ogr's wall time
LARGEST_MEGABYTES = 1500
LONGEST_INDEX = 60
FORMATS = ("gpkg", "shp", "geojson")
_STEPS = (sys.executable, "-m", "bench.ingest_steps")

_COLUMNS = {
    "file": "file",
    "decode s": "decode",
    "ours s": "ours",
    "of ogr2ogr": "share",
    "ours CPU s": "ours_processor",
    "ours MB": "ours_megabytes",
    "index s": "index",
    "ogr2ogr s": "ogr2ogr",
    "ogr2ogr CPU s": "ogr2ogr_processor",
    "ogr2ogr MB": "ogr2ogr_megabytes",
}

Row = dict[str, float | str | None]


def compare(path: Path, workspace: Path) -> Row:
    """One line of the table: seconds and peak megabytes for one file."""
    decoded = json.loads(measured([*_STEPS, "decode", str(path)]).output)
    ours = measured([*_STEPS, "ingest", str(path), str(workspace)])
    said = json.loads(ours.output)
    if said["rows"] != decoded["rows"]:
        raise RuntimeError(f"{path.name}: {decoded['rows']:,} rows went in and {said['rows']:,} came out")
    start_up = ours.seconds - said["all"]
    data = start_up + said["data"]
    theirs = ogr2ogr(path, workspace)
    return {
        "file": path.name,
        "rows": said["rows"],
        "decode": decoded["seconds"],
        "ours": data,
        "decode_share": decoded["seconds"] / data,
        "ours_processor": said["data_processor"],
        "ours_megabytes": ours.megabytes,
        "index": said["all"] - said["data"],
        "ogr2ogr": theirs.seconds if theirs else None,
        "ogr2ogr_processor": theirs.processor if theirs else None,
        "ogr2ogr_megabytes": theirs.megabytes if theirs else None,
        "share": data / theirs.seconds if theirs else None,
    }


def ogr2ogr(path: Path, workspace: Path) -> Measured | None:
    """What ogr2ogr takes for the same work; None when it is not installed."""
    program = shutil.which("ogr2ogr")
    if program is None:
        return None
    work = ["-t_srs", "EPSG:4326", "-makevalid", "-nlt", "PROMOTE_TO_MULTI"]
    return measured([program, "-f", "FlatGeobuf", str(workspace / "theirs.fgb"), str(path), *work])


def table(rows: list[Row]) -> str:
    """The measurements as a table to read."""
    heads, names = zip(*_COLUMNS.items(), strict=True)
    lines = [heads, *(tuple(_cell(name, row[name]) for name in names) for row in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(heads))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if not place else cell.rjust(width) for place, (cell, width) in enumerate(pairs)
        )
        for pairs in (list(zip(line, widths, strict=True)) for line in lines)
    )


def verdicts(rows: list[Row]) -> list[str]:
    """What is beyond the limits, one sentence each."""
    limits = (("share", LARGEST_SHARE), ("ours_megabytes", LARGEST_MEGABYTES), ("index", LONGEST_INDEX))
    return [
        f"{row['file']}: {name} is {value:.2f}, at most {limit} is wanted"
        for row in rows
        for name, limit in limits
        if isinstance(value := row[name], float) and value > limit
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print the table and write `ingest.json`; ends with 1 when a limit is not kept."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=1_200_000)
    parser.add_argument("--formats", nargs="+", choices=FORMATS, default=FORMATS)
    parser.add_argument("--folder", type=Path, default=BUILD, help="for the files and the result")
    options = parser.parse_args(arguments)
    # in a process of its own: the peak memory of a child counts what its parent had when it started
    files = json.loads(measured([*_STEPS, "files", str(options.folder), str(options.rows)]).output)
    rows: list[Row] = []
    for ending in options.formats:
        with TemporaryDirectory(prefix="work-", dir=options.folder) as folder:
            rows.append(compare(Path(files[ending]), Path(folder)))
    (options.folder / "ingest.json").write_text(json.dumps(rows, indent=2) + "\n")
    print(f"{options.rows:,} polygons, EPSG:2234 to longitude and latitude\n\n{table(rows)}\n")
    if rows[0]["ogr2ogr"] is None:
        print(
            "ogr2ogr is not installed (Debian: apt-get install gdal-bin), so there is nothing to compare with"
        )
    beyond = verdicts(rows)
    print("\n".join(beyond) or "all within the limits")
    if beyond:
        raise SystemExit(1)


def _cell(name: str, value: float | str | None) -> str:
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    return (
        f"{value:.0%}"
        if name == "share"
        else f"{value:,.0f}"
        if name.endswith("megabytes")
        else f"{value:.1f}"
    )


if __name__ == "__main__":
    main()
