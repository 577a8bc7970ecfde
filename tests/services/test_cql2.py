"""CQL2: both encodings become the same tree, and the tree becomes SQL without a word of the client's."""

import json
import sqlite3
import string
from typing import Any

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from services.ogc.cql2 import (
    BadExpression,
    Kind,
    Queryable,
    SpatialTest,
    compiled,
    functions,
    parse_json,
    parse_text,
)
from services.ogc.cql2.patterns import glob
from services.ogc.cql2.tree import Box, Call, Instant, Interval, Literal, Property
from services.ogc.crs import CRS84, uri

QUERYABLES = [
    Queryable("geometry", Kind.GEOMETRY, "f.west"),
    Queryable("a", Kind.NUMBER, "f.c_a"),
    Queryable("b", Kind.NUMBER, "f.c_b"),
    Queryable("t", Kind.TEXT, "f.c_t"),
    Queryable("yes", Kind.BOOLEAN, "f.c_yes"),
    Queryable("day", Kind.DATE, "f.c_day"),
    Queryable("at", Kind.TIMESTAMP, "f.c_at"),
    Queryable("date", Kind.DATE, "f.c_date"),
]
ROWS = [
    # fid, a, b, t, yes, day, at
    (1, 1, 1.0, "Álamo", 1, "2024-01-01", "2024-01-01T12:00:00.000000Z"),
    (2, 2, None, "alamo", 0, "2024-02-29", "2024-02-29T23:59:59.500000Z"),
    (3, -3, 2.5, "50% off", None, None, None),
    (4, None, 0.0, "it's", 1, "2024-12-31", "2024-12-31T00:00:00.000000Z"),
]


@pytest.fixture(scope="module")
def table() -> sqlite3.Connection:
    database = sqlite3.connect(":memory:")
    functions.register(database)
    database.execute(
        "CREATE TABLE features(fid, c_a INTEGER, c_b REAL, c_t, c_yes, c_day, c_at, west, c_date)"
    )
    database.executemany("INSERT INTO features VALUES (?,?,?,?,?,?,?,0,null)", ROWS)
    return database


def _select(table: sqlite3.Connection, text: str) -> list[int]:
    condition = compiled(parse_text(text), QUERYABLES, CRS84)
    sql = f"SELECT fid FROM features f WHERE {condition.sql} ORDER BY fid"
    return [fid for (fid,) in table.execute(sql, dict(condition.values))]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a = 1", [1]),
        ("a <> 1", [2, 3]),
        ("a >= 1", [1, 2]),
        ("1 <= a", [1, 2]),
        ("a < b", [3]),
        ("a = -3", [3]),
        ("a = 1 OR a = 2 AND b = 99", [1]),  # AND binds more tightly than OR
        ("(a = 1 OR a = 2) AND yes", [1]),
        ("NOT a = 1 AND yes", []),  # NOT binds more tightly than AND; row 4 is unknown
        ("NOT (a = 1 AND yes)", [2, 3]),  # what is false stays false beside the unknown
        ("NOT NOT yes", [1, 4]),
        ("yes", [1, 4]),
        ("yes = FALSE", [2]),
        ("yes IS NULL", [3]),
        ("a IS NOT NULL", [1, 2, 3]),
        ("(a = 1) IS NULL", [4]),
        ("(a = 1) = yes", [1, 2]),
        ("TRUE", [1, 2, 3, 4]),
        ("FALSE OR a = 2", [2]),
        ("a BETWEEN 1 AND 2", [1, 2]),
        ("a NOT BETWEEN 1 AND 2", [3]),
        ("a IN (1, 2, 7)", [1, 2]),
        ("a NOT IN (1, 2, 7)", [3]),
        ("t IN ('it''s', 'x')", [4]),
        (r"t = 'it\'s'", [4]),
        ("t LIKE 'al%'", [2]),
        ("t LIKE '_lamo'", [1, 2]),
        (r"t LIKE '50\% off'", [3]),
        (r"t LIKE '50\%%'", [3]),
        ("t NOT LIKE '%a%'", [3, 4]),
        ("CASEI(t) = CASEI('ÁLAMO')", [1]),
        ("ACCENTI(t) = 'Alamo'", [1]),
        ("CASEI(ACCENTI(t)) = casei(accenti('ÁLAMO'))", [1, 2]),
        ("CASEI(t) LIKE casei('ÁL%')", [1]),
        ("a + b = 2", [1]),
        ("a * 2 - 1 = 3", [2]),
        ("a - -1 = 3", [2]),
        ("a / 2 = 0.5", [1]),
        ("a DIV 2 = 0", [1]),
        ("a % 2 = -1", [3]),
        ("2 ^ a = 4", [2]),
        ("a / b > -100", [1, 3]),  # by zero: unknown
        ("-a = 3", [3]),
        ("day = DATE('2024-02-29')", [2]),
        ("day > DATE('2024-01-01')", [2, 4]),
        ("at = TIMESTAMP('2024-01-01T07:00:00-05:00')", [1]),
        ("at < TIMESTAMP('2024-02-29T23:59:59.6Z')", [1, 2]),
        ("T_AFTER(day, DATE('2024-02-28'))", [2, 4]),
        ("T_BEFORE(at, DATE('2024-02-29'))", [1]),  # a date beside a time is the whole day
        ("T_INTERSECTS(at, DATE('2024-02-29'))", [2]),
        ("T_DURING(day, INTERVAL('2024-01-01', '2024-12-31'))", [2]),
        ("T_INTERSECTS(day, INTERVAL('..', '2024-01-01'))", [1]),
        ("T_DISJOINT(day, INTERVAL('2024-02-01', '..'))", [1]),
        ("T_EQUALS(INTERVAL(day, at), INTERVAL(day, at))", [1, 2, 4]),
        ("T_MEETS(INTERVAL('2020-01-01', day), INTERVAL('2024-02-29', '..'))", [2]),
        ("T_STARTS(day, INTERVAL('2024-01-01', '2024-01-02'))", [1]),
        ('"a" = 1', [1]),
        ("date IS NULL", [1, 2, 3, 4]),  # a property named as a function
        ("a=1or a=2", [1, 2]),
        ("  a\n=\t1  ", [1]),
        ("a = 1e0", [1]),
        ("b = .5 * 2", [1]),
        ("a < 99999999999999999999999", [1, 2, 3]),
    ],
)
def test_expressions_select_what_they_say(table: sqlite3.Connection, text: str, rows: list[int]) -> None:
    assert _select(table, text) == rows


