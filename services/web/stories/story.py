"""A story as HTML: inserts filled, links led to pages of the site; every mistake has its file and line."""

import re
from collections.abc import Callable

from markupsafe import Markup

from catalog.errors import ConfigurationError, Problem, TownlineError, nearest
from catalog.vocabulary import names
from services.web.markdown import rendered
from services.web.render import Frame
from services.web.shelf import Shelf
from services.web.stories.files import Story, read_stories
from services.web.stories.inserts import filled, parsed

_INSERT = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_OPEN, _CLOSE = "\ue000", "\ue001"  # private signs: they mark where an insert stands while Markdown is read
_MARK = re.compile(f"<p>{_OPEN}([0-9]+){_CLOSE}</p>|{_OPEN}([0-9]+){_CLOSE}")
_AWAY = re.compile(r"^(https?:|mailto:|#)")


def told(story: Story, shelf: Shelf, frame: Frame) -> Markup:
    """The story as HTML.

    Raises:
        ConfigurationError: an insert or a link names something that is not there; all of them together.

    """
    problems: list[Problem] = []
    found: list[Markup] = []

    def fill(match: re.Match[str]) -> str:
        try:
            found.append(filled(parsed(match[1].strip()), shelf, frame, len(found)))
        except TownlineError as error:
            problems.append(_problem(story, match.start(), match[0], str(error)))
            found.append(Markup(""))
        return f"{_OPEN}{len(found) - 1}{_CLOSE}"

    text = story.text.replace(_OPEN, "").replace(_CLOSE, "")
    marked = _INSERT.sub(fill, text)
    html = rendered(marked, _links(story, shelf, frame, problems), first_level=2).html
    if problems:
        raise ConfigurationError(problems)
    return Markup(_MARK.sub(lambda match: found[int(match[1] or match[2])], str(html)))


def _links(story: Story, shelf: Shelf, frame: Frame, problems: list[Problem]) -> Callable[[str], str]:
    known = _pages(story, shelf)

    def link(target: str) -> str:
        path, _, anchor = target.partition("#")
        if _AWAY.match(target):
            return target
        if path not in known:
            at = max(0, story.text.find(f"({target}"))
            problems.append(_problem(story, at, target, f"there is no page {path!r}; {nearest(path, known)}"))
            return target
        address = _address(path, shelf, frame)
        return f"{address}#{anchor}" if anchor else address

    return link


def _address(path: str, shelf: Shelf, frame: Frame) -> str:
    folder, _, name = path.partition("/")
    return frame.links.map(name) if folder == "maps" and name else frame.links.page(path)


def _pages(story: Story, shelf: Shelf) -> list[str]:
    maps = [f"maps/{name}" for name in shelf.declared.maps if (shelf.maps / f"{name}.html").is_file()]
    stories = [f"stories/{other.name}" for other in read_stories(story.file.parent, story.language)]
    layers = [f"layers/{layer}" for layer in shelf.holdings.layers]
    codes = [f"methods/{name}" for name in names()]
    return ["catalog", "maps", "methods", "stories", *layers, *maps, *stories, *codes]


def _problem(story: Story, at: int, where: str, message: str) -> Problem:
    line = story.first_line + story.text.count("\n", 0, at)
    return Problem(story.file, line, " ".join(where.split()), message)
