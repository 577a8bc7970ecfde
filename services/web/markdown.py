"""Markdown as HTML: CommonMark with tables, headings with anchors; of raw HTML only empty anchors, no comments."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

_PARSER = MarkdownIt("commonmark", {"html": True}).enable("table")
_ANCHOR = re.compile(r'^(<a id="[A-Za-z0-9_-]+">)?(</a>)?$')
_COMMENT = re.compile(r"<!--(?:(?!-->).)*-->", re.DOTALL)


@dataclass(frozen=True)
class Heading:
    """A heading of a text: its anchor, its words and its level, 1 being the text's highest."""

    anchor: str
    text: str
    level: int


@dataclass(frozen=True)
class Rendered:
    """A text as HTML, and its headings."""

    html: Markup
    headings: tuple[Heading, ...]


def rendered(text: str, link: Callable[[str], str] = str, *, first_level: int = 1) -> Rendered:
    """A Markdown text as HTML whose highest headings have `first_level`; `link` changes every link's target."""
    tokens = _PARSER.parse(text)
    shift = first_level - min(
        (int(token.tag[1]) for token in tokens if token.type == "heading_open"), default=1
    )
    headings = []
    for at, token in enumerate(tokens):
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + shift)}"
        if token.type == "heading_open":
            words = tokens[at + 1].content
            heading = Heading(_anchor(words), words, int(token.tag[1]) - first_level + 1)
            token.attrSet("id", heading.anchor)
            headings.append(heading)
        for part in (token, *(token.children or ())):
            _make_safe(part, link)
    html = _PARSER.renderer.render(tokens, _PARSER.options, {})
    return Rendered(Markup(_reachable(html)), tuple(headings))


def _make_safe(token: Token, link: Callable[[str], str]) -> None:
    """Change the target of a link; raw HTML becomes text unless it is an empty anchor, comments become nothing."""
    if token.type == "link_open":
        token.attrSet("href", link(str(token.attrGet("href"))))
    if token.type in ("th_open", "td_open"):
        _cell(token)
    if token.type in ("html_block", "html_inline") and _COMMENT.fullmatch(token.content.strip()):
        token.content = ""
    elif token.type in ("html_block", "html_inline") and not _ANCHOR.match(token.content.strip()):
        token.content = str(escape(token.content))


def _cell(token: Token) -> None:
    """Say what a head cell is the head of; alignment to the right is a class, since styles are not allowed."""
    style = str(token.attrs.pop("style", ""))
    if token.type == "th_open":
        token.attrSet("scope", "col")
    if style.endswith("right"):
        token.attrSet("class", "number")


def _reachable(html: str) -> str:
    """Tables and code in regions that scroll, also by keyboard."""
    start = '<div class="scroll" tabindex="0" role="group"><table>'
    return (
        html.replace("<table>", start)
        .replace("</table>", "</table></div>")
        .replace("<pre>", '<pre class="scroll" tabindex="0" role="group">')
    )


def _anchor(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-") or "section"