PAIRS: list[tuple[str, Any]] = [
    ("a = 1", {"op": "=", "args": [{"property": "a"}, 1]}),
    (
        "NOT (a < 2.5 OR t LIKE 'x%')",
        {
            "op": "not",
            "args": [
                {
                    "op": "or",
                    "args": [
                        {"op": "<", "args": [{"property": "a"}, 2.5]},
                        {"op": "like", "args": [{"property": "t"}, "x%"]},
                    ],
                }
            ],
        },
    ),
    ("a BETWEEN 1 AND 2", {"op": "between", "args": [{"property": "a"}, 1, 2]}),
    ("t IN ('x','y')", {"op": "in", "args": [{"property": "t"}, ["x", "y"]]}),
    ("yes IS NULL", {"op": "isNull", "args": [{"property": "yes"}]}),
    ("yes = TRUE", {"op": "=", "args": [{"property": "yes"}, True]}),
    ("day = DATE('2024-01-01')", {"op": "=", "args": [{"property": "day"}, {"date": "2024-01-01"}]}),
    (
        "at = TIMESTAMP('2024-01-01T00:00:00Z')",
        {"op": "=", "args": [{"property": "at"}, {"timestamp": "2024-01-01T00:00:00Z"}]},
    ),
    (
        "T_DURING(day, INTERVAL('2024-01-01','..'))",
        {"op": "t_during", "args": [{"property": "day"}, {"interval": ["2024-01-01", ".."]}]},
    ),
    (
        "T_INTERSECTS(INTERVAL(day,'..'), DATE('2024-01-01'))",
        {"op": "t_intersects", "args": [{"interval": [{"property": "day"}, ".."]}, {"date": "2024-01-01"}]},
    ),
    (
        "S_INTERSECTS(geometry, POINT(1 2))",
        {"op": "s_intersects", "args": [{"property": "geometry"}, {"type": "Point", "coordinates": [1, 2]}]},
    ),
    (
        "S_WITHIN(geometry, BBOX(1,2,3,4))",
        {"op": "s_within", "args": [{"property": "geometry"}, {"bbox": [1, 2, 3, 4]}]},
    ),
    (
        "CASEI(t) = CASEI('x')",
        {"op": "=", "args": [{"op": "casei", "args": [{"property": "t"}]}, {"op": "casei", "args": ["x"]}]},
    ),
    (
        "a + 2 * b > 1",
        {
            "op": ">",
            "args": [
                {"op": "+", "args": [{"property": "a"}, {"op": "*", "args": [2, {"property": "b"}]}]},
                1,
            ],
        },
    ),
]


