"""How the numbers are made: the state's indicators, the methods document, and the code lists."""

from collections.abc import Iterator

from catalog.vocabulary import UnknownCode, Vocabulary, names, vocabulary
from services.web.markdown import Rendered, rendered
from services.web.render import Frame, render
from services.web.shelf import Shelf

DOCUMENT = "methods.md"


def methods(shelf: Shelf, frame: Frame) -> str:
    """The page."""
    return render(
        "methods.html",
        frame,
        document=_document(shelf, frame),
        indicators=list(shelf.declared.indicators.values()),
        lists=list(code_lists()),
        published={record.id for record in shelf.records},
    )


def codes(frame: Frame, name: str) -> str:
    """The page of a code list.

    Raises:
        UnknownCode: there is no such list.

    """
    return render("codes.html", frame, vocabulary=vocabulary(name))


def code_lists() -> Iterator[Vocabulary]:
    """All code lists, by title."""
    yield from sorted((vocabulary(name) for name in names()), key=lambda one: one.title)


def _document(shelf: Shelf, frame: Frame) -> Rendered | None:
    """The methods document, when the installation has one; links to our other documents become pages."""
    path = shelf.docs / DOCUMENT
    if not path.is_file():
        return None

    def link(href: str) -> str:
        target, _, anchor = href.partition("#")
        if target == "vocabularies.md":
            known = anchor in names()
            return frame.links.page(f"methods/{anchor}") if known else f"{frame.links.page('methods')}#codes"
        return href

    return rendered(path.read_text(encoding="utf-8"), link, first_level=2)


__all__ = ["UnknownCode", "code_lists", "codes", "methods"]
