"""Releases are safe together; derived columns, certificates, reprs and errors give nothing away."""

import json
import re

import numpy as np
import pytest

from layers.measures.suppression import (
    Cells,
    Release,
    RevealedByRelease,
    Structure,
    StructureError,
    SuppressionPolicy,
    Table,
    Unprotectable,
    audit,
    audit_releases,
    certify,
    complementary,
    dependent_masks,
    primary_rows,
    protect,
    protect_release,
    public_column,
)

POLICY = SuppressionPolicy("six", "made up", 6, zeros_shown=False, minimum_width=3.0)


def people():
    """Three towns by two sexes by two ages."""
    town, sex, age = np.indices((3, 2, 2)).reshape(3, -1)
    codes = {
        "town": np.array(["A", "B", "C"])[town],
        "sex": np.array(["F", "M"])[sex],
        "age": np.array(["young", "old"])[age],
    }
    return Cells(codes, [2, 10, 21, 30, 40, 15, 26, 37, 18, 29, 50, 41])


def release_of(*by):
    structure = Structure.build(people(), [Table("-".join(by), {d: [d] for d in by})])
    return structure, primary_rows(POLICY, structure.counts)


def first_release():
    """Town by age by sex, with the table that adds the small cell's neighbours hidden."""
    structure, primary = release_of("town", "sex", "age")
    assert primary.sum() == 1
    return protect(structure, POLICY, primary).as_release("first")


def without_one_dimension():
    """First release: town totals and ages, one protected; second: the same by sex, harmless by itself."""
    cells = Cells({"town": np.array(["A", "B", "C"]), "kind": np.array(["x", "x", "y"])}, [2, 20, 30])
    towns = Structure.build(cells, [Table("towns", {"town": ["town"]})])
    kinds = Structure.build(cells, [Table("kinds", {"kind": ["kind"]})])
    primary = primary_rows(POLICY, towns.counts)
    hidden = complementary(towns, primary, shown=towns.counts == 20)  # A and C hidden, B shown
    assert hidden.sum() == 2
    return Release("2023", towns, primary, hidden), kinds


def test_the_second_release_reveals_a_cell_when_published_unchanged():
    earlier, kinds = without_one_dimension()
    nothing = np.zeros(len(kinds), dtype=bool)
    assert protect(kinds, POLICY, nothing).hidden.sum() == 0  # harmless by itself
    whole, together = audit_releases([earlier, Release("2024", kinds, nothing, nothing)], POLICY)
    assert sorted(whole.counts[together.recovered]) == [2]
    assert audit(earlier.structure, earlier.hidden).narrowest >= POLICY.minimum_width


def test_the_second_release_is_refused():
    earlier, kinds = without_one_dimension()
    with pytest.raises(RevealedByRelease, match="2023"):
        protect_release(kinds, POLICY, np.zeros(len(kinds), dtype=bool), [earlier], when_revealing="refuse")


@pytest.mark.parametrize("exact", [True, False])
def test_the_second_release_is_suppressed_further(exact):
    earlier, kinds = without_one_dimension()
    nothing = np.zeros(len(kinds), dtype=bool)
    pattern = protect_release(kinds, POLICY, nothing, [earlier], when_revealing="suppress", exact=exact)
    assert pattern.hidden.any()
    assert pattern.audit.narrowest >= POLICY.minimum_width
    _, together = audit_releases([earlier, pattern.as_release("2024")], POLICY)
    assert together.narrowest >= POLICY.minimum_width
    assert certify(pattern).cells == len(kinds)


def test_a_release_that_tells_the_only_member_of_a_cell_another_one_is_refused_or_hides_more():
    """A and B, 1 and 3 people, are hidden with C; their sum and C, harmless alone, would tell B to the one in A."""
    codes = {"town": np.array(list("ABCD")), "kind": np.array(list("xxyz"))}
    towns, kinds = (
        Structure.build(Cells(codes, [1, 3, 9, 20]), [Table(by, {by: [by]})]) for by in ("town", "kind")
    )
    rule = SuppressionPolicy("four", "made up", 4, zeros_shown=False)
    first = protect(towns, rule, primary_rows(rule, towns.counts)).as_release("first")
    assert sorted(towns.counts[first.hidden]) == [1, 3, 9]
    nothing = primary_rows(rule, kinds.counts)
    assert not nothing.any()
    with pytest.raises(RevealedByRelease, match="only member"):
        protect_release(kinds, rule, nothing, [first], when_revealing="refuse")
    further = protect_release(kinds, rule, nothing, [first], when_revealing="suppress")
    assert further.hidden.any()


def test_a_harmless_second_release_is_neither_refused_nor_suppressed():
    earlier = first_release()
    structure, primary = release_of("sex", "age")
    refused = protect_release(structure, POLICY, primary, [earlier], when_revealing="refuse")
    further = protect_release(structure, POLICY, primary, [earlier], when_revealing="suppress")
    assert not refused.hidden.any()
    assert not further.hidden.any()


def test_the_same_release_again_is_the_same_pattern():
    earlier = first_release()
    again = protect_release(earlier.structure, POLICY, earlier.primary, [earlier], when_revealing="suppress")
    np.testing.assert_array_equal(again.hidden, earlier.hidden)


def test_a_cell_shown_before_cannot_be_hidden_now():
    structure, primary = release_of("town", "sex", "age")
    nothing = np.zeros(len(structure), dtype=bool)
    careless = Release("careless", structure, nothing, nothing)
    for choice in ("suppress", "refuse"):
        with pytest.raises(RevealedByRelease, match="1 cells"):
            protect_release(structure, POLICY, primary, [careless], when_revealing=choice)


