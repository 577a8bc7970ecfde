"""Pages from templates: every page of the site and of the OGC API goes through here."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from services.speech import LANGUAGES
from services.web.links import Links
from services.web.words import NAMES, Words

TEMPLATES = Path(__file__).parent / "templates"
_ENVIRONMENT = jinja2.Environment(
    loader=jinja2.FileSystemLoader(TEMPLATES),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True)
class Identity:
    """Whose site it is: name of the state, languages spoken, and who answers questions."""

    state: str
    languages: tuple[str, ...]
    contact: str
    email: str | None = None


@dataclass(frozen=True)
class Frame:
    """What surrounds the content of a page; `others` are the same page in the other languages."""

    identity: Identity
    links: Links
    others: tuple[tuple[str, str, str], ...] = ()

    @property
    def words(self) -> Words:
        """The words of the page's language."""
        return Words(self.links.language)


def site_frame(identity: Identity, links: Links, path: str) -> Frame:
    """The frame of a page of the site, which has the same path in every language."""
    here = links.here(path)
    others = [
        (code, NAMES[code], here.page(path, code))
        for code in spoken(identity.languages)
        if code != links.language
    ]
    return Frame(identity, here, tuple(others))


def spoken(languages: Sequence[str]) -> list[str]:
    """The languages of a state that the site has words for."""
    return [code for code in LANGUAGES if code in languages]


def render(template: str, frame: Frame, **values: Any) -> str:
    """A page as HTML."""
    words = frame.words
    return _ENVIRONMENT.get_template(template).render(
        frame=frame, links=frame.links, t=words, data_block=data_block, **values
    )


def data_block(value: object) -> Markup:
    """JSON for a data block of a page: no text of it can end the block or open a comment."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)
