"""Who a code counts: nobody twice, and bands that nest."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.tabulation import (
    CountedTwice,
    NotNested,
    check_sum,
    exact_parts,
)
from catalog.tabulation.answers import question
from catalog.term_attributes import RaceAttributes
from catalog.vocabulary import UnknownCode, vocabulary

RACES = ("race-ethnicity-1997", "race-ethnicity-2024", "acs-race-ethnicity", "education-race-ethnicity")
AGES, POVERTY = vocabulary("age-bands"), vocabulary("poverty-ratio-bands")


@pytest.mark.parametrize(
    ("name", "codes", "shared"),
    [
        ("acs-race-ethnicity", ["white_in_combination", "asian_in_combination"], "asian + white"),
        ("acs-race-ethnicity", ["hispanic", "white_alone"], "hispanic + white"),
        ("acs-race-ethnicity", ["two_or_more", "two_with_other"], "asian + other"),
        ("acs-race-ethnicity", ["remaining_not_hispanic", "asian_alone_not_hispanic"], "asian"),
        ("acs-race-ethnicity", ["hispanic", "hispanic"], "american_indian + hispanic"),
        ("race-ethnicity-2024", ["white_alone", "hispanic_in_combination", "multiple"], "asian + hispanic"),
        ("disability", ["hearing", "vision"], "hearing + vision"),
        ("disability", ["with_disability", "hearing"], "hearing"),
        ("age-bands", ["age_00_17", "age_15_19"], "from 15 to under 16"),
        ("poverty-ratio-bands", ["ratio_000_099", "ratio_050_099"], "from 0.5 to under 0.75"),
        ("nativity", ["citizen", "foreign_born"], "naturalized"),
        ("tenure", ["renter", "renter_cash"], "renter_cash"),
        ("gender-identity", ["female", "transgender"], "female + transgender"),
        ("language", ["zho", "yue"], "yue + zho"),
        ("acs-b01001", ["B01001_002", "B01001_003"], "male, "),
        ("acs-b08201", ["B08201_002", "B08201_007"], "size_1, vehicles_0"),
    ],
)
def test_sums_that_count_people_twice_are_refused(name, codes, shared):
    with pytest.raises(CountedTwice) as caught:
        check_sum(vocabulary(name), codes)
    message = str(caught.value)
    assert shared in message
    assert all(f"{code!r} (" in message for code in codes[-2:])


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("acs-race-ethnicity", ["hispanic", "white_alone_not_hispanic", "two_or_more_not_hispanic"]),
        ("acs-race-ethnicity", ["white_alone", "black_alone", "two_or_more"]),
        ("education-race-ethnicity", list(vocabulary("education-race-ethnicity").codes)),
        ("disability", ["with_disability", "no_disability", "unknown"]),
        ("age-bands", ["age_00_04", "age_05_17", "age_18_plus"]),
        ("acs-b25106", ["B25106_006", "B25106_010", "B25106_028", "B25106_046", "B25106_045"]),
        ("acs-b17024", ["B17024_003", "B17024_004", "B17024_005", "B17024_016"]),
        ("sex", []),
    ],
)
def test_sums_that_count_everyone_once_are_allowed(name, codes):
    check_sum(vocabulary(name), codes)


def test_unknown_codes_are_named():
    with pytest.raises(UnknownCode, match="white_alone"):
        check_sum(vocabulary("acs-race-ethnicity"), ["white_alon"])
    with pytest.raises(UnknownCode, match="age_00_17"):
        exact_parts(AGES, "age_00_16", AGES.codes)


class TestNesting:
    @pytest.mark.parametrize(
        ("target", "sources", "parts"),
        [
            ("age_00_17", "acs_b17024", {"age_00_05", "age_06_11", "age_12_17"}),
            ("age_00_17", "acs_b01001", {"age_00_04", "age_05_09", "age_10_14", "age_15_17"}),
            ("age_65_plus", "policy", {"age_65_74", "age_75_84", "age_85_plus"}),
            ("age_18_24", "acs_b01001", {"age_18_19", "age_20", "age_21", "age_22_24"}),
            ("age_05_14", "standard_population", {"age_05_14"}),
        ],
    )
    def test_age_bands(self, target, sources, parts):
        assert set(exact_parts(AGES, target, AGES.tabulation(sources))) == parts

    @pytest.mark.parametrize(
        ("target", "sources", "named"),
        [
            ("age_00_17", "five_year", r"'age_15_19' \(15 to 19 years\) straddles its bounds"),
            (
                "age_05_14",
                "acs_b17024",
                r"'age_00_05' \(Under 6 years\), 'age_12_17' \(12 to 17 years\) straddle",
            ),
            ("age_85_plus", "acs_b17024", r"'age_75_plus' \(75 years and over\) straddles"),
            ("age_00_17", "adults", "none counts from 0 to under 1; from 1 to under 3; from 3 to under 5; …"),
        ],
    )
    def test_a_straddling_age_band_is_named(self, target, sources, named):
        with pytest.raises(NotNested, match=named):
            exact_parts(AGES, target, AGES.tabulation(sources))

    def test_poverty_bands(self):
        c17002, b17024 = POVERTY.tabulation("acs_c17002"), POVERTY.tabulation("acs_b17024")
        assert set(exact_parts(POVERTY, "ratio_000_099", c17002)) == {"ratio_000_049", "ratio_050_099"}
        assert len(exact_parts(POVERTY, "ratio_000_184", b17024)) == 7
        with pytest.raises(NotNested, match=r"'ratio_125_149' \(1.25 to 1.49\) straddles"):
            exact_parts(POVERTY, "ratio_000_137", c17002)
        with pytest.raises(NotNested, match=r"'ratio_200_plus' .* straddles"):
            exact_parts(POVERTY, "ratio_200_399", c17002)

    def test_overlapping_parts_are_no_sum(self):
        disability = vocabulary("disability")
        with pytest.raises(NotNested, match="those inside it overlap one another"):
            exact_parts(disability, "with_disability", disability.tabulation("types"))

    def test_the_fewest_parts_are_taken(self):
        sources = ["age_00_04", "age_05_09", "age_10_14", "age_15_17", "age_00_14", "age_05_17"]
        assert len(exact_parts(AGES, "age_00_17", sources)) == 2

    @given(
        st.sampled_from(AGES.codes),
        st.sampled_from(sorted(AGES.tabulations)),
        st.lists(st.sampled_from(AGES.codes), unique=True),
        st.lists(st.floats(0, 110, exclude_max=True)),
    )
    def test_parts_count_the_same_people(self, target, tabulation, more, ages):
        sources = {*AGES.tabulation(tabulation), *more}
        try:
            parts = exact_parts(AGES, target, sources)
        except NotNested:
            assert target not in sources
        else:
            assert set(parts) <= sources
            assert [sum(_aged(code, age) for code in parts) for age in ages] == [
                _aged(target, age) for age in ages
            ]


def _aged(code: str, age: float) -> bool:
    facts = AGES.term(code).attributes
    return facts.get("lower", 0) <= age < facts.get("upper", np.inf)


@st.composite
def people_and_groups(draw):
    """A race vocabulary, answers of some people, and some of its groups."""
    found = vocabulary(draw(st.sampled_from(RACES)))
    people = draw(st.lists(st.sampled_from(question(found).answers), min_size=1, max_size=30))
    groups = [
        term.code for term in found.terms if term.attributes.get("tabulation") not in (None, "not_stated")
    ]
    return found, people, draw(st.lists(st.sampled_from(groups), min_size=1, max_size=5, unique=True))


@given(people_and_groups())
def test_a_sum_that_is_allowed_counts_each_person_once(drawn):
    found, people, codes = drawn
    asked = question(found)
    facts = [RaceAttributes.model_validate(found.term(code).attributes) for code in codes]
    times = [sum(asked.counts(group, answer) for group in facts) for answer in people]
    try:
        check_sum(found, codes)
    except CountedTwice:
        everyone = [sum(asked.counts(group, answer) for group in facts) for answer in asked.answers]
        assert max(everyone) > 1
    else:
        assert max(times) <= 1
