import csv
import math

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.errors import MissingValue, UnreadableValue
from layers.measures.acs.published import CONTROLLED, NOT_AVAILABLE


def is_no_code(number: float) -> bool:
    return number not in (CONTROLLED, *NOT_AVAILABLE)


def test_plain_numbers(one):
    texts = ["5", "-5.25", "+1", ".5", "5.", "\u22123", " 7 ", "\u00a08\u00a0", "1e-05", "1E+05", "", None]
    values = [5.0, -5.25, 1.0, 0.5, 5.0, -3.0, 7.0, 8.0, 1e-05, 1e5, None, None]
    assert one(texts, type="number").column("value") == values


@pytest.mark.parametrize(
    "text",
    [
        "NaN",
        "nan",
        "inf",
        "-Infinity",
        "1,234",
        "$5",
        "5%",
        "5+",
        "0x10",
        "1_000",
        "1.2.3",
        "--1",
        "1e",
        "five",
        "٣",
    ],
)
def test_what_is_not_plainly_a_number_is_refused_with_its_row(one, text):
    with pytest.raises(UnreadableValue) as caught:
        one(["1", text], type="number")
    assert str(caught.value).startswith(
        f"layer tiny, file tiny.csv, column value, row 3: not a number: {text!r} (row 3)"
    )


def test_an_overflow_is_not_infinity(one):
    with pytest.raises(UnreadableValue, match="a number too large to be kept: '1e999'"):
        one(["1e999"], type="number")


def test_declared_notations(one):
    notation = ["currency", "thousands", "percent_sign", "open_ended"]
    texts = ["$150,655", "-$1,000.50", "$-5", "($1,200)", "12%", "12 %", "250,001+", "2,500-", "-3", "7"]
    found = one(texts, type="number", notation=notation)
    assert found.column("value") == [
        150655.0,
        -1000.5,
        -5.0,
        -1200.0,
        12.0,
        12.0,
        250001.0,
        2500.0,
        -3.0,
        7.0,
    ]
    assert (
        found.column("value_status") == ["published"] * 6 + ["top_coded", "bottom_coded"] + ["published"] * 2
    )
    assert found.noted("status") == {"top_coded": 1, "bottom_coded": 1}


def test_margins_of_error_as_tables_print_them(one):
    texts = ["+/-3,100", "±120", "+/- 1.1%", "±0", "-5", "400"]
    found = one(texts, type="number", notation=["plus_minus", "thousands", "percent_sign"])
    assert found.column("value") == [3100.0, 120.0, 1.1, 0.0, -5.0, 400.0]
    with pytest.raises(UnreadableValue, match=r"declare `notation: \[thousands, plus_minus\]`"):
        one(["+/-3,100"], type="number")
    with pytest.raises(UnreadableValue, match="not a whole number: '±-3'"):
        one(["±-3"], type="integer", notation=["plus_minus"])


@pytest.mark.parametrize("text", ["1,23", "12,34,567", ",5", "1,2345", "1 234", "$", "()"])
def test_thousands_must_be_groups_of_three(one, text):
    with pytest.raises(UnreadableValue, match="not a number"):
        one([text], type="number", notation=["currency", "thousands"])


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("$150,655", "declare `notation: [currency, thousands]`"),
        ("5%", "declare `notation: [percent_sign]`"),
        ("250,001+", "declare `notation: [thousands, open_ended]`"),
        ("N", "add to the column: `annotations: {'N': <status>}`"),
    ],
)
def test_the_message_has_the_line_to_add(one, text, line):
    with pytest.raises(UnreadableValue) as caught:
        one([text], type="number")
    assert line in str(caught.value)


def test_integers_are_exact_and_refuse_fractions(one):
    assert one(["9007199254740993", "3.0", "-4"], type="integer").column("value") == [9007199254740993, 3, -4]
    for text in ("1.5", "1e5"):
        with pytest.raises(UnreadableValue, match=r"not a whole number.*`type: number` takes fractions"):
            one([text], type="integer")
    with pytest.raises(UnreadableValue, match="more than 18 digits"):
        one(["1234567890123456789"], type="integer")


def test_an_integer_with_commas_is_told_the_notation(one):
    with pytest.raises(UnreadableValue, match=r"declare `notation: \[thousands\]`"):
        one(["1,234"], type="integer")


def test_typed_numbers(one):
    assert one(pa.array([1, 2], pa.int32()), type="number").column("value") == [1.0, 2.0]
    assert one(pa.array([1.0, None, math.nan]), type="integer").column("value") == [1, None, None]
    with pytest.raises(UnreadableValue, match=r"not a whole number: '1\.5'"):
        one(pa.array([1.5]), type="integer")
    with pytest.raises(UnreadableValue, match="an infinite number"):
        one(pa.array([math.inf]), type="number")
    with pytest.raises(UnreadableValue, match="an integer too large"):
        one(pa.array([2**63], pa.uint64()), type="integer")


def test_annotations_become_statuses(one):
    keys = {
        "-": "missing",
        "**": "too_few_samples",
        "N": "not_applicable",
        "*": "suppressed",
        "*****": "controlled",
    }
    found = one(["-", "**", "N", "*", "*****", "\u2212", "5", ""], type="number", annotations=keys)
    assert found.column("value") == [None] * 6 + [5.0, None]
    assert found.column("value_status") == [
        "missing",
        "too_few_samples",
        "not_applicable",
        "suppressed",
        "controlled",
        "missing",
        "published",
        "missing",
    ]


