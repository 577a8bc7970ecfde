"""How the numbers are made: the state's indicators, the methods document, and the code lists."""

from collections.abc import Iterator

from catalog.vocabulary import UnknownCode, Vocabulary, names, vocabulary
from services.web.markdown import rendered
from services.web.render import Frame, render
from services.web.shelf import Shelf

DOCUMENT = "methods.md"
NUMBERS = "numbers"
"""The page of the methods document; no code list may have that name."""


def methods(shelf: Shelf, frame: Frame) -> str:
    """The page."""
    return render(
        "methods.html",
        frame,
        has_document=has_document(shelf),
        indicators=list(shelf.declared.indicators.values()),
        lists=list(code_lists()),
        published={record.id for record in shelf.records},
    )


def has_document(shelf: Shelf) -> bool:
    """Whether the installation has a methods document."""
    return (shelf.docs / DOCUMENT).is_file()


def numbers(shelf: Shelf, frame: Frame) -> str:
    """The page with the methods document; links to our other documents become pages."""

    def link(href: str) -> str:
        target, _, anchor = href.partition("#")
        if target == "vocabularies.md":
            known = anchor in names()
            return frame.links.page(f"methods/{anchor}") if known else f"{frame.links.page('methods')}#codes"
        return href

    text = (shelf.docs / DOCUMENT).read_text(encoding="utf-8")
    return render("numbers.html", frame, document=rendered(text, link))


def codes(frame: Frame, name: str) -> str:
    """The page of a code list.

    Raises:
        UnknownCode: there is no such list.

    """
    return render("codes.html", frame, vocabulary=vocabulary(name))


def code_lists() -> Iterator[Vocabulary]:
    """All code lists, by title."""
    yield from sorted((vocabulary(name) for name in names()), key=lambda one: one.title)


__all__ = ["NUMBERS", "UnknownCode", "code_lists", "codes", "has_document", "methods", "numbers"]
