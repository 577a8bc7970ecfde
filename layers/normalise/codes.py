"""Values that stand for others or are bound to a list: recoding, vocabularies, allowed values, patterns."""

import re
from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from catalog.encoder import likely, mended
from catalog.errors import nearest
from catalog.manifests import Column
from catalog.vocabulary import Vocabulary, vocabulary
from layers.errors import RefusedValue, UnseenCode
from layers.normalise.cells import Cells, Mask, blanked, mask, nulls

MOST_ALLOWED_SHOWN = 12


def mapped(text: pa.Array, mapping: Mapping[str, str]) -> tuple[pa.Array, Mask]:
    """The texts with those among the mapping's keys replaced, and where that was."""
    found, hit = looked_up(text, mapping)
    return (pc.if_else(pa.array(hit), found, text), hit) if hit.any() else (text, hit)


def looked_up(text: pa.Array, mapping: Mapping[str, str]) -> tuple[pa.Array, Mask]:
    """What the mapping holds for each text (null where it holds nothing), and where it holds something."""
    if not mapping:
        return pa.nulls(len(text), pa.string()), np.zeros(len(text), dtype=bool)
    places = pc.index_in(text, value_set=pa.array(list(mapping), pa.string()))
    found = pc.take(pa.array(list(mapping.values()), pa.string()), places)
    return found, ~nulls(places)


def matches(text: pa.Array, pattern: str) -> Mask:
    """Where the whole text matches a regular expression of Python; null never does.

    RE2 does it in one sweep; expressions that it does not know (looking ahead) are tried on each distinct
    text.
    """
    try:
        return mask(pc.match_substring_regex(text, rf"\A(?:{pattern})\z"))
    except pa.ArrowInvalid:
        known = text.dictionary_encode()
        expression = re.compile(pattern)
        fits = pa.array(
            [bool(expression.fullmatch(value)) for value in known.dictionary.to_pylist()], pa.bool_()
        )
        return mask(pc.take(fits, known.indices))


def extracted(text: pa.Array, column: Column, cells: Cells) -> pa.Array:
    """The part of each text that the group of the column's `extract` finds.

    Raises:
        RefusedValue: a text in which the expression finds nothing.

    """
    if column.extract is None:
        return text
    found = _group(text, column.extract)
    bad = nulls(found) & ~nulls(text)
    cells.refuse(bad, RefusedValue, f"nothing to extract by `{column.extract}`", values=text)
    cells.note("extract", "parts of texts taken as declared", ~nulls(found), examples=False)
    return pc.coalesce(found, text)


def recode(text: pa.Array, column: Column, cells: Cells) -> pa.Array:
    """The texts with the column's `recode` applied, and other spellings of its vocabulary's codes mended."""
    text, hit = mapped(text, column.recode)
    cells.note("recode", "values recoded as declared", hit, examples=False)
    if column.vocabulary:
        found = [value for value in pc.unique(text).to_pylist() if value is not None]
        text, hit = mapped(text, mended(found, vocabulary(column.vocabulary)))
        cells.note("vocabulary", f"spellings mended to codes of {column.vocabulary!r}", hit, examples=False)
    return text


def check_codes(text: pa.Array, column: Column, cells: Cells) -> None:
    """Refuse what the column's vocabulary, its allowed values or its pattern do not admit.

    Raises:
        UnseenCode: not in the vocabulary; the message has the line that would add it.
        RefusedValue: refused by the vocabulary, not among the allowed values, or not of the pattern.

    """
    if column.vocabulary:
        _check_vocabulary(text, vocabulary(column.vocabulary), cells)
    if column.allowed:
        _check_among(text, column.allowed, cells)
    if column.pattern:
        bad = ~matches(text, column.pattern) & ~nulls(text)
        cells.refuse(bad, RefusedValue, f"does not match the pattern `{column.pattern}`", values=text)


def _group(text: pa.Array, pattern: str) -> pa.Array:
    """What the one group of an expression finds; null where it finds nothing."""
    try:
        hit = mask(pc.match_substring_regex(text, pattern))
        found = pc.replace_substring_regex(text, rf"(?s)\A.*?(?:{pattern}).*\z", r"\1")
    except pa.ArrowInvalid:
        known = text.dictionary_encode()
        expression = re.compile(pattern)
        parts = [expression.search(value) for value in known.dictionary.to_pylist()]
        kept = pa.array([part and part.group(1) for part in parts], pa.string())
        return pc.take(kept, known.indices)
    return blanked(found, ~hit)


def _check_vocabulary(text: pa.Array, codes: Vocabulary, cells: Cells) -> None:
    _, refused = looked_up(text, codes.refused)
    cells.refuse(
        refused,
        RefusedValue,
        f"refused by the vocabulary {codes.id!r}",
        values=text,
        hint=lambda shown: codes.refused.get(shown or "", ""),
    )
    unseen = ~mask(pc.is_in(text, value_set=pa.array(codes.codes))) & ~nulls(text) & ~refused
    cells.refuse(
        unseen,
        UnseenCode,
        f"not in the vocabulary {codes.id!r}",
        values=text,
        hint=lambda shown: _line_to_add(shown, codes),
    )


def _line_to_add(shown: str | None, codes: Vocabulary) -> str:
    place = f"catalog/vocabularies/{codes.id}.yml"
    if shown is None:
        return f"add the value to `fixes`, `refused` or `terms` of {place}"
    code = likely(shown, codes) or "<code>"
    return (
        f"add to {place}: `fixes: {{{shown!r}: {code}}}`, or to its `terms` ({nearest(shown, codes.codes)})"
    )


def _check_among(text: pa.Array, allowed: tuple[str, ...], cells: Cells) -> None:
    bad = ~mask(pc.is_in(text, value_set=pa.array(allowed))) & ~nulls(text)
    listed = ", ".join(repr(value) for value in allowed[:MOST_ALLOWED_SHOWN])
    more = f" and {len(allowed) - MOST_ALLOWED_SHOWN} more" if len(allowed) > MOST_ALLOWED_SHOWN else ""
    cells.refuse(
        bad,
        RefusedValue,
        "not among the allowed values",
        values=text,
        hint=lambda shown: (
            f"allowed: {listed}{more}; add a new value to the column's `allowed`, or mend a spelling "
            f"with `recode: {{{shown!r}: <value>}}`"
        ),
    )