def test_releases_over_other_cells_are_refused():
    earlier, _ = without_one_dimension()
    structure, primary = release_of("sex")
    with pytest.raises(StructureError, match="same finest cells"):
        protect_release(structure, POLICY, primary, [earlier], when_revealing="suppress")


def test_a_release_needs_masks_that_fit():
    structure, primary = release_of("town", "sex", "age")
    with pytest.raises(StructureError, match="one flag per row"):
        Release("r", structure, primary[1:], primary)
    with pytest.raises(StructureError, match="not hidden"):
        Release("r", structure, primary, primary & False)
    with pytest.raises(StructureError, match="no release"):
        audit_releases([], POLICY)


def test_derived_columns_are_hidden_with_what_they_are_made_from():
    masks = dependent_masks(
        {"count": np.array([True, False, False]), "population": np.array([False, False, True])},
        {"percent": ["count", "population"], "percent_moe": ["percent"], "ratio": ["percent_moe", "percent"]},
    )
    assert masks["percent"].tolist() == masks["ratio"].tolist() == [True, False, True]
    assert masks["count"].tolist() == [True, False, False]


@pytest.mark.parametrize(
    ("hidden", "made_from", "message"),
    [
        ({"a": [True]}, {"b": ["a", "z"]}, "z"),
        ({"a": [True]}, {"b": ["c"], "c": ["b"]}, "each other"),
        ({"a": [True], "b": [True, False]}, {}, "shape"),
        ({"a": [True]}, {"b": []}, "b"),
    ],
)
def test_derived_columns_without_origin_are_refused(hidden, made_from, message):
    masks = {name: np.array(flags) for name, flags in hidden.items()}
    with pytest.raises(StructureError, match=message):
        dependent_masks(masks, made_from)


def test_one_symbol_for_both_kinds_and_rounded_counts():
    rule = SuppressionPolicy("r", "made up", 6, zeros_shown=True, rounding=5, symbol="(s)")
    column = public_column(np.array([2, 7, 8, 20]), np.array([True, True, False, False]), rule, counts=True)
    assert column.tolist() == ["(s)", "(s)", 10, 20]
    with pytest.raises(StructureError):
        public_column(np.array([1, 2]), np.array([True]), rule)


def test_certificate_counts_and_hash():
    structure, primary = release_of("town", "sex", "age")
    pattern = protect(structure, POLICY, primary)
    certificate = certify(pattern)
    assert certificate.primary == 1
    assert certificate.primary + certificate.complementary == pattern.hidden.sum()
    assert certificate.narrowest >= 3
    assert json.loads(json.dumps(certificate.to_dict()))["policy"] == "six"
    other = pattern.hidden.copy()
    other[np.flatnonzero(~other)[0]] = True
    assert certify(protect(structure, POLICY, primary)).pattern == certificate.pattern
    assert (
        certify(type(pattern)(structure, POLICY, primary, other, pattern.audit)).pattern
        != certificate.pattern
    )


def test_an_unbounded_interval_is_written_as_a_word():
    cells = Cells({"a": np.array(["x", "y"])}, [2, 3])
    structure = Structure.build(cells, [Table("t", {"a": ["a"]})])
    pattern = protect(structure, POLICY, primary_rows(POLICY, structure.counts))
    assert pattern.hidden.all()
    assert certify(pattern).to_dict()["narrowest"] == "unbounded"


SECRET = 7919


def test_no_planted_secret_in_texts():
    cells = Cells(
        {"a": np.array(["x", "y", "z", "w"]), "b": np.array(["p", "p", "q", "q"])},
        [SECRET, 9000, 20_000, 30_000],
    )
    structure = Structure.build(cells, [Table("t", {"a": ["a"], "b": ["b"]})])
    rule = SuppressionPolicy("big", "made up", 8000, zeros_shown=True, minimum_width=100.0)
    primary = primary_rows(rule, structure.counts)
    pattern = protect(structure, rule, primary)
    release = pattern.as_release("r")
    alone = audit(structure, primary)
    assert len(alone.recovered) > 0
    assert SECRET in structure.counts[pattern.hidden]
    texts = [
        f"{thing!r} {thing!s}" for thing in (cells, structure, pattern, release, alone, pattern.audit, rule)
    ]
    texts += [repr(certify(pattern)), json.dumps(certify(pattern).to_dict())]
    column = public_column(structure.counts, pattern.hidden, rule, counts=True)
    texts.append(repr(column.tolist()))
    with pytest.raises(Unprotectable) as unprotectable:
        protect(structure, rule, primary, shown=~primary)
    with pytest.raises(RevealedByRelease) as revealed:
        everything = np.zeros(len(structure), dtype=bool)
        protect_release(
            structure,
            rule,
            primary,
            [Release("e", structure, everything, everything)],
            when_revealing="suppress",
        )
    with pytest.raises(StructureError) as misfit:
        primary_rows(
            SuppressionPolicy("d", "made up", 8000, zeros_shown=True, denominator_min=1),
            cells.counts,
            denominators=cells.counts - 1,
        )
    texts += [str(e.value) for e in (unprotectable, revealed, misfit)]
    for text in texts:
        assert not re.search(rf"(?<![0-9a-f]){SECRET}(?![0-9a-f])", text)
