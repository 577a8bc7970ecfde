"""The first page: a map of the state, how to find things, why they can be relied on, what is new and what is late."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from catalog.freshness import changed_at
from catalog.records import Record
from catalog.store import Version
from services.web.outline import Drawing, drawing
from services.web.preview import Preview, legend, preview
from services.web.render import Frame, render
from services.web.shelf import Shelf
from services.web.stories import Story
from services.web.views.gallery import Shown
from services.web.words import Words

_NEWEST = 6
_LATE = 6
_EXAMPLES = 3


@dataclass(frozen=True)
class Opening:
    """The map that the page opens with: the layer that it shows, in classes, and the map page that says more."""

    version: Version
    shown: Preview
    map: Shown
    drawing: Drawing


def home(shelf: Shelf, frame: Frame, now: datetime, maps: list[Shown], stories: list[Story]) -> str:
    """The page."""
    records = shelf.records
    given = [record for record in records if not record.inputs] or records  # what we computed is not news
    fresh = {record.id: shelf.freshness(record, now) for record in records}
    late = sorted((record for record in records if fresh[record.id].code == "late"), key=changed_at)
    due = sorted(
        (record for record in given if fresh[record.id].code == "up-to-date"),
        key=lambda record: (str(fresh[record.id].late_after), record.id),
    )
    opening = _opening(shelf, maps)
    return render(
        "home.html",
        frame,
        records=records,
        examples=_examples(given, frame.words),
        themes=sorted(Counter(record.theme for record in records).items(), key=lambda pair: -pair[1]),
        rows=sum(record.rows or 0 for record in records),
        agencies=len({record.agency for record in records}),
        newest=sorted(given, key=lambda record: (changed_at(record), record.id), reverse=True)[:_NEWEST],
        late=[(record, fresh[record.id]) for record in late[:_LATE]],
        late_count=len(late),
        due=[(record, fresh[record.id]) for record in due[:_LATE]],
        changed_at=changed_at,
        maps=maps,
        stories=stories,
        opening=opening,
        opening_keys=legend(opening.shown, frame.words) if opening else [],
        outline=drawing(shelf.base),
        checks=shelf.checks,
        versions=shelf.versions,
    )


def _opening(shelf: Shelf, maps: Sequence[Shown]) -> Opening | None:
    """The first built map whose opening indicator is drawn in classes of a value, by the finest places that are."""
    for shown in maps:
        indicator = shown.manifest.opening.indicator or shown.manifest.indicators[0]
        for kind in shown.manifest.places if shown.page else ():
            version = shelf.holdings.layers.get(f"{indicator}-{kind.replace('_', '-')}")
            found = preview(version) if version else None
            drawn = drawing(found.features) if found and found.style.ranges else None
            if version and found and drawn:
                return Opening(version, found, shown, drawn)
    return None


def _examples(given: Sequence[Record], words: Words) -> list[tuple[str, str]]:
    """What can be searched for, with its query: keywords are English, elsewhere the themes stand for them."""
    if words.language == "en":
        found = Counter(one for record in given for one in record.keywords).most_common(_EXAMPLES)
        return [(word, urlencode({"q": word})) for word, _ in found]
    themes = Counter(record.theme for record in given).most_common(_EXAMPLES)
    return [(words.term("themes", theme), urlencode({"theme": theme})) for theme, _ in themes]