@pytest.mark.parametrize(("text", "document"), PAIRS)
def test_both_encodings_are_one_tree(text: str, document: Any) -> None:
    assert parse_text(text) == parse_json(json.dumps(document))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "the end"),
        ("a", "true or false|condition is needed"),
        ("height > 1", "no property 'height'; known: a, at, b"),
        ("a = 'many'", "'a' (a number) with 'many' (a text)"),
        ("day = '2024-01-01'", "DATE('2024-07-01')"),
        ("at = '2024-01-01'", "TIMESTAMP('2024-07-01T12:00:00Z')"),
        ("at = DATE('2024-01-01')", "T_INTERSECTS"),
        ("t + 1 = 2", "'+' needs a number"),
        ("yes > FALSE", "no order"),
        ("yes BETWEEN FALSE AND TRUE", "no order"),
        ("geometry = POINT(1 2)", "S_"),
        ("geometry = geometry", "S_INTERSECTS"),
        ("a LIKE 'x'", "'LIKE' needs a text"),
        ("t LIKE t", "quoted pattern"),
        ("soundex(t) = 'A'", "functions: ACCENTI, CASEI"),
        ("A_CONTAINS(t, t)", "no property here is one"),
        ("S_INTERSECTS(t, POINT(1 2))", "'t' is a text"),
        ("S_INTERSECTS(geometry, 'x')", "POINT(1 2)"),
        ("S_INTERSECTS(geometry)", "two arguments"),
        ("T_AFTER(a, DATE('2024-01-01'))", "'a' is a number"),
        ("T_AFTER(day, 5)", "DATE("),
        ("day = DATE('2024-13-01')", "2024-07-01"),
        ("day = DATE('20240101')", "2024-07-01"),
        ("at = TIMESTAMP('noon')", "2024-07-01T12:00:00Z"),
        ("at = TIMESTAMP('0001-01-01T00:00:00+14:00')", "2024-07-01T12:00:00Z"),
        ("T_AFTER(day, INTERVAL('2024-01-01'))", "two ends"),
        ("S_INTERSECTS(geometry, POINT(1))", "not a geometry"),
        ("S_INTERSECTS(geometry, POINT(nan 1))", "finite"),
        ("S_INTERSECTS(geometry, POINT(1 2)", "')' is needed"),
        ("S_INTERSECTS(geometry, POLYGON((0 0, 1 1, 1 0, 0 1, 0 0)))", "not valid"),
        ("S_INTERSECTS(geometry, BBOX(1,2,3))", "4 or 6 numbers"),
        ("S_INTERSECTS(geometry, BBOX(1,5,3,4))", "lower corner"),
        ("a = 1 AND", "the end"),
        ("a = = 1", "'='"),
        ("a 1", "operator"),
        ("a NOT 1", "LIKE, BETWEEN or IN"),
        ("and = 1", "double quotes"),
        ("t = 'x", "quote is not closed"),
        ("a = 1; DROP TABLE features", "no word of CQL2"),
        ("a = 1e999", "finite"),
        ("(" * 100 + "yes" + ")" * 100, "nested"),
        ("t = '" + "x" * 70_000 + "'", "characters"),
        (" OR ".join(["a = 1"] * 2000), "parts"),
    ],
)
def test_what_is_wrong_is_said(text: str, told: str) -> None:
    with pytest.raises(BadExpression) as refused:
        compiled(parse_text(text), QUERYABLES, CRS84)

    assert any(one in str(refused.value) for one in told.split("|")), str(refused.value)


