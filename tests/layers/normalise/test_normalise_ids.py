import pyarrow as pa
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from layers.errors import AmbiguousId, MalformedId, UnreadableValue

TOWN = {"digits": 10}


def test_lost_zeros_come_back_and_are_counted(one):
    found = one(["901301080", "0900900220", "911001080.0"], id=TOWN)
    assert found.column("value") == ["0901301080", "0900900220", "0911001080"]
    assert found.noted("ids") == {"fractions .0 taken off ids": 1, "leading zeros restored": 2}


@pytest.mark.parametrize("cells", [pa.array([901301080.0, None]), pa.array([901301080, None], pa.int32())])
def test_ids_that_a_spreadsheet_made_numbers(one, cells):
    assert one(cells, id=TOWN).column("value") == ["0901301080", None]


def test_excel_texts(one):
    assert one(['="2850013"', "2880013"], id={"digits": 7}, notation=["excel_text"]).column("value") == [
        "2850013",
        "2880013",
    ]
    with pytest.raises(
        UnreadableValue, match=r"a formula in place of a text.*declare `notation: \[excel_text\]`"
    ):
        one(['="2850013"'], id={"digits": 7})


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("90130108011", "not of 10 digits: '90130108011'"),
        ("090130108", "not of 10 digits"),
        ("0", "not of 10 digits"),
        ("90130-1080", "not of digits"),
        ("-5", "not of digits"),
        ("9.01E+08", "dropped digits: export the column as text"),
    ],
)
def test_malformed_ids_are_refused_with_their_row(one, text, why):
    with pytest.raises(MalformedId) as caught:
        one(["0901301080", text], id=TOWN)
    assert why in str(caught.value)
    assert "row 3" in str(caught.value)


def test_a_float_too_large_to_be_exact_is_refused(one):
    with pytest.raises(UnreadableValue, match="too large to know its last digits"):
        one(pa.array([2.0**53]), id={"digits": 16})


def test_several_lengths_are_ambiguous_unless_the_pattern_settles_it(one):
    with pytest.raises(
        AmbiguousId, match=r"could have lost its zeros in several ways \(of 10 or 11 digits\)"
    ):
        one(["9001010101"], id={"digits": [10, 11]})
    found = one(["9001010101", "900104720"], id={"digits": [10, 11], "pattern": r"09\d+"})
    assert found.column("value") == ["09001010101", "0900104720"]


def test_digits_that_begin_with_zero_have_lost_nothing(one):
    assert one(["06042", "060420001"], id={"digits": [5, 9]}).column("value") == ["06042", "060420001"]


def test_the_pattern_must_match_after_the_zeros_are_back(one):
    with pytest.raises(MalformedId, match=r"not of 10 digits matching `09\.\*`"):
        one(["801301080"], id={"digits": 10, "pattern": "09.*"})


def test_restricted_ids_are_not_shown(one):
    with pytest.raises(MalformedId) as caught:
        one(["123-45-6789"], access="restricted", id={"digits": 9})
    assert "123-45-6789" not in str(caught.value)


@given(st.lists(st.integers(1, 10**11 - 1), min_size=1, max_size=8), st.booleans())
def test_stripping_the_zeros_of_ids_of_one_length_is_undone(one, numbers, as_number):
    ids = [f"{number:011d}" for number in numbers]
    cells = pa.array(numbers) if as_number else pa.array([text.lstrip("0") for text in ids])
    assert one(cells, id={"digits": 11}).column("value") == ids


@given(st.sets(st.integers(1, 15), min_size=2, max_size=4), st.integers(1, 10**15 - 1))
def test_an_id_is_taken_only_when_one_length_is_possible(one, lengths, number):
    text = str(number)
    possible = [length for length in lengths if length >= len(text)]
    assume(possible)
    if len(possible) == 1:
        assert one([text], id={"digits": sorted(lengths)}).column("value") == [text.zfill(possible[0])]
    else:
        with pytest.raises(AmbiguousId):
            one([text], id={"digits": sorted(lengths)})


def test_a_total_row_is_told_how_to_be_left_out(one, layer, normalise):
    shape = {"digits": 5}
    with pytest.raises(
        MalformedId, match=r"'Total' \(row 3\); .* `where: \[\{column: value, pattern: '\[0-9\]\+'\}\]`"
    ):
        one(["50001", "Total"], id=shape)
    manifest = layer(
        {"name": "id"},
        {"name": "value", "id": shape, "required": True},
        where=[{"column": "value", "pattern": "[0-9]+"}],
    )
    found = normalise(manifest, {"id": ["a", "b", "c"], "value": ["50001", "Total", ""]})
    assert found.column("value") == ["50001"]
    assert sum(found.lost.values()) == 2
