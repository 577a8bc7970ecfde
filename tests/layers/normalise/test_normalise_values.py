"""Texts, codes, truth values and times."""

import re
from datetime import UTC, date, datetime

import pyarrow as pa
import pytest

from catalog.vocabulary import vocabulary
from layers.errors import MissingValue, RefusedValue, UnreadableValue, UnseenCode
from layers.normalise import codes

WHEN = datetime(2021, 12, 1, 5, 6, 7, tzinfo=UTC)


def test_blanks_are_trimmed_inner_ones_made_plain_and_nothing_is_null(one):
    found = one(["\u00a0New\u00a0Haven ", "\ufeffAvon\u200b", " \t", "", None, "Old Lyme"])
    assert found.column("value") == ["New Haven", "Avon", None, None, None, "Old Lyme"]
    assert found.noted("trim") == {"blanks taken off or made plain spaces": 3}


@pytest.mark.parametrize("kind", [pa.large_string(), pa.string_view(), pa.dictionary(pa.int8(), pa.string())])
def test_all_layouts_of_text_are_read(one, kind):
    assert one(pa.array([" a", None]).cast(kind)).column("value") == ["a", None]


def test_typed_values_become_text(one):
    assert one(pa.array([1.0, 101.01, None])).column("value") == ["1", "101.01", None]
    assert one(pa.array([True])).column("value") == ["true"]
    assert one(pa.array([date(2021, 12, 1)])).column("value") == ["2021-12-01"]
    with pytest.raises(UnreadableValue, match="a cell of type list<item: int64> is not a text"):
        one(pa.array([[1]]))


def test_the_key_must_not_be_empty_even_when_annotated(layer, normalise):
    manifest = layer({"name": "id", "annotations": {"?": "unknown"}})
    for cell in ("", "?"):
        with pytest.raises(MissingValue, match=r"column id, row 3: an empty cell in the key \(row 3\)"):
            normalise(manifest, {"id": ["1", cell]})


def test_recode(one):
    found = one(["Tot", "X"], recode={"Tot": "total"}, allowed=["total", "X"])
    assert found.column("value") == ["total", "X"]
    assert found.noted("recode") == {"values recoded as declared": 1}


def test_allowed_values(one):
    with pytest.raises(
        RefusedValue, match=r"row 3: not among the allowed values: 'C' \(row 3\); allowed: 'A', 'B'"
    ):
        one(["A", "C"], allowed=["A", "B"])


@pytest.mark.parametrize("pattern", [r"[A-Z]\d", r"(?=A)A\d"])
def test_patterns_match_the_whole_value(one, pattern):
    assert one(["A1", None], pattern=pattern).column("value") == ["A1", None]
    for text in ("A12", "xA1"):
        with pytest.raises(RefusedValue, match="does not match the pattern"):
            one([text], pattern=pattern)


@pytest.mark.parametrize("pattern", [r"^(\d{2})", r"^(?=\d)(\d{2})"])
def test_the_declared_part_of_a_text_is_extracted(one, pattern):
    found = one(["09001", "3600", None], extract=pattern)
    assert found.column("value") == ["09", "36", None]
    with pytest.raises(RefusedValue, match=r"nothing to extract by .*: 'x9'"):
        one(["x9"], extract=pattern)


@pytest.fixture
def small_vocabulary(monkeypatch):
    statuses = vocabulary("statuses")
    small = statuses.model_copy(
        update={"fixes": {"Supressed": "suppressed"}, "refused": {"n/a": "says nothing"}}
    )
    monkeypatch.setattr(codes, "vocabulary", lambda name: small)


@pytest.mark.usefixtures("small_vocabulary")
def test_vocabularies_mend_known_spellings_and_count_them(one):
    found = one(["missing", "Supressed", None], vocabulary="statuses")
    assert found.column("value") == ["missing", "suppressed", None]
    assert found.noted("vocabulary") == {"spellings mended to codes of 'statuses'": 1}


@pytest.mark.usefixtures("small_vocabulary")
def test_vocabularies_refuse_with_their_reason(one):
    with pytest.raises(
        RefusedValue, match=r"refused by the vocabulary 'statuses': 'n/a' \(row 2\); says nothing"
    ):
        one(["n/a"], vocabulary="statuses")


def test_an_unseen_code_stops_with_the_line_to_add(one):
    with pytest.raises(UnseenCode) as caught:
        one(["missin"], vocabulary="statuses")
    assert "add to catalog/vocabularies/statuses.yml: `fixes: {'missin': missing}`" in str(caught.value)
    assert "did you mean missing" in str(caught.value)


