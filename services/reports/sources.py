"""Where a report's numbers come from: sources with periods and versions, dates and caveats."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from catalog.indicators import Indicator
from catalog.records import Record
from services.profiles import Profile
from services.reports.material import Material
from services.reports.model import Note
from services.reports.words import Words

_MOST_TITLES = 3


def dated(indicators: Iterable[Indicator], material: Material, words: Words) -> str:
    """When the newest of the data was published; nothing where there are no data."""
    moments = [record.published_at for record in _records(indicators, material)]
    return words("data of", date=words.date(max(moments).date())) if moments else ""


def sources_of(
    indicators: Iterable[Indicator], profiles: Sequence[Profile], material: Material, words: Words
) -> tuple[str, ...]:
    """One sentence per source with the layers that it was made into, then the boundaries of the map."""
    layers: dict[tuple[str, str], dict[tuple[int, str], list[str]]] = defaultdict(lambda: defaultdict(list))
    for record in _records(indicators, material):
        source = layers[record.attribution or record.agency, record.licence]
        source[record.version, record.published_at.date().isoformat()].append(record.id)
    told = [
        words("source text", name=name, licence=licence, layers="; ".join(_versions(made, words)))
        for (name, licence), made in layers.items()
    ]
    return (*told, *_boundaries(profiles, material, words))


def _versions(made: dict[tuple[int, str], list[str]], words: Words) -> list[str]:
    return [
        words("version", layers=", ".join(names), version=version, date=date)
        for (version, date), names in made.items()
    ]


def _boundaries(profiles: Sequence[Profile], material: Material, words: Words) -> list[str]:
    keys = dict.fromkeys(
        (place.key.type, drawn)
        for profile in profiles
        for place in (profile.place, profile.region)
        if place and (drawn := material.places.drawn_vintage(place.key.type, place.key.vintage))
    )
    layers = [layer for kind, drawn in keys for layer in material.places.boundary_layers(kind, drawn)]
    records = [version.record for layer in layers if (version := material.store.find(layer))]
    return [
        words(
            "boundaries",
            title=words.either(record.title, record.title_es),
            name=record.attribution or record.agency,
            layer=record.id,
            version=record.version,
        )
        for record in records
    ]


def caveats_of(indicators: Iterable[Indicator], material: Material, words: Words) -> tuple[Note, ...]:
    """Every caveat once, under the titles of the indicators that it is about."""
    indicators = list(indicators)
    about: dict[str, list[str]] = defaultdict(list)
    for indicator in indicators:
        record = material.record(indicator)
        for caveat in dict.fromkeys((*indicator.caveats, *(record.caveats if record else ()))):
            about[caveat].append(words.title(indicator))
    foreign = None if words.language == "en" else "en"
    together: dict[str, list[str]] = defaultdict(list)
    for caveat, titles in about.items():
        together[_named(titles, len(indicators), words)].append(caveat)
    return tuple(Note(named, " ".join(caveats), foreign) for named, caveats in together.items())


def _named(titles: Sequence[str], everything: int, words: Words) -> str:
    """The titles, or how many when they are more than a reader takes in."""
    if len(titles) <= _MOST_TITLES:
        return "; ".join(titles)
    return words("several", count=len(titles), all=everything)


def _records(indicators: Iterable[Indicator], material: Material) -> list[Record]:
    return [record for indicator in indicators if (record := material.record(indicator))]
