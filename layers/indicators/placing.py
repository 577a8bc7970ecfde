"""Which place each row is about."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from catalog.indicators import Indicator, LevelColumn
from catalog.places import Gazetteer, Places, normal
from layers.indicators.cells import Flags, Texts
from layers.indicators.errors import UnknownPlaces, UnseenLevel

MOST_SHOWN = 10


@dataclass(frozen=True, eq=False)
class Placed:
    """Per row the type, id and name of its place."""

    place_type: Texts
    geoid: Texts
    name: Texts

    def take(self, chosen: Flags) -> "Placed":
        """The rows where a mask holds."""
        return Placed(self.place_type[chosen], self.geoid[chosen], self.name[chosen])


def placed(indicator: Indicator, table: pa.Table, places: Places, *, layer: str) -> tuple[Placed, Flags]:
    """The places of the rows that are published, and which rows of the table these are.

    Raises:
        UnseenLevel: the level column has a value that the indicator does not name.
        UnknownPlaces: rows have no id, or a name that no place has.

    """
    rule = indicator.source.place
    kinds = _kinds(indicator, table, layer)
    kept = np.isin(kinds, list(indicator.places))
    chosen = table.filter(pa.array(kept))
    kinds = kinds[kept]
    names = _texts(chosen, rule.name) if rule.name else np.full(chosen.num_rows, None, dtype=object)
    geoid = _first(chosen, rule.id) if rule.id else _resolved(indicator, kinds, names, places, layer)
    if any(item is None for item in geoid):
        lost = sum(item is None for item in geoid)
        raise UnknownPlaces(
            f"{lost} rows have no id of a place; name another column in source.place.id of the indicator "
            f"{indicator.id!r}",
            layer=layer,
            column=rule.id[0] if rule.id else rule.name,
        )
    if rule.id:
        _refuse_other_sets(indicator, kinds, geoid, places, layer)
    return Placed(kinds, geoid, _named(kinds, geoid, names, rule.vintage, places)), kept


def _kinds(indicator: Indicator, table: pa.Table, layer: str) -> Texts:
    level = indicator.source.place.type
    if not isinstance(level, LevelColumn):
        return np.full(table.num_rows, level, dtype=object)
    found = [value for value in pc.unique(table[level.column]).to_pylist() if value is not None]
    known = {*level.values, *level.ignored, *indicator.places}
    unseen = sorted(set(found) - known) if level.otherwise is None else []
    if unseen:
        raise UnseenLevel(
            f"places of a level that the indicator {indicator.id!r} does not name: {', '.join(unseen)}; "
            f"to publish them add the place type to `places` (and the value to `source.place.type.values` "
            f"where it is not the type's code), else add the value to `source.place.type.ignored`",
            layer=layer,
            column=level.column,
        )
    kinds = {value: level.values.get(value, level.otherwise or value) for value in found}
    return _mapped(
        _texts(table, level.column),
        {value: kind for value, kind in kinds.items() if value not in level.ignored},
    )


def _resolved(indicator: Indicator, kinds: Texts, names: Texts, places: Places, layer: str) -> Texts:
    """Ids looked up by name, each in its type and the source's vintage."""
    rule = indicator.source.place
    geoid = np.full(names.size, None, dtype=object)
    for kind in dict.fromkeys(kinds):
        gazetteer = Gazetteer(places.of(kind, rule.vintage), places.configuration.aliases)
        ids, of_kind = gazetteer.ids, kinds == kind
        found = {name: ids.get(normal(name)) for name in dict.fromkeys(names[of_kind]) if name is not None}
        lost = sorted(name for name, place in found.items() if place is None)
        if lost:
            told = "; ".join(f"{name!r} ({gazetteer.near(name)})" for name in lost[:MOST_SHOWN])
            more = f" and {len(lost) - MOST_SHOWN} more" if len(lost) > MOST_SHOWN else ""
            raise UnknownPlaces(
                f"{len(lost)} names are of no {kind} {rule.vintage}: {told}{more}; add them to `aliases` of the "
                f"state's places.yml, or leave the rows out with `source.where` of the indicator "
                f"{indicator.id!r}",
                layer=layer,
                column=rule.name,
            )
        geoid[of_kind] = _mapped(names[of_kind], found)
    return geoid


def _refuse_other_sets(indicator: Indicator, kinds: Texts, geoid: Texts, places: Places, layer: str) -> None:
    """Refuse ids that are plainly those of another type or vintage: none is listed, or another lists them all.

    Raises:
        UnknownPlaces: they are; the sets that list them are named.

    """
    rule = indicator.source.place
    for kind in dict.fromkeys(kinds):
        if kind == "state" or not places.lists(kind, rule.vintage):
            continue
        given = {str(item) for item in geoid[kinds == kind]}
        unlisted = given - {place.key.geoid for place in places.of(kind, rule.vintage)}
        if not unlisted:
            continue
        others = [
            f"{other} {vintage}"
            for other, vintage in places.sets
            if (other, vintage) != (kind, rule.vintage)
            and given <= {place.key.geoid for place in places.of(other, vintage)}
        ]
        if others or unlisted == given:
            told = f"all are ids of {' and of '.join(others)}" if others else "nobody lists any of them"
            raise UnknownPlaces(
                f"{len(unlisted)} of {len(given)} ids are of no {kind} {rule.vintage}, for example "
                f"{', '.join(sorted(unlisted)[:MOST_SHOWN])}; {told}: mend source.place of the indicator "
                f"{indicator.id!r}",
                layer=layer,
                column=rule.id[0],
            )


def _named(kinds: Texts, geoid: Texts, names: Texts, vintage: str, places: Places) -> Texts:
    """The names that the state's places have; where nobody lists a place, that of the source, else its id."""
    result = np.where(names == None, geoid, names)  # noqa: E711 - elementwise
    for kind in dict.fromkeys(kinds):
        if places.lists(kind, vintage):
            known = {place.key.geoid: place.name for place in places.of(kind, vintage)}
            of_kind = kinds == kind
            listed = _mapped(geoid[of_kind], known)
            result[of_kind] = np.where(listed == None, result[of_kind], listed)  # noqa: E711 - elementwise
    return np.asarray(result, dtype=object)


def _first(table: pa.Table, columns: tuple[str, ...]) -> Texts:
    return np.asarray(
        pc.coalesce(*(table[name].cast(pa.string()) for name in columns)).to_numpy(zero_copy_only=False),
        dtype=object,
    )


def _texts(table: pa.Table, column: str) -> Texts:
    return np.asarray(table[column].cast(pa.string()).to_numpy(zero_copy_only=False), dtype=object)


def _mapped(values: Texts, mapping: dict[str, str | None] | dict[str, str]) -> Texts:
    """Each distinct value looked up once; None where the mapping has nothing."""
    distinct, index = np.unique(values.astype(str), return_inverse=True)
    return np.array([mapping.get(str(value)) for value in distinct], dtype=object)[index]
