"""The document that a page draws: what the browser needs of a map's content, as plain JSON values."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import shapely

from catalog.periods import period_label
from catalog.records import Record
from catalog.vocabulary import TOTAL, vocabulary
from services.licences import licence_labels
from services.maps.columns import Columns
from services.maps.errors import NothingToShow
from services.maps.model import STATUSES, ContextPoints, Level, MapContent, Shapes, Topic
from services.maps.packing import critical, packed_blocks
from services.maps.topology import Topology, simplified, unwrapped
from services.maps.views import unit_of
from services.speech import computed_from

_PRECISION = 1 / 2000  # of the map's height: what is smaller cannot be seen on a page

type Document = dict[str, Any]


def document(content: MapContent) -> Document:
    """The whole document; equal content gives an equal document.

    Raises:
        NothingToShow: no place has a polygon.

    """
    if not content.drawn:
        raise NothingToShow(f"map {content.manifest.id!r}: none of its places has a polygon")
    columns = Columns()
    manifest = content.manifest
    topics = [_topic(topic, content, columns) for topic in content.topics]
    return {
        "id": manifest.id,
        "title": _texts(manifest.title, manifest.title_es),
        "description": _texts(manifest.description, manifest.description_es),
        "state": content.state.name,
        "languages": [language for language in ("en", "es") if language in content.state.languages],
        "opening": manifest.opening.model_dump(),
        "statuses": [_status(code) for code in STATUSES],
        "levels": [_level(level) for level in content.levels.values()],
        "topics": topics,
        "context": [_context(item, _crosses_antimeridian(content)) for item in content.context],
        "names": [[name.name, name.level, name.position] for name in content.names],
        "sources": [_source(record, content) for record in _records(content)],
        "topologies": _topologies(content),
        "values": columns.stream(),
    }


def _texts(english: str, spanish: str | None) -> dict[str, str]:
    """A text by language; one that has no Spanish is shown in English, and marked as such."""
    return {"en": english, "es": spanish} if spanish else {"en": english}


def _caveats(caveats: Iterable[str], content: MapContent) -> list[dict[str, str]]:
    return [_texts(caveat, content.spanish.get(caveat)) for caveat in caveats]


def _status(code: str) -> Document:
    statuses = vocabulary("statuses")
    if code not in statuses.codes:
        return {"code": "not_applicable", "value": False, "nobody": True}
    term = statuses.term(code)
    return {
        "code": code,
        "label": _texts(term.label, term.label_es),
        "symbol": term.attributes.get("symbol", ""),
        "value": bool(term.attributes["has_value"]),
    }


def _level(level: Level) -> Document:
    term = vocabulary("place-types").term(level.type)
    plural = term.attributes.get("plural", term.label), term.attributes.get("plural_es", term.label_es)
    return {
        "key": level.key,
        "type": level.type,
        "vintage": level.vintage,
        "label": _texts(term.label, term.label_es),
        "plural": _texts(str(plural[0]), str(plural[1])),
        "drawn": level.is_drawn,
        "source": level.record.id if level.record else None,
        "ids": list(level.ids),
        "names": list(level.names),
        "other_ids": {vintage: list(ids) for vintage, ids in level.other_ids.items()},
        "parents": {key: positions.tolist() for key, positions in level.parents.items()},
    }


def _topic(topic: Topic, content: MapContent, columns: Columns) -> Document:
    indicator = topic.indicator
    dimensions = [indicator.dimension(name) for name in topic.dimensions]
    shown = [key for key in content.levels if key in topic.blocks]
    used = [sorted({codes[at] for codes in topic.groups}) for at in range(len(dimensions))]
    return {
        "id": indicator.id,
        "title": _texts(indicator.title, indicator.title_es),
        "definition": _texts(indicator.definition, indicator.definition_es),
        "universe": _texts(indicator.universe, indicator.universe_es),
        "unit": indicator.unit,
        "unit_label": _texts(unit_of(topic, "en"), unit_of(topic, "es")),
        "kind": indicator.kind,
        "per": indicator.per,
        "decimals": indicator.decimals,
        "direction": indicator.direction,
        "confidence": indicator.policy.confidence,
        "caveats": _caveats(indicator.caveats, content),
        "source": topic.record.id,
        "dimensions": [
            {
                "name": dimension.name,
                "title": _texts(dimension.values.title, dimension.values.title_es),
                "codes": [
                    {"code": code, "label": _texts(dimension.label(code), dimension.label(code, "es"))}
                    for code in dimension.allowed
                    if code in codes and code != TOTAL
                ],
            }
            for dimension, codes in zip(dimensions, used, strict=True)
        ],
        "groups": [list(codes) for codes in topic.groups],
        "reference": topic.reference,
        "periods": list(topic.periods),
        "period_labels": [
            _texts(period_label(period), period_label(period, "es")) for period in topic.periods
        ],
        "losses": [
            {"level": loss.level, "places": loss.places, "reason": _texts(loss.reason or "", loss.reason_es)}
            for loss in topic.losses
        ],
        "critical": critical(topic),
        "blocks": packed_blocks(topic, shown, content.whole, content.manifest.classes, columns),
    }


def _topologies(content: MapContent) -> Document:
    """A topology per level: its borders do not depend on what else a map shows, so that maps can share it."""
    turned = _crosses_antimeridian(content)
    drawn = ((level.key, shapes) for level in content.drawn if (shapes := level.shapes) is not None)
    return {key: _topology(unwrapped(shapes) if turned else shapes) for key, shapes in drawn}


def _topology(shapes: Shapes) -> Document:
    west, south, _, north = _bounds([shapes])
    topology = Topology((round(west, 5), round(south, 5)))
    topology.add("places", simplified(shapes, (north - south) * _PRECISION))
    return topology.document()


def _bounds(coverages: list[Shapes]) -> tuple[float, float, float, float]:
    bounds = np.array([shapely.total_bounds(shapes) for shapes in coverages])
    (west, south), (east, north) = np.nanmin(bounds[:, :2], axis=0), np.nanmax(bounds[:, 2:], axis=0)
    return float(west), float(south), float(east), float(north)


def _crosses_antimeridian(content: MapContent) -> bool:
    """Whether the places lie on both sides of 180°: no state is wider than half the world."""
    west, _, east, _ = _bounds([level.shapes for level in content.drawn if level.shapes is not None])
    return east - west > 180


def _context(item: ContextPoints, turned: bool) -> Document:
    return {
        "layer": item.record.id,
        "title": _texts(item.record.title, item.record.title_es),
        "points": [
            [round(x + 360 if turned and x < 0 else x, 5), round(y, 5), label] for x, y, label in item.points
        ],
    }


def _records(content: MapContent) -> list[Record]:
    """The records of everything that is shown, each once."""
    records = [topic.record for topic in content.topics]
    records += [level.record for level in content.drawn if level.record]
    records += [item.record for item in content.context]
    return list({record.id: record for record in records}.values())


def _source(record: Record, content: MapContent) -> Document:
    credit = record.attribution or record.agency
    return {
        "id": record.id,
        "version": record.version,
        "title": _texts(record.title, record.title_es),
        "credit": computed_from(credit) or credit,
        "computed": computed_from(credit) is not None,
        "licence": _texts(*licence_labels(record.licence)),
        "published": record.published_at.date().isoformat(),
        "caveats": _caveats(record.caveats, content),
    }