@pytest.mark.parametrize(
    "rule", [{"vocabulary": "statuses"}, {"allowed": ["A"]}, {"pattern": "A"}, {"extract": "(A)"}]
)
def test_restricted_values_are_not_shown(one, rule):
    with pytest.raises((UnseenCode, RefusedValue)) as caught:
        one(["secret"], access="restricted", **rule)
    assert "secret" not in str(caught.value)


def test_truth_values(one):
    found = one(["true", "No", "Y", "0", "", "F"], type="boolean")
    assert found.column("value") == [True, False, True, False, None, False]
    assert one(pa.array([1, 0, None]), type="boolean").column("value") == [True, False, None]
    assert one(pa.array([1.0, 0.0]), type="boolean").column("value") == [True, False]
    assert one(pa.array([True, None]), type="boolean").column("value") == [True, None]
    with pytest.raises(UnreadableValue, match="not a truth value: 'maybe'"):
        one(["maybe"], type="boolean")
    with pytest.raises(UnreadableValue, match="not a truth value"):
        one(pa.array([2]), type="boolean")


def test_dates_in_iso(one):
    texts = ["2021-12-01", "2021-12-01T00:00:00Z", "2021-12-01T00:00:00-05:00", "2021-12-01 00:00", ""]
    assert one(texts, type="date").column("value") == [date(2021, 12, 1)] * 4 + [None]


@pytest.mark.parametrize(
    "text", ["2021-02-30", "2021", "2021-12", "12/01/2021", "2021-12-01T05:00", "20211201", "0000-01-01"]
)
def test_what_is_no_day_is_refused(one, text):
    with pytest.raises(UnreadableValue, match="not a date in ISO 8601"):
        one([text], type="date")


def test_dates_in_declared_formats(one):
    assert one(["12/1/2021"], type="date", formats=["%m/%d/%Y"]).column("value") == [date(2021, 12, 1)]
    several = ["%m/%d/%Y", "%d/%m/%Y"]
    assert one(["12/25/2021", "25/12/2021", "5/5/2021"], type="date", formats=several).column("value") == [
        date(2021, 12, 25),
        date(2021, 12, 25),
        date(2021, 5, 5),
    ]
    with pytest.raises(UnreadableValue, match="row 3: reads differently in the formats"):
        one(["12/25/2021", "1/2/2021"], type="date", formats=several)
    with pytest.raises(UnreadableValue, match="not in the format '%m/%d/%Y'"):
        one(["2021-12-01"], type="date", formats=["%m/%d/%Y"])


def test_typed_dates(one):
    assert one(pa.array([date(2021, 12, 1), None]), type="date").column("value") == [date(2021, 12, 1), None]
    assert one(pa.array([datetime(2021, 12, 1)]), type="date").column("value") == [date(2021, 12, 1)]
    with pytest.raises(UnreadableValue, match="it has a time of day"):
        one(pa.array([WHEN]), type="date")


def test_times_in_utc(one):
    texts = ["2021-12-01T05:06:07Z", "2021-12-01T00:06:07-05:00", "2021-12-01 05:06:07.000"]
    found = one(texts, type="datetime")
    assert found.column("value") == [WHEN] * 3
    assert found.noted("dates") == {"times without an offset taken as UTC": 1}
    zoned = pa.array([WHEN]).cast(pa.timestamp("ns", tz="America/New_York"))
    assert one(zoned, type="datetime").column("value") == [WHEN]
    naive = one(pa.array([WHEN.replace(tzinfo=None)]), type="datetime")
    assert naive.column("value") == [WHEN]
    assert naive.noted("dates") == {"times without an offset taken as UTC": 1}


def test_filters_keep_matching_rows_and_count_the_others(layer, normalise):
    manifest = layer(
        {"name": "id", "id": {"digits": 2}},
        {"name": "beds", "type": "integer"},
        where=[{"column": "id", "pattern": "0.*"}, {"column": "beds", "pattern": "[1-9]"}],
    )
    found = normalise(manifest, {"id": ["9", "Total", "8", "7"], "beds": ["1", "n.a.", "5", "10"]})
    assert found.batch.to_pylist() == [{"id": "09", "beds": 1}, {"id": "08", "beds": 5}]
    assert found.lost == {
        "filtered: id does not match `0.*`": 1,
        "filtered: beds does not match `[1-9]`": 1,
    }
    assert found.noted("ids") == {"leading zeros restored": 2}


