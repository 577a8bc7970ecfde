"""Columns of tables and derived layers, with the words that people read."""

from catalog.records import PublishedColumn


def text_column(
    name: str,
    title: str,
    title_es: str,
    description: str,
    vocabulary: str | None = None,
    *,
    required: bool = False,
) -> PublishedColumn:
    """A column of texts, or of the codes of a vocabulary."""
    return PublishedColumn(
        name=name,
        type="string",
        title=title,
        title_es=title_es,
        description=description,
        vocabulary=vocabulary,
        required=required,
    )


def number_column(
    name: str,
    title: str,
    title_es: str,
    description: str,
    unit: str | None = None,
    *,
    required: bool = False,
    filterable: bool = True,
) -> PublishedColumn:
    """A column of numbers."""
    return PublishedColumn(
        name=name,
        type="number",
        title=title,
        title_es=title_es,
        description=description,
        unit=unit,
        required=required,
        filterable=filterable,
    )
