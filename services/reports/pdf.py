"""PDF files by typst: tagged, PDF/UA-1, fonts embedded, equal bytes for equal input."""

import dataclasses
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import matplotlib as mpl
import typst

from services.reports.errors import CannotTypeset
from services.reports.words import texts

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

STANDARD: Literal["ua-1"] = "ua-1"
_TEMPLATES = Path(__file__).parent / "templates"


@cache
def _compiler() -> typst.Compiler:
    """The compiler with the fonts that come with typst and matplotlib, none of the machine's."""
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=True,
        font_paths=[Path(mpl.get_data_path()) / "fonts" / "ttf"],
    )
    return typst.Compiler(root=_TEMPLATES, font_paths=fonts, ignore_system_fonts=True)


def typeset(template: str, document: "DataclassInstance", language: str) -> bytes:
    """The PDF of a report; its data reach the template as JSON and are text there, never markup.

    Raises:
        CannotTypeset: the template fails or the result would break PDF/UA-1; the message says why.

    """
    data = {"language": language, "texts": texts(language), "document": dataclasses.asdict(document)}
    try:
        made = _compiler().compile(
            _TEMPLATES / f"{template}.typ",
            format="pdf",
            sys_inputs={"data": json.dumps(data)},
            pdf_standards=STANDARD,
            timestamp=0,
        )
    except typst.TypstError as error:
        raise CannotTypeset(f"{template}: {error.message}; {'; '.join(error.hints)}") from error
    if not isinstance(made, bytes):
        raise CannotTypeset(f"{template}: typst gave no PDF")
    return made
