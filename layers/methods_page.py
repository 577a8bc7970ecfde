"""The page that explains every method, made from the registries of the measures: `docs/methods.md`."""

from collections.abc import Iterable, Iterator
from dataclasses import fields
from pathlib import Path

from catalog.vocabulary import vocabulary
from layers import methods_prose as prose
from layers.measures.disparity import MEASURES, STATUS_LABELS, Measure
from layers.measures.reliability import POLICIES as RELIABILITY
from layers.measures.suppression import POLICIES as SUPPRESSION

PAGE = Path(__file__).parents[1] / "docs" / "methods.md"


def methods_page() -> str:
    """The page in Markdown."""
    parts = [
        prose.HEAD,
        "## Disparity measures\n",
        *_measures(),
        prose.LIMITS,
        *_table(["reason"], ([label] for label in STATUS_LABELS.values())),
        "",
        prose.SURVEY,
        prose.DISPARITY_LAYERS,
        prose.VERDICTS,
        *_codes("verdicts"),
        prose.CHANGE,
        prose.SPATIAL,
        *_codes("spatial-patterns"),
        prose.COMPOSITE,
        *_reliability(),
        "## Statuses of values\n",
        *_codes("statuses"),
        "## Bad input\n",
        *_table(["what comes in", "what happens"], (list(row) for row in prose.BAD_INPUT)),
        "",
        prose.SUPPRESSION,
        *_suppression(),
    ]
    return "\n".join(parts).rstrip() + "\n"


def _measures() -> Iterator[str]:
    yield from _table(
        ["name", "measure", "what it says", "needs"],
        ([f"[`{name}`](#{name})", one.title, one.sentence, _needs(one)] for name, one in MEASURES.items()),
    )
    for name, one in MEASURES.items():
        yield from ("", f'<a id="{name}"></a>', "", f"### {one.title} (`{name}`)", "", one.sentence, "")
        yield from (
            f"- Formula: {one.formula}",
            f"- When not to use it: {one.avoid}",
            f"- Source: {one.source}",
        )
    yield ""


def _needs(one: Measure) -> str:
    named = {
        "an order": one.needs_order,
        "a reference group": one.needs_reference,
        "populations": one.needs_population,
        "a proportion": one.needs_proportion,
    }
    return ", ".join(name for name, needed in named.items() if needed)


def _codes(name: str) -> Iterator[str]:
    """The codes of a vocabulary with what they mean."""
    yield from _table(
        ["code", "label", "meaning"],
        ([f"`{term.code}`", term.label, term.definition or ""] for term in vocabulary(name).terms),
    )
    yield ""


def _reliability() -> Iterator[str]:
    yield from ("## Reliability policies", "")
    rows = ([f"`{name}`", _said(policy), _values(policy)] for name, policy in sorted(RELIABILITY.items()))
    yield from _table(["name", "kind", "rule"], rows)
    yield ""


def _said(policy: object) -> str:
    """The first sentence of what a kind of policy does."""
    return (type(policy).__doc__ or "").split("\n")[0]


def _suppression() -> Iterator[str]:
    yield from _table(
        ["name", "rule", "source"],
        ([f"`{name}`", _values(policy), policy.source] for name, policy in sorted(SUPPRESSION.items())),
    )


def _values(policy: object) -> str:
    shown = (
        (field.name, getattr(policy, field.name))
        for field in fields(policy)  # type: ignore[arg-type]
        if field.name not in ("name", "source", "symbol")
    )
    return ", ".join(f"{name} {value}" for name, value in shown if value not in (None, ""))


def _table(header: list[str], rows: Iterable[list[str]]) -> Iterator[str]:
    for cells in (header, ["---"] * len(header), *rows):
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    PAGE.write_text(methods_page(), encoding="utf-8")
