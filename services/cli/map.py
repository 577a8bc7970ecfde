"""`townline map`."""

import json
import webbrowser
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.markup import escape
from rich.progress import track
from rich.table import Table

from catalog.errors import TownlineError
from catalog.indicators import load_indicators
from catalog.maps import MapManifest, load_maps
from catalog.places import Places
from catalog.places.configuration import load_places
from services.cli.context import FAILED, USAGE, Townline, plain_errors, townline
from services.cli.rules import Rule, write_rule
from services.maps.errors import UnknownChoice

if TYPE_CHECKING:
    from services.maps.building import MapFiles


class Picture(StrEnum):
    """Kinds of pictures."""

    PNG = "png"
    SVG = "svg"
    PDF = "pdf"


@dataclass(frozen=True)
class _Result:
    name: str
    files: "MapFiles | None"
    error: str | None


def map_(
    context: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(help="Maps of the profile, by their id.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every map that the profile declares.")] = False,
    out: Annotated[Path, typer.Option(help="Folder for the files.")] = Path("maps"),
    indicator: Annotated[str | None, typer.Option(help="A map of this indicator alone.")] = None,
    by: Annotated[list[str] | None, typer.Option(help="Dimension to split it by; may be repeated.")] = None,
    places: Annotated[
        list[str] | None, typer.Option(help="Place type, finest first; may be repeated.")
    ] = None,
    period: Annotated[list[str] | None, typer.Option(help="Period; may be repeated.")] = None,
    picture: Annotated[list[Picture] | None, typer.Option(help="Kind of picture; may be repeated.")] = None,
    language: Annotated[Literal["en", "es"], typer.Option(help="Language of the pictures.")] = "en",
    show: Annotated[bool, typer.Option("--open", help="Open the pages in the browser.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was written as JSON.")] = False,
    rule: Rule = None,
) -> None:
    """Draw maps: for each a page that works without a network, and a picture.

    Example: townline map --indicator low-income --places town --out build/maps --open
    """
    with plain_errors():
        run = townline(context)
        manifests = _wanted(run, names or [], everything, indicator, by or [], places or [], period or [])
        results = _draw(run, manifests, out, tuple(picture or (Picture.PNG,)), language, indicator is None)
    if as_json:
        typer.echo(json.dumps([_document(result) for result in results], indent=1))
    else:
        run.console.print(_table(results))
    if show:
        for result in results:
            if result.files:
                webbrowser.open(result.files.page.resolve().as_uri())
    if any(result.error for result in results):
        raise typer.Exit(FAILED)
    _write_rule(run, rule, manifests, results)


def _write_rule(
    run: Townline, rule: Path | None, manifests: list[MapManifest], results: list[_Result]
) -> None:
    own = [f"maps/{one.id}.yml" for one in manifests if (run.profile.folder / f"maps/{one.id}.yml").is_file()]
    indicators = [f"indicators/{name}.yml" for one in manifests for name in one.indicators]
    written = [result.files for result in results if result.files]
    made = [*(files.page for files in written), *(path for files in written for path in files.pictures)]
    write_rule(run, rule, made, declared=[*own, *indicators])


def _wanted(
    run: Townline,
    names: list[str],
    everything: bool,
    indicator: str | None,
    by: list[str],
    places: list[str],
    periods: list[str],
) -> list[MapManifest]:
    from services.maps.building import chosen_map  # with matplotlib: only when it is needed

    indicators = load_indicators(run.profile)
    declared = load_maps(run.profile, indicators)
    if indicator is not None:
        chosen = chosen_map(indicators, indicator, by=tuple(by), places=tuple(places), periods=tuple(periods))
        return [chosen]
    for name in names:
        if name not in declared:
            raise UnknownChoice("map", name, list(declared))
    if not names and not everything:
        run.messages.print(f"Name maps, or give --all or --indicator. Maps: {', '.join(declared) or 'none'}.")
        raise typer.Exit(USAGE)
    return list(declared.values()) if everything else [declared[name] for name in names]


def _draw(
    run: Townline,
    manifests: list[MapManifest],
    out: Path,
    pictures: tuple[str, ...],
    language: str,
    for_site: bool,
) -> list[_Result]:
    """The files of each map; the site shows declared maps only, so that others need no page in parts."""
    from services.maps.building import write_map
    from services.maps.content import read_content

    indicators = load_indicators(run.profile)
    places = Places(load_places(run.settings.profile), run.store)
    results = []
    for manifest in track(manifests, "drawing maps", console=run.messages, transient=True):
        try:
            content = read_content(
                run.store, run.profile.state, places, indicators, manifest, run.profile.layers.values()
            )
            files = write_map(content, out, pictures, language, in_parts=for_site)
            results.append(_Result(manifest.id, files, None))
        except TownlineError as error:
            results.append(_Result(manifest.id, None, str(error)))
    return results


def _document(result: _Result) -> dict[str, object]:
    files = result.files
    if files is None:
        return {"map": result.name, "error": result.error}
    return {"map": result.name, "page": str(files.page), "pictures": [str(path) for path in files.pictures]}


def _table(results: list[_Result]) -> Table:
    table = Table("Map", "Page", "Size", "Pictures", box=None)
    for result in results:
        if result.files is None:
            table.add_row(result.name, f"[bold red]failed[/] {escape(result.error or '')}", "", "")
            continue
        size = f"{result.files.page.stat().st_size / 1e6:.2f} MB"
        table.add_row(result.name, str(result.files.page), size, ", ".join(map(str, result.files.pictures)))
    return table
