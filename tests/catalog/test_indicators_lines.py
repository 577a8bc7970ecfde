"""Groups made of a table's lines: each person once, the fewest lines, whatever the order of dimensions."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.indicators import GeneratedGroups
from catalog.indicators.lines import NoLines, TableLines
from catalog.tabulation import Dimension, extents
from catalog.vocabulary import TOTAL, vocabulary

B01001 = TableLines(vocabulary("acs-b01001"))
AGES = (TOTAL, *vocabulary("age-bands").tabulation("policy"), "age_65_plus", "age_00_17")
SEXES = (TOTAL, "female", "male")


def people(line: str) -> set[tuple[str, str]]:
    """The five-year cells of one sex that a line of B01001 counts."""
    term = vocabulary("acs-b01001").term(line).attributes
    sexes = {"female", "male"} if term["sex"] == TOTAL else {str(term["sex"])}
    found = extents(vocabulary("age-bands"))
    used = [
        other.attributes["age"]
        for other in vocabulary("acs-b01001").terms
        if other.attributes["age"] != TOTAL
    ]
    everyone = 0
    for code in used:
        everyone |= found.masks[str(code)]
    mask = everyone if term["age"] == TOTAL else found.masks[str(term["age"])]
    return set(product(sexes, found.names(mask)))


@given(st.sampled_from(SEXES), st.sampled_from(AGES))
def test_lines_count_everyone_of_a_group_once(sex, age):
    lines = B01001.making({"sex": sex, "age": age})
    counted = [cell for line in lines for cell in people(line)]
    assert len(counted) == len(set(counted))
    ages = extents(vocabulary("age-bands"))
    whole = set() if age == TOTAL else set(ages.names(ages.masks[age]))
    wanted = {
        cell
        for cell in people("B01001_001")
        if sex in (TOTAL, cell[0]) and (age == TOTAL or cell[1] in whole)
    }
    assert set(counted) == wanted


def test_totals_of_the_table_are_preferred_to_sums():
    assert B01001.making({}) == ("B01001_001",)
    assert B01001.making({"sex": "male"}) == ("B01001_002",)
    assert set(B01001.making({"age": "age_00_04"})) == {"B01001_003", "B01001_027"}
    assert len(B01001.making({"age": "age_65_plus"})) == 12


def test_a_group_across_the_lines_of_a_table_is_refused():
    with pytest.raises(NoLines, match="no lines that make the group age age_15_44"):
        TableLines(vocabulary("acs-b17024")).making({"age": "age_15_44"})
    with pytest.raises(NoLines, match="is not split by tenure; its dimensions: sex, age"):
        B01001.making({"tenure": "owner"})


@given(st.permutations([("sex", "sex", "female_male"), ("age", "age-bands", "life_stage")]))
def test_the_order_of_dimensions_changes_nothing(order):
    dimensions = tuple(Dimension(name=name, vocabulary=of, tabulation=tab) for name, of, tab in order)
    generated = GeneratedGroups(vocabulary="acs-b01001", denominator={"sex": TOTAL, "age": TOTAL})
    made = {
        frozenset(codes.items()): (set(above), below) for codes, above, below in generated.lines(dimensions)
    }
    assert len(made) == 3 * 4
    assert made[frozenset({"sex": "male", "age": TOTAL}.items())] == ({"B01001_002"}, ("B01001_001",))
    assert len(made[frozenset({"sex": "female", "age": "age_00_17"}.items())][0]) == 4


def test_fixed_codes_stand_in_place_of_the_groups_own():
    dimensions = (Dimension(name="age", vocabulary="age-bands", tabulation="life_stage"),)
    generated = GeneratedGroups(
        vocabulary="acs-b17024",
        numerator={"poverty_ratio": "ratio_000_099"},
        denominator={"poverty_ratio": TOTAL},
    )
    made = {codes["age"]: (above, below) for codes, above, below in generated.lines(dimensions)}
    assert [len(part) for part in made["age_00_17"]] == [9, 3]
    assert made[TOTAL][1] == ("B17024_001",)