def test_a_cell_that_cannot_be_read_is_not_filtered_away_unseen(layer, normalise):
    manifest = layer(
        {"name": "id"}, {"name": "year", "type": "integer"}, where=[{"column": "year", "pattern": "2022"}]
    )
    with pytest.raises(UnreadableValue, match="row 3: not a whole number: '2O22'"):
        normalise(manifest, {"id": ["1", "2"], "year": ["2021", "2O22"]})


def test_filters_see_the_status(layer, normalise):
    manifest = layer(
        {"name": "id"},
        {"name": "beds", "type": "integer", "annotations": {"*": "suppressed"}},
        where=[{"column": "beds_status", "pattern": "published"}],
    )
    assert normalise(manifest, {"id": ["1", "2"], "beds": ["*", "3"]}).column("beds") == [3]


def test_a_batch_without_rows_stays_one(layer, normalise):
    manifest = layer(
        {"name": "id"},
        {"name": "n", "type": "integer"},
        {"name": "d", "type": "date"},
        {"name": "b", "type": "boolean"},
    )
    empty = {name: pa.array([], pa.string()) for name in ("id", "n", "d", "b")}
    found = normalise(manifest, empty)
    assert found.batch.num_rows == 0
    assert found.notes.steps == ()


@pytest.mark.parametrize("kind", ["string", "number", "boolean", "date"])
def test_the_blank_of_typed_cells_can_stand_for_a_status_too(one, kind):
    typed = {
        "string": pa.array([None, 1.5]),
        "number": pa.array([None, 1.5]),
        "boolean": pa.array([None, True]),
        "date": pa.array([None, date(2021, 12, 1)]),
    }
    found = one(typed[kind], type=kind, annotations={"": "not_collected"})
    assert found.column("value_status") == ["not_collected", "published"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("02/29/2024", "`formats: ['%m/%d/%Y']`"),
        ("29/02/2024", "`formats: ['%d/%m/%Y']`"),
        ("3/1/2024", "`formats: ['%m/%d/%Y']` or `formats: ['%d/%m/%Y']`"),
        ("2024/02/29", "`formats: ['%Y/%m/%d']`"),
        ("29-Feb-24", "`formats: ['%d-%b-%y']`"),
        ("45351", "`formats: ['excel_days']`"),
        ("1709164800000", "`formats: ['epoch_milliseconds']`"),
        ("02/29/2024 12:00:00 AM", "`formats: ['%m/%d/%Y %I:%M:%S %p']`"),
        ("Thursday", "other notations are declared"),
    ],
)
def test_the_message_about_a_date_has_its_whole_text_and_the_line_to_add(one, text, line):
    with pytest.raises(
        UnreadableValue, match=re.escape(f"not a date in ISO 8601: {text!r} (row 2); ")
    ) as told:
        one([text], type="date")
    assert str(told.value).endswith(line) or text == "Thursday"
    if text != "Thursday":
        declared = re.findall(r"formats: \['(.*?)'\]", line)[:1]
        assert one([text], type="date", formats=declared).column("value") == [
            date(2024, 3, 1) if text == "3/1/2024" else date(2024, 2, 29)
        ]


@pytest.mark.parametrize(
    ("form", "cell", "moment"),
    [
        ("excel_days", "45351.25", datetime(2024, 2, 29, 6, tzinfo=UTC)),
        ("excel_days", "61", datetime(1900, 3, 1, tzinfo=UTC)),
        ("epoch_seconds", "1709164800", datetime(2024, 2, 29, tzinfo=UTC)),
        ("epoch_milliseconds", "1709164800123", datetime(2024, 2, 29, 0, 0, 0, 123000, tzinfo=UTC)),
    ],
)
@pytest.mark.parametrize("typed", [False, True])
def test_times_that_are_counted(one, form, cell, moment, typed):
    cells = pa.array([float(cell) if typed else cell, None])
    assert one(cells, type="datetime", formats=[form]).column("value") == [moment, None]


@pytest.mark.parametrize("cell", ["60", "-5", "x", "1e5", "99999999999999"])
def test_what_counts_no_day_is_refused(one, cell):
    with pytest.raises(UnreadableValue, match=r"row 2: not in the format 'excel_days'"):
        one([cell], type="datetime", formats=["excel_days"])
