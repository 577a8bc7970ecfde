"""Where a report's numbers come from: sources with periods and versions, dates and caveats."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from catalog.indicators import Indicator
from catalog.records import Record
from services.profiles import Profile
from services.reports.material import Material
from services.reports.model import Note, Passage, Passages
from services.reports.words import Words

_MOST_TITLES = 3


def dated(indicators: Iterable[Indicator], material: Material, words: Words) -> str:
    """When the newest of the data was published; nothing where there are no data."""
    moments = [record.published_at for record in _records(indicators, material)]
    return words("data of", date=words.date(max(moments).date())) if moments else ""


def sources_of(
    indicators: Iterable[Indicator], profiles: Sequence[Profile], material: Material, words: Words
) -> tuple[Passages, ...]:
    """One sentence per source with the layers that it was made into, then the boundaries of the map."""
    layers: dict[tuple[Passages, str], dict[tuple[int, str], list[str]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for indicator in indicators:
        record = material.record(indicator)
        if record:
            source = layers[_named_source(indicator, record, material, words), record.licence]
            source[record.version, words.date(record.published_at.date())].append(record.id)
    told = [
        (*name, *words.passages("source text", licence=words.licence(licence)), *_versions(made, words))
        for (name, licence), made in layers.items()
    ]
    return (*told, *_boundaries(profiles, material, words))


def _named_source(indicator: Indicator, record: Record, material: Material, words: Words) -> Passages:
    """Who the numbers are by; where a layer was computed from a published source, that in the report's words."""
    whole = record.attribution or record.agency
    source = material.store.find(indicator.source.layer)
    name = (source.record.attribution or source.record.agency) if source else ""
    if name and name != whole and whole.endswith(name):
        return words.passages("computed from", name=words.passage(name))
    return (words.passage(whole),)


def _versions(made: dict[tuple[int, str], list[str]], words: Words) -> Iterator[Passage]:
    for number, ((version, date), names) in enumerate(made.items()):
        yield Passage("; " if number else " ")
        layers = words.passage(", ".join(names))
        yield from words.passages("version", layers=layers, version=str(version), date=date)
    yield Passage(".")


def _boundaries(profiles: Sequence[Profile], material: Material, words: Words) -> list[Passages]:
    keys = dict.fromkeys(
        (place.key.type, drawn)
        for profile in profiles
        for place in (profile.place, profile.region)
        if place and (drawn := material.places.drawn_vintage(place.key.type, place.key.vintage))
    )
    layers = [layer for kind, drawn in keys for layer in material.places.boundary_layers(kind, drawn)]
    records = [version.record for layer in layers if (version := material.store.find(layer))]
    return [
        words.passages(
            "boundaries",
            title=words.passage(record.title, record.title_es),
            name=words.passage(record.attribution or record.agency),
            layer=words.passage(record.id),
            version=str(record.version),
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
    together: dict[str, list[Passage]] = defaultdict(list)
    for caveat, titles in about.items():
        passages = together[_named(titles, len(indicators), words)]
        passages += [
            *([Passage(" ")] if passages else []),
            words.passage(caveat, material.spanish.get(caveat)),
        ]
    return tuple(words.note(named, *passages) for named, passages in together.items())


def _named(titles: Sequence[str], everything: int, words: Words) -> str:
    """The titles, or how many when they are more than a reader takes in."""
    if len(titles) <= _MOST_TITLES:
        return "; ".join(titles)
    return words("several", count=len(titles), all=everything)


def _records(indicators: Iterable[Indicator], material: Material) -> list[Record]:
    return [record for indicator in indicators if (record := material.record(indicator))]