@pytest.mark.parametrize(
    "document",
    [
        "{",
        "null",
        "[]",
        "{}",
        '{"op": "and"}',
        '{"op": 5, "args": []}',
        '{"op": "and", "args": [true]}',
        '{"op": "not", "args": [true, false]}',
        '{"op": "=", "args": [1]}',
        '{"op": "in", "args": [{"property": "a"}, 5]}',
        '{"op": "in", "args": [{"property": "a"}, []]}',
        '{"op": "=", "args": [{"property": 5}, 1]}',
        '{"op": "=", "args": [{"property": "a"}, [1]]}',
        '{"op": "t_after", "args": [{"property": "day"}, {"interval": ["2024-01-01"]}]}',
        '{"op": "t_after", "args": [{"property": "day"}, {"interval": [5, ".."]}]}',
        '{"op": "s_within", "args": [{"property": "geometry"}, {"bbox": ["1", 2, 3, 4]}]}',
        '{"op": "s_within", "args": [{"property": "geometry"}, {"bbox": 5}]}',
        '{"op": "s_within", "args": [{"property": "geometry"}, {"type": "Point", "coordinates": []}]}',
        '{"op": "s_within", "args": [{"property": "geometry"}, {"type": "Cube", "coordinates": [1, 2]}]}',
        '{"date": 5}',
        json.dumps({"op": "not", "args": []}),
        '{"op":"not","args":[' * 100 + "true" + "]}" * 100,
    ],
)
def test_json_that_is_no_expression_is_refused(document: str) -> None:
    with pytest.raises(BadExpression):
        compiled(parse_json(document), QUERYABLES, CRS84)


INJECTIONS = [
    "x' OR 1=1 --",
    "x'; DROP TABLE features; --",
    '" OR ""="',
    "\\'; --",
    "{t0}",
    ":v0",
    "%' OR '%'='",
    "') UNION SELECT name FROM sqlite_master --",
]


@pytest.mark.parametrize("text", INJECTIONS)
def test_texts_are_bound_and_never_written_into_sql(table: sqlite3.Connection, text: str) -> None:
    for tree in (
        Call("=", (Property("t"), Literal(text))),
        Call("like", (Property("t"), Literal(text))),
        Call("in", (Property("t"), Literal(text), Literal("y"))),
        Call("=", (Call("casei", (Property("t"),)), Call("casei", (Literal(text),)))),
    ):
        condition = compiled(tree, QUERYABLES, CRS84)
        assert text not in condition.sql.replace(":v", "")
        sql = f"SELECT count(*) FROM features f WHERE {condition.sql}"
        assert table.execute(sql, dict(condition.values)).fetchone() == (0,)


@pytest.mark.parametrize("name", [*INJECTIONS, "c_a", "fid", "rowid", "a = 1 OR a"])
def test_names_are_looked_up_and_never_written_into_sql(name: str) -> None:
    for tree in (Call("=", (Property(name), Literal(1))), Call(name, (Property("a"),))):
        with pytest.raises(BadExpression):
            compiled(tree, QUERYABLES, CRS84)


def test_a_quoted_text_comes_back_as_it_was() -> None:
    for text in INJECTIONS:
        quoted = text.replace("\\'", "'").replace("'", "''")
        assert parse_text(f"t = '{quoted}'") == Call("=", (Property("t"), Literal(text.replace("\\'", "'"))))


@given(st.text(alphabet=string.printable + "áß'\"%_\\", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        condition = compiled(parse_text(text), QUERYABLES, CRS84)
    except BadExpression as refused:
        assert str(refused)
    else:
        assert condition.sql


_WORDS = st.sampled_from(
    ["a", "b", "t", "yes", "day", "geometry", "=", "<", "AND", "OR", "NOT", "(", ")", "1", "-2.5", "'x'", "LIKE", "IN",
     "BETWEEN", "IS", "NULL", ",", "+", "*", "^", "CASEI", "S_INTERSECTS", "POINT(1 2)", "DATE('2024-01-01')", "TRUE",
     "T_AFTER", "INTERVAL", "'..'", "BBOX(0,0,1,1)"]
)  # fmt: skip


@settings(max_examples=400)
@given(st.lists(_WORDS, max_size=14).map(" ".join))
def test_any_words_give_sql_that_runs_or_are_refused(text: str) -> None:
    database = sqlite3.connect(":memory:")
    functions.register(database)
    database.execute("CREATE TABLE features(fid, c_a, c_b, c_t, c_yes, c_day, c_at, west, c_date)")
    try:
        condition = compiled(parse_text(text), QUERYABLES, CRS84)
    except BadExpression:
        return
    sql = condition.sql.format(**{name: "0" for name, _ in condition.tests})
    assert database.execute(f"SELECT * FROM features f WHERE {sql}", dict(condition.values)).fetchall() == []


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.fixed_dictionaries(
            {"op": st.sampled_from(["and", "=", "in", "like", "s_within", "x"]), "args": inner}
        )
        | st.fixed_dictionaries({"property": st.sampled_from(["a", "t", "geometry"]) | inner})
        | st.fixed_dictionaries({"type": st.text(max_size=5), "coordinates": inner})
        | st.fixed_dictionaries({"interval": inner})
    ),
    max_leaves=8,
)


