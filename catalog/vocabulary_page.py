"""The page that lists every vocabulary, made from the YAML files: `docs/vocabularies.md`."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from catalog.vocabulary import Term, Vocabulary, names, vocabulary

PAGE = Path(__file__).parents[1] / "docs" / "vocabularies.md"

_HEAD = """\
# Vocabularies

Made from `catalog/vocabularies/*.yml` by `python -m catalog.vocabulary_page`; edit those files and not this one.
A value that a vocabulary neither knows, mends nor refuses stops the run and names the line to add.
"""


def vocabulary_page(vocabularies: Sequence[Vocabulary]) -> str:
    """The page in Markdown: contents, each list with its codes and refusals, and the survey tables in one table."""
    lists = [one for one in vocabularies if one.kind != "table"]
    tables = [one for one in vocabularies if one.kind == "table"]
    contents = [f"- [{one.title}](#{one.id}): {len(one.terms)} codes" for one in lists]
    sections = [line for one in lists for line in _section(one)]
    return "\n".join([_HEAD, *contents, *sections, *_survey_tables(tables)]) + "\n"


def _survey_tables(tables: Sequence[Vocabulary]) -> Iterator[str]:
    yield from ("", "## Survey tables", "", "Each line of these tables has the codes of its dimensions.", "")
    rows = (
        [
            f"`{one.id}`",
            one.title,
            one.title_es,
            str(len(one.terms)),
            ", ".join(f"`{dimension}` from `{name}`" for dimension, name in one.links.items()),
        ]
        for one in tables
    )
    yield from _table(["file", "English", "Spanish", "lines", "dimensions"], rows)


def _section(one: Vocabulary) -> Iterator[str]:
    yield from ("", f'<a id="{one.id}"></a>', "", f"## {one.title} (`{one.id}`)", "")
    yield from (f"*{one.title_es}.* {one.description}", "", f"Source: {one.source}.", "")
    facts = list(dict.fromkeys(name for term in one.terms for name in term.attributes))
    yield from _table(
        ["code", "English", "Spanish", "definition", *facts], (_row(t, facts) for t in one.terms)
    )
    if one.tabulations:
        yield from ("", "Shown together:", "")
        yield from (f"- `{name}`: {_codes(codes)}" for name, codes in one.tabulations.items())
    if one.overlapping:
        yield from ("", f"One person may have several of {_codes(one.overlapping)}.")
    if one.fixes:
        yield from ("", f"{len(one.fixes)} spellings are mended to a code.")
    if one.rewrites:
        yield from (
            "",
            "Before spellings are compared, what is found is brought to one form, in this order:",
            "",
        )
        yield from (
            f"- `{rule.pattern}` → {f'`{rule.by}`' if rule.by else 'nothing'}" for rule in one.rewrites
        )
    if one.refused:
        yield from ("", "Refused:", "")
        yield from (f"- “{value}”: {reason}" for value, reason in one.refused.items())


def _row(term: Term, facts: list[str]) -> list[str]:
    parts = f" Made of {_codes(term.parts)}." if term.parts else ""
    source = f" Source: {term.source}." if term.source else ""
    values = (term.attributes.get(name) for name in facts)
    return [
        f"`{term.code}`",
        term.label,
        term.label_es,
        f"{term.definition}{parts}{source}",
        *("" if value is None else str(value) for value in values),
    ]


def _table(header: list[str], rows: Iterable[list[str]]) -> Iterator[str]:
    for cells in (header, ["---"] * len(header), *rows):
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _codes(codes: Iterable[str]) -> str:
    return ", ".join(f"`{code}`" for code in codes)


if __name__ == "__main__":
    PAGE.write_text(vocabulary_page([vocabulary(name) for name in names()]), encoding="utf-8")
