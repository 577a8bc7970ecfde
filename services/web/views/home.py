"""The first page: what is here, how to find it, what is new and what is late."""

from collections import Counter
from datetime import datetime

from catalog.freshness import changed_at
from services.web.outline import outline
from services.web.render import Frame, render
from services.web.shelf import Shelf
from services.web.stories import Story
from services.web.views.gallery import Shown

_NEWEST = 6
_LATE = 6


def home(shelf: Shelf, frame: Frame, now: datetime, maps: list[Shown], stories: list[Story]) -> str:
    """The page."""
    records = shelf.records
    given = [record for record in records if not record.inputs] or records  # what we computed is not news
    late = [record for record in records if shelf.freshness(record, now).code == "late"]
    return render(
        "home.html",
        frame,
        records=records,
        examples=[word for word, _ in Counter(word for one in given for word in one.keywords).most_common(3)],
        themes=sorted(Counter(record.theme for record in records).items(), key=lambda pair: -pair[1]),
        kinds=Counter(record.kind for record in records),
        rows=sum(record.rows or 0 for record in records),
        agencies=len({record.agency for record in records}),
        newest=sorted(given, key=lambda record: (changed_at(record), record.id), reverse=True)[:_NEWEST],
        late=[(record, shelf.freshness(record, now)) for record in sorted(late, key=changed_at)[:_LATE]],
        late_count=len(late),
        changed_at=changed_at,
        maps=maps,
        stories=stories,
        outline=outline(shelf.base, shelf.declared.profile.state.bounds),
    )