@pytest.mark.parametrize(
    "cells",
    [
        pa.array(["-9999", "-9999.0", "\u22129999", "-9,999", "1"]),
        pa.array([-9999, -9999, -9999, -9999, 1], pa.int16()),
        pa.array([-9999.0, -9999.0, -9999.0, -9999.0, 1.0]),
    ],
)
def test_a_number_that_stands_for_a_status_is_found_however_it_is_written(one, cells):
    found = one(cells, type="number", notation=["thousands"], annotations={"-9999": "suppressed"})
    assert found.column("value") == [None] * 4 + [1.0]
    assert found.column("value_status") == ["suppressed"] * 4 + ["published"]


def test_the_empty_cell_can_stand_for_a_status(one):
    for cells in (pa.array(["", "1"]), pa.array([None, 1.0])):
        found = one(cells, type="number", annotations={"": "suppressed"})
        assert found.column("value_status") == ["suppressed", "published"]


def test_a_required_number_may_be_annotated_but_not_empty(one):
    declared = {"type": "number", "required": True, "annotations": {"*": "suppressed"}}
    assert one(["*", "1"], **declared).column("value") == [None, 1.0]
    with pytest.raises(MissingValue, match=r"row 3: an empty cell in a required column \(row 3\)"):
        one(["*", ""], **declared)


def test_text_columns_can_be_annotated_too(one):
    found = one(["A", "unk"], annotations={"unk": "unknown"})
    assert found.column("value") == ["A", None]
    assert found.column("value_status") == ["published", "unknown"]


def test_messages_of_restricted_layers_show_no_values(one):
    for text in ("Jane Doe", "$77"):
        with pytest.raises(UnreadableValue) as caught:
            one([text], access="restricted", type="number")
        assert text not in str(caught.value)
        assert "row 2" in str(caught.value)


def test_long_texts_are_not_shown(one):
    with pytest.raises(UnreadableValue) as caught:
        one(["x" * 200], type="number")
    assert "xxx" not in str(caught.value)


def test_at_most_five_rows_are_listed(one):
    with pytest.raises(UnreadableValue, match=r"\(rows 2, 3, 4, 5, 6 and 3 more nearby\)"):
        one(["a"] * 8, type="number")


@given(st.lists(st.integers(-(10**17), 10**17).filter(is_no_code), min_size=1, max_size=8))
def test_integers_survive_every_notation(one, numbers):
    texts = [f"(${-number:,})" if number < 0 else f"${number:,}" for number in numbers]
    found = one(texts, type="integer", notation=["currency", "thousands"])
    assert found.column("value") == numbers


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False).filter(is_no_code), min_size=1, max_size=8))
def test_floats_survive_being_written(one, numbers):
    assert one([repr(number) for number in numbers], type="number").column("value") == numbers


@given(st.text(max_size=12))
def test_whatever_is_read_as_a_number_is_a_number_to_python(one, text):
    try:
        value = one([text], type="number").column("value")[0]
    except UnreadableValue:
        return
    if value is not None:
        assert value == float(text.strip().strip("\u200b\ufeff\u2060").replace("\u2212", "-"))


@pytest.mark.state_data
def test_the_raw_absenteeism_export(state_data, layer, normalise):
    path = state_data / "absenteeism" / "raw" / "chronic-absenteeism__2017-18_race.csv"
    with path.open(encoding="utf-8-sig") as file:
        _, _, header, *rows = [row for row in csv.reader(file) if row]
    columns = {name: pa.array([row[place] for row in rows]) for place, name in enumerate(header)}
    manifest = layer(
        {"name": "code", "source": "District Code", "id": {"digits": 7}, "notation": ["excel_text"]},
        {
            "name": "share",
            "source": "% Chronically Absent",
            "type": "number",
            "annotations": {"*": "suppressed"},
        },
    )
    found = normalise(manifest, columns)
    assert all(len(code) == 7 and code.isdigit() for code in found.column("code"))
    stars = sum(row[-1] == "*" for row in rows)
    assert stars > 0
    assert found.noted("status") == {"suppressed": stars}
    assert sum(value is None for value in found.column("share")) == stars


@pytest.mark.parametrize("text", ["12,5", "1.234,56", "0,1234", "-7,25 %"])
def test_a_decimal_comma_is_told_as_one(one, text):
    with pytest.raises(UnreadableValue, match="a comma stands for the decimal point"):
        one([text], type="number")


@pytest.mark.parametrize(
    "cells", [["5", "-666666666"], pa.array([5.0, -666666666.0]), pa.array([5, -666666666])]
)
@pytest.mark.parametrize("kind", ["number", "integer"])
def test_a_code_of_the_census_is_no_number_unless_annotated(one, cells, kind):
    message = r"column value, row 3: a code of the Census .*: '-666666666' \(row 3\); .*`annotations: \{'-666666666'"
    with pytest.raises(UnreadableValue, match=message):
        one(cells, type=kind)
    found = one(cells, type=kind, annotations={"-666666666": "too_few_samples"})
    assert found.column("value_status") == ["published", "too_few_samples"]