@given(_JSON)
def test_any_json_is_read_or_refused(document: Any) -> None:
    try:
        assert compiled(parse_json(json.dumps(document)), QUERYABLES, CRS84).sql
    except BadExpression as refused:
        assert str(refused)


def test_many_conditions_do_not_nest_deeply(table: sqlite3.Connection) -> None:
    assert _select(table, " OR ".join(f"a = {n}" for n in range(1, 1200))) == [1, 2]


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("a%", "abc", True),
        ("a%", "ABC", False),
        ("a_c", "abc", True),
        ("a_c", "ac", False),
        (r"a\%c", "a%c", True),
        (r"a\%c", "abc", False),
        (r"a\_c", "abc", False),
        ("[ab]*?", "[ab]*?", True),
        ("[ab]", "a", False),
        ("*", "x", False),
        ("?", "x", False),
        ("a\\", "a\\", True),
    ],
)
def test_patterns(table: sqlite3.Connection, pattern: str, text: str, fits: bool) -> None:
    assert table.execute("SELECT ? GLOB ?", [text, glob(pattern)]).fetchone() == (fits,)


@given(st.text(alphabet="ab*?[]^-\\", max_size=8))
def test_a_pattern_without_wildcards_fits_only_itself(text: str) -> None:
    database = sqlite3.connect(":memory:")
    escaped = text.replace("\\", "\\\\")

    assert database.execute("SELECT ? GLOB ?", [text, glob(escaped)]).fetchone() == (1,)
    assert database.execute("SELECT ? GLOB ?", [text + "x", glob(escaped)]).fetchone() == (0,)


def test_geometries_come_to_longitude_and_latitude() -> None:
    def outline(text: str, system: str) -> shapely.Geometry:
        ((_, test),) = compiled(parse_text(text), QUERYABLES, uri(system)).tests
        return test.other

    latitude_first = outline("S_INTERSECTS(geometry, POINT(41.5 -72.7))", "EPSG:4326")
    in_feet = outline("S_INTERSECTS(geometry, POINT(986219.046 597166.427))", "EPSG:2234")
    box = outline("S_INTERSECTS(geometry, BBOX(41, -73, 42, -72))", "EPSG:4326")
    across = outline("S_INTERSECTS(geometry, BBOX(170, 0, -170, 1))", "OGC:CRS84")

    assert latitude_first.coords[0] == (-72.7, 41.5)
    assert in_feet.coords[0] == pytest.approx((-72.8, 41.1), abs=1e-6)
    assert box.bounds == (-73, 41, -72, 42)
    assert across.area == pytest.approx(20)


def test_a_straight_edge_in_feet_is_followed() -> None:
    corners = "600000 500000, 1400000 500000, 1400000 1000000, 600000 1000000, 600000 500000"
    text = f"S_WITHIN(geometry, POLYGON(({corners})))"
    ((_, test),) = compiled(parse_text(text), QUERYABLES, uri("EPSG:2234")).tests

    assert shapely.get_num_coordinates(test.other) > 100


def test_which_way_round_a_relation_is_written_does_not_matter() -> None:
    def test_of(text: str) -> SpatialTest:
        ((_, test),) = compiled(parse_text(text), QUERYABLES, CRS84).tests
        return test

    assert test_of("S_CONTAINS(POLYGON((0 0,1 0,1 1,0 0)), geometry)").relation == "within"
    assert test_of("S_CONTAINS(geometry, POLYGON((0 0,1 0,1 1,0 0)))").relation == "contains"
    assert test_of("S_TOUCHES(POINT(0 0), geometry)").relation == "touches"


def test_literals_of_the_tree() -> None:
    assert parse_text("INTERVAL('..', '2024-01-01') = 1") == Call(
        "=", (Interval(None, Instant("2024-01-01", is_date=True)), Literal(1))
    )
    assert parse_text("BBOX(-1, 2, 3.5, 4)") == Box((-1.0, 2.0, 3.5, 4.0))
