"""Maps drawn for the command line: which, and what became of each."""

from dataclasses import dataclass
from pathlib import Path

from rich.markup import escape

from catalog.errors import BadRequest, TownlineError
from catalog.indicators import load_indicators
from catalog.maps import MapManifest, load_maps
from catalog.places import Places
from catalog.places.configuration import load_places
from services.cli.output import tell_files
from services.cli.rules import write_rule
from services.cli.run import Townline
from services.maps.building import MapFiles, chosen_map, write_map
from services.maps.content import read_content
from services.maps.errors import UnknownChoice


class WrongMaps(BadRequest):
    """No map is named, or maps are named in two ways at once."""


@dataclass(frozen=True)
class Wanted:
    """Which maps somebody wants: some that the profile declares, all of them, or one of an indicator alone."""

    names: list[str]
    everything: bool
    indicator: str | None
    by: list[str]
    places: list[str]
    periods: list[str]

    def manifests(self, run: Townline) -> list[MapManifest]:
        """The maps.

        Raises:
            BadRequest: none or unknown ones are named, or options do not go together.

        """
        indicators = load_indicators(run.profile)
        declared = load_maps(run.profile, indicators)
        self._check(list(declared))
        if self.indicator is not None:
            by, places, periods = tuple(self.by), tuple(self.places), tuple(self.periods)
            return [chosen_map(indicators, self.indicator, by=by, places=places, periods=periods)]
        for name in self.names:
            if name not in declared:
                raise UnknownChoice("map", name, list(declared))
        return list(declared.values()) if self.everything else [declared[name] for name in self.names]

    def _check(self, declared: list[str]) -> None:
        ways = (bool(self.names), self.everything, self.indicator is not None)
        if sum(ways) != 1:
            raise WrongMaps(
                "name maps, or give --all, or give --indicator, one of the three; maps of the profile: "
                f"{', '.join(declared) or 'none'}"
            )
        if self.indicator is None and (self.by or self.places or self.periods):
            raise WrongMaps("--by, --places and --period go with --indicator; declared maps have their own")


@dataclass(frozen=True)
class Result:
    """The files of a map, or why there are none."""

    name: str
    files: MapFiles | None
    error: str | None

    @property
    def document(self) -> dict[str, object]:
        """The result as JSON."""
        if self.files is None:
            return {"map": self.name, "error": self.error}
        pictures = [str(path) for path in self.files.pictures]
        return {"map": self.name, "page": str(self.files.page), "pictures": pictures}


def draw(
    run: Townline,
    manifests: list[MapManifest],
    out: Path,
    pictures: tuple[str, ...],
    language: str,
    for_site: bool,
) -> list[Result]:
    """The files of each map; the site shows declared maps only, so that others need no page in parts."""
    indicators = load_indicators(run.profile)
    places = Places(load_places(run.settings.profile), run.store)
    results = []
    for manifest in run.bar(manifests, "drawing maps"):
        try:
            content = read_content(
                run.store, run.profile.state, places, indicators, manifest, run.profile.layers.values()
            )
            files = write_map(content, out, pictures, language, in_parts=for_site)
            results.append(Result(manifest.id, files, None))
        except TownlineError as error:
            results.append(Result(manifest.id, None, str(error)))
    return results


def write_map_rule(
    run: Townline, rule: Path | None, manifests: list[MapManifest], results: list[Result]
) -> None:
    """Write the rule of the maps."""
    own = [f"maps/{one.id}.yml" for one in manifests if (run.profile.folder / f"maps/{one.id}.yml").is_file()]
    indicators = [f"indicators/{name}.yml" for one in manifests for name in one.indicators]
    written = [result.files for result in results if result.files]
    made = [*(files.page for files in written), *(path for files in written for path in files.pictures)]
    write_rule(run, rule, made, declared=[*own, *indicators])


def tell(run: Townline, results: list[Result]) -> None:
    """Print the files that were written with their size, and on the error stream what failed."""
    for result in results:
        if result.files is None:
            run.messages.print(
                f"[bold red]failed:[/] map {escape(result.name)}: {escape(result.error or '')}",
                soft_wrap=True,
            )
        else:
            tell_files(run, (result.files.page, *result.files.pictures))
