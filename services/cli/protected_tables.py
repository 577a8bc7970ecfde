"""Bare tables of counts protected, or the pattern of hidden cells that they bring audited."""

from pathlib import Path

import numpy as np
import pandas as pd

from catalog.errors import BadRequest, DataError, UnknownColumn, nearest
from layers.derive.plain_tables import Layout, PlainTable, plain_table
from layers.measures.errors import MeasureError
from layers.measures.suppression import Audit, SuppressionPolicy, certify, named_policy
from services.cli.output import read_table, write_text

type Told = tuple[dict[str, object], bool]
"""What is said of a table, and whether it is safe."""


def policy_of(
    name: str | None, threshold: int | None, width: float | None, zeros_shown: bool | None
) -> SuppressionPolicy:
    """The policy of a name, or the one that hides counts below a threshold.

    Raises:
        BadRequest: there is no such policy, not exactly one of the two is given, or options do not go together.

    """
    if (name is None) == (threshold is None):
        raise BadRequest("either --policy or --threshold is needed, and not both")
    if name is not None and (width, zeros_shown) != (None, None):
        raise BadRequest("--width and --zeros-… go with --threshold; a policy has its own")
    try:
        if name is not None:
            return named_policy(name)
        return SuppressionPolicy(
            f"below {threshold}",
            "given to the command",
            threshold or 0,
            zeros_shown is not False,
            minimum_width=1.0 if width is None else width,
        )
    except MeasureError as error:
        raise BadRequest(str(error)) from error


def coarser(given: list[str]) -> dict[str, tuple[str, ...]]:
    """The coarser columns of each dimension.

    Raises:
        BadRequest: a text is not of the form town=county,region.

    """
    found = {}
    for one in given:
        name, sign, levels = one.partition("=")
        if not (name and sign and levels):
            raise BadRequest(
                f"--within is {one!r}; allowed: a dimension, =, and its coarser columns with commas"
            )
        found[name] = tuple(level.strip() for level in levels.split(","))
    return found


def controlled(
    file: Path, layout: Layout, rule: SuppressionPolicy, hidden: str | None, out: Path | None
) -> Told:
    """A table protected and written, or the pattern that stands in its column `hidden` audited.

    Raises:
        DataError: the table is bad, or cannot be protected under the policy.
        BadRequest: a file is asked for of a pattern that is only audited.

    """
    if hidden is not None and out is not None:
        raise BadRequest("--hidden audits a pattern and writes nothing: leave out --out")
    rows = read_table(file, texts=True)
    made = plain_table(rows, layout)
    return (
        _protected(made, rule, out) if hidden is None else _pattern_audited(made, rule, rows, layout, hidden)
    )


def _protected(made: PlainTable, rule: SuppressionPolicy, out: Path | None) -> Told:
    pattern = made.protected(rule)
    if out is not None:
        write_text(out, made.shown(pattern).to_csv(index=False))
    return dict(certify(pattern).to_dict()), True


def _pattern_audited(
    made: PlainTable, rule: SuppressionPolicy, rows: pd.DataFrame, layout: Layout, column: str
) -> Told:
    if column not in rows.columns:
        raise UnknownColumn(
            f"there is no column {column!r}; {nearest(column, list(rows.columns))}", column=column
        )
    flags = rows[column].str.strip().str.lower()
    odd = np.flatnonzero(~flags.isin(["true", "false", "1", "0"])) + 2
    if len(odd):
        raise DataError(f"lines {', '.join(map(str, odd[:10]))}: {column} is neither true nor false")
    found: Audit = made.audited(flags.isin(["true", "1"]).to_numpy(), rule)
    narrow = found.narrower_than(rule.minimum_width)
    told: dict[str, object] = {
        "margins in the file": int((rows[list(layout.by)] == layout.total).any(axis=1).sum()),
        "hidden": len(found.rows),
        "recovered": len(found.recovered),
        "recovered lines": (found.recovered + 2).tolist(),
        "narrower than the policy": len(narrow),
        "narrowest": "unbounded" if found.narrowest == np.inf else found.narrowest,
    }
    return told, not len(narrow)
