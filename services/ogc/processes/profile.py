"""The profile of places: every published indicator of each, beside its region and the state."""

from collections.abc import Mapping
from dataclasses import asdict
from functools import cached_property
from itertools import groupby

from catalog.indicators import Indicator
from catalog.places import Hit, Place
from services.ogc.processes.errors import TooManyValues
from services.ogc.processes.inputs import Input, Json
from services.ogc.processes.process import Process
from services.profiles import Line, Profile, Profiler

MOST_PLACES = 25
MOST_LINES = 20_000


class ProfilePlace(Process):
    """The profile of a place or of a list of places."""

    identifier = "profile-place"
    title = "Profile of places"
    description = (
        "Every published indicator of one or several places in its latest period: estimate, margin of error "
        "at 90%, limits and status, beside the values of the region and of the state."
    )
    output = "profiles"
    output_description = "One profile for each place, in the order given."
    output_type = "array"

    @cached_property
    def inputs(self) -> Mapping[str, Input]:
        """The inputs by name."""
        return {
            "place": Input(
                "Place",
                "Name, village or id of a place, such as Hartford or 0900337070.",
                {"type": "string", "minLength": 1, "maxLength": 200},
                required=True,
                most=MOST_PLACES,
            ),
            "place_type": Input(
                "Type of place",
                "For names that places of several types have; of several the largest place is taken.",
                {"type": "string", "enum": list(self.figures.place_types)},
            ),
            "indicator": Input(
                "Indicator",
                "Only these indicators; all when none is given.",
                {"type": "string", "enum": list(self._indicators)},
                most=max(2, len(self._indicators)),  # with 1 a value would come alone, not in a list
            ),
        }

    def run(self, values: Json) -> list[Json]:
        """The profiles.

        Raises:
            UnknownPlace: there is no place of a name.
            AmbiguousPlace: several different places have a name.
            TooManyValues: together they hold more values than one answer may.

        """
        gazetteer, figures = self.figures.gazetteer, self.figures
        hits = [gazetteer.find(text, values.get("place_type")) for text in values["place"]]
        chosen = [self._indicators[name] for name in dict.fromkeys(values.get("indicator", self._indicators))]
        profiler = Profiler(chosen, figures.places, figures.rows)
        profiles: list[Json] = []
        lines = 0
        for text, hit in zip(values["place"], hits, strict=True):
            found = profiler.of(hit.place)
            lines += len(found.lines)
            if lines > MOST_LINES:
                raise TooManyValues(
                    f"the answer would hold more than {MOST_LINES:,} groups; ask for fewer places or indicators"
                )
            profiles.append(self._document(text, hit, found))
        return profiles

    @cached_property
    def _indicators(self) -> Mapping[str, Indicator]:
        return {} if self.figures.declared is None else self.figures.declared.indicators

    def _document(self, text: str, hit: Hit, profile: Profile) -> Json:
        return {
            "asked": text,
            "found_as": hit.through,
            "place": _place(profile.place),
            "ids": [asdict(key) for key in profile.ids],
            "region": None if profile.region is None else _place(profile.region),
            "indicators": [
                self._indicator(name, list(lines))
                for name, lines in groupby(profile.lines, key=lambda line: line.indicator)
            ],
        }

    def _indicator(self, name: str, lines: list[Line]) -> Json:
        record = self.figures.tables[name].record
        first = lines[0]
        return {
            "indicator": name,
            "title": first.title,
            "definition": self._indicators[name].definition,
            "direction": self._indicators[name].direction,
            "unit": first.unit,
            "decimals": first.decimals,
            "period": first.period,
            "layer": record.id,
            "version": record.version,
            "groups": [
                {
                    "codes": line.codes,
                    "label": line.label,
                    "place": asdict(line.place),
                    "region": None if line.region is None else asdict(line.region),
                    "state": None if line.state is None else asdict(line.state),
                    "against_state": line.against_state,
                }
                for line in lines
            ],
        }


def _place(place: Place) -> Json:
    return asdict(place.key) | {"name": place.name}
