"""Who a code counts: nobody twice, bands that nest, survey tables whose parts make their totals, race bridged."""

import csv
from itertools import combinations

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.tabulation import (
    CountedTwice,
    NotBridged,
    NotNested,
    Relation,
    bridge,
    check_sum,
    exact_parts,
    extents,
    overlaps,
    table_lines,
)
from catalog.tabulation.answers import question
from catalog.term_attributes import RaceAttributes
from catalog.vocabulary import UnknownCode, names, vocabulary

RACES = ("race-ethnicity-1997", "race-ethnicity-2024", "acs-race-ethnicity", "education-race-ethnicity")
TABLES = [name for name in names() if vocabulary(name).kind == "table"]
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


class TestTables:
    @pytest.mark.parametrize("name", TABLES)
    def test_lines_are_numbered_without_gaps(self, name):
        codes = vocabulary(name).codes
        table = name.removeprefix("acs-").upper()
        assert codes == tuple(f"{table}_{number:03d}" for number in range(1, len(codes) + 1))

    @pytest.mark.parametrize("name", TABLES)
    def test_no_two_lines_mean_the_same(self, name):
        found = vocabulary(name)
        meanings = [
            tuple(term.attributes.get(dimension) for dimension in found.links) for term in found.terms
        ]
        assert len(set(meanings)) == len(meanings)
        assert len({term.label for term in found.terms}) == len(meanings)

    @pytest.mark.state_data
    @pytest.mark.parametrize("name", TABLES)
    def test_parts_make_the_published_totals_of_every_place(self, name, published):
        found = vocabulary(name)
        sums = list(_sums(found))
        columns = {line for total, parts in sums for line in (total, *parts)}
        assert set(found.codes) == {line for line in published if line.startswith(name[4:].upper())}
        assert columns == (set(found.codes) if found.links else set())
        for total, parts in sums:
            difference = np.abs(sum(published[part] for part in parts) - published[total])
            # neighbourhoods were interpolated and each line rounded: half a person per line
            rounding = np.where(published["neighbourhood"], (len(parts) + 1) / 2, 0)
            assert np.all(difference <= rounding), (total, parts)


def _sums(found):
    """Each line that others make, with its parts: by splitting one dimension, and from any other lines."""
    for total in found.terms:
        others = [term for term in found.terms if term is not total]
        choices = [others] if found.links else []
        for dimension in found.links:
            fixed = [name for name in found.links if name != dimension]
            choices.append([o for o in others if all(o.attributes[n] == total.attributes[n] for n in fixed)])
        for lines in choices:
            try:
                yield total.code, exact_parts(found, total.code, [line.code for line in lines])
            except NotNested:
                continue


@pytest.fixture(scope="module")
def published(state_data):
    """Estimate by line, one value per place, and which places are neighbourhoods."""
    rows = pq.read_table(
        state_data / "acs2022" / "acs2022_long.parquet",
        columns=["level", "county", "geoid", "name", "variable", "estimate"],
    ).to_pandas()
    texts = rows.fillna({"county": "", "geoid": ""})
    rows["place"] = texts["level"] + "|" + texts["county"] + "|" + texts["geoid"] + "|" + texts["name"]
    wide = rows.pivot(index="place", columns="variable", values="estimate")
    assert len(wide) == 1368
    lines = {line: wide[line].to_numpy() for line in wide.columns}
    return lines | {"neighbourhood": wide.index.str.startswith("7_neighborhood|")}


# a published table: topic, group → the table and the codes whose lines make it
PROFILE = {
    ("total_pop", "total_pop"): ("acs-b01003", {}),
    ("age", "ages00_17"): ("acs-b01001", {"age": "age_00_17"}),
    ("age", "ages18plus"): ("acs-b01001", {"age": "age_18_plus"}),
    ("age", "ages65plus"): ("acs-b01001", {"age": "age_65_plus"}),
    ("sex", "male"): ("acs-b01001", {"sex": "male"}),
    ("sex", "female"): ("acs-b01001", {"sex": "female"}),
    ("race", "white"): ("acs-b03002", {"race_ethnicity": "white_alone_not_hispanic"}),
    ("race", "black"): ("acs-b03002", {"race_ethnicity": "black_alone_not_hispanic"}),
    ("race", "latino"): ("acs-b03002", {"race_ethnicity": "hispanic"}),
    ("race", "other_race"): ("acs-b03002", {"race_ethnicity": "remaining_not_hispanic"}),
    ("foreign_born", "foreign_born"): ("acs-b05001", {"nativity": "foreign_born"}),
    ("tenure", "owner_occupied"): ("acs-b25003", {"tenure": "owner"}),
    ("housing_cost", "cost_burden"): ("acs-b25106", {"cost_share": "cost_30_plus"}),
    ("vehicles", "has_vehicle"): ("acs-b08201", {"vehicles": "vehicles_1_plus"}),
    ("education", "ages25plus"): ("acs-b06009", {}),
    ("education", "less_than_high_school"): ("acs-b06009", {"education": "less_than_high_school"}),
    ("education", "bachelors_plus"): ("acs-b06009", {"education": "bachelors_or_more"}),
    ("median_household_income", "median_household_income"): ("acs-b19013", {}),
    ("poverty", "poverty_status_determined"): ("acs-c17002", {}),
    ("poverty", "poverty"): ("acs-c17002", {"poverty_ratio": "ratio_000_099"}),
    ("poverty", "low_income"): ("acs-c17002", {"poverty_ratio": "ratio_000_199"}),
    ("income_children", "ages00_17_poverty"): (
        "acs-b17024",
        {"age": "age_00_17", "poverty_ratio": "ratio_000_099"},
    ),
    ("income_children", "ages00_17_low_income"): (
        "acs-b17024",
        {"age": "age_00_17", "poverty_ratio": "ratio_000_199"},
    ),
    ("income_seniors", "ages65plus_poverty_status_determined"): ("acs-b17024", {"age": "age_65_plus"}),
    ("income_seniors", "ages65plus_poverty"): (
        "acs-b17024",
        {"age": "age_65_plus", "poverty_ratio": "ratio_000_099"},
    ),
}


class TestTableLines:
    @pytest.mark.state_data
    @pytest.mark.parametrize(("topic", "group"), PROFILE)
    def test_lines_make_the_groups_of_a_published_table(self, topic, group, state_data, estimates):
        table, codes = PROFILE[topic, group]
        lines = table_lines(vocabulary(table), codes)
        with (state_data / "acs2022" / "acs_town_basic_profile_2022.csv").open(encoding="utf-8") as file:
            rows = [row for row in csv.DictReader(file) if (row["topic"], row["group"]) == (topic, group)]
        # places of the Census Bureau: names of regions and districts drawn by others are not unique
        rows = [row for row in rows if row["level"] in ("1_us", "2_state", "3_county", "6_town")]
        assert len(rows) == 1 + 1 + 9 + 169
        for row in rows:
            made = sum(estimates[row["level"], row["name"], line] for line in lines)
            assert made == float(row["estimate"]), row

    def test_lines_are_found_by_their_dimensions(self):
        ages = {"sex": "male", "age": "age_00_17"}
        assert set(table_lines(vocabulary("acs-b01001"), ages)) == {f"B01001_00{n}" for n in range(3, 7)}
        assert table_lines(vocabulary("acs-b25106"), {"tenure": "renter", "income": "total"}) == (
            "B25106_024",
        )
        by_race = table_lines(vocabulary("acs-b03002"), {"race_ethnicity": "white_alone"})
        assert set(by_race) == {"B03002_003", "B03002_013"}

    @pytest.mark.parametrize(
        ("table", "codes", "message"),
        [
            ("acs-b17024", {"age": "age_00_04"}, r"'B17024_003' \(Under 6 years; under 0.50\)"),
            ("acs-b25003", {"tenure": "owner_free"}, r"'B25003_002' \(Owner occupied\) straddles"),
            (
                "acs-b25106",
                {"income": "income_zero_or_less", "cost_share": "cost_30_plus"},
                "nobody is in it",
            ),
            ("acs-b01001", {"sex": "x"}, "none counts"),
            ("acs-b03002", {"race_ethnicity": "white_in_combination"}, "straddle"),
        ],
    )
    def test_what_a_table_cannot_give_is_refused(self, table, codes, message):
        with pytest.raises(NotNested, match=message):
            table_lines(vocabulary(table), codes)

    def test_unknown_dimensions_and_codes_are_named(self):
        with pytest.raises(UnknownCode, match="has no dimension 'ages'; did you mean age"):
            table_lines(vocabulary("acs-b01001"), {"ages": "age_00_17"})
        with pytest.raises(UnknownCode, match="'age_00_16' is not a code of the vocabulary 'age-bands'"):
            table_lines(vocabulary("acs-b01001"), {"age": "age_00_16"})


@pytest.fixture(scope="module")
def estimates(state_data):
    """Estimate by level, name and line."""
    columns = ["level", "name", "variable", "estimate"]
    rows = pq.read_table(state_data / "acs2022" / "acs2022_long.parquet", columns=columns).to_pydict()
    keys = zip(rows["level"], rows["name"], rows["variable"], strict=True)
    return dict(zip(keys, rows["estimate"], strict=True))


class TestBridge:
    @pytest.mark.parametrize(
        ("source", "code", "target", "counterpart"),
        [
            ("education-race-ethnicity", "white", "race-ethnicity-1997", "white_alone_not_hispanic"),
            ("education-race-ethnicity", "two_or_more", "race-ethnicity-1997", "two_or_more_not_hispanic"),
            ("education-race-ethnicity", "hispanic", "acs-race-ethnicity", "hispanic"),
            ("race-ethnicity-1997", "asian_alone_not_hispanic", "race-ethnicity-2024", "asian_alone"),
            ("race-ethnicity-1997", "hispanic", "race-ethnicity-2024", "hispanic_in_combination"),
            ("race-ethnicity-2024", "black_alone", "education-race-ethnicity", "black"),
            ("race-ethnicity-2024", "declined", "race-ethnicity-1997", "declined"),
            ("acs-race-ethnicity", "not_hispanic", "race-ethnicity-1997", "not_hispanic"),
        ],
    )
    def test_the_same_people_by_definition(self, source, code, target, counterpart):
        assert bridge(source, target).code(code) == counterpart

    @pytest.mark.parametrize(
        ("source", "code", "target", "counterpart", "relation", "reason"),
        [
            (
                "race-ethnicity-2024",
                "middle_eastern_alone",
                "race-ethnicity-1997",
                "white_alone_not_hispanic",
                "narrower",
                "Middle Eastern or North African",
            ),
            (
                "race-ethnicity-1997",
                "white_alone_not_hispanic",
                "race-ethnicity-2024",
                "middle_eastern_alone",
                "broader",
                "Middle Eastern or North African",
            ),
            (
                "race-ethnicity-2024",
                "multiple",
                "race-ethnicity-1997",
                "two_or_more",
                "not possible",
                "combined question",
            ),
            (
                "race-ethnicity-2024",
                "hispanic_alone",
                "race-ethnicity-1997",
                "hispanic",
                "narrower",
                "combined question",
            ),
            (
                "acs-race-ethnicity",
                "white_alone_not_hispanic",
                "education-race-ethnicity",
                "white",
                "narrower",
                "some other race",
            ),
            (
                "acs-race-ethnicity",
                "two_or_more_not_hispanic",
                "education-race-ethnicity",
                "two_or_more",
                "not possible",
                "some other race",
            ),
            (
                "race-ethnicity-1997",
                "white_alone",
                "education-race-ethnicity",
                "white",
                "broader",
                "count people differently",
            ),
            (
                "race-ethnicity-1997",
                "white_alone",
                "race-ethnicity-1997",
                "black_alone",
                "not possible",
                "different people",
            ),
            (
                "race-ethnicity-1997",
                "unknown",
                "race-ethnicity-2024",
                "declined",
                "not possible",
                "different people",
            ),
        ],
    )
    def test_relations_and_their_reasons(self, source, code, target, counterpart, relation, reason):
        found = bridge(source, target).correspondences[code, counterpart]
        assert found.relation == relation
        assert reason in found.reason

    def test_invalid_translations_are_refused_together(self):
        across = bridge("race-ethnicity-2024", "race-ethnicity-1997")
        assert across.codes(["black_alone", "black_alone"]) == {"black_alone": "black_alone_not_hispanic"}
        with pytest.raises(NotBridged) as caught:
            across.codes(["black_alone", "middle_eastern_alone", "multiple"])
        assert "'middle_eastern_alone' of 'race-ethnicity-2024' has no exact counterpart" in str(caught.value)
        assert "'multiple'" in str(caught.value)
        assert "'black_alone'" not in str(caught.value)

    def test_only_race_vocabularies_are_bridged(self):
        with pytest.raises(NotBridged, match="'sex' is not a race vocabulary"):
            bridge("sex", "race-ethnicity-1997")
        with pytest.raises(UnknownCode, match="white_alone"):
            bridge("race-ethnicity-1997", "acs-race-ethnicity").code("white_alon")

    @pytest.mark.parametrize(("one", "other"), list(combinations(RACES, 2)))
    def test_the_way_back_is_the_converse(self, one, other):
        there, back = bridge(one, other).correspondences, bridge(other, one).correspondences
        converse = {"narrower": Relation.BROADER, "broader": Relation.NARROWER}
        assert {
            (target, source): converse.get(found.relation, found.relation)
            for (source, target), found in there.items()
        } == {pair: found.relation for pair, found in back.items()}

    @pytest.mark.parametrize("name", RACES)
    def test_a_vocabulary_bridges_to_itself_group_by_group(self, name):
        found = vocabulary(name)
        assert bridge(name, name).codes(found.codes) == {code: code for code in found.codes}


def test_extents_of_separate_questions_are_races_by_origin():
    asked = question(vocabulary("acs-race-ethnicity"))
    assert len(asked.answers) == (2**6 - 1) * 2
    assert len(question(vocabulary("race-ethnicity-2024")).answers) == 2**7 - 1
    masks = extents(vocabulary("acs-race-ethnicity")).masks
    assert masks["hispanic"].bit_count() == masks["not_hispanic"].bit_count() == 63
    assert masks["white_in_combination"].bit_count() == 64
    assert overlaps(vocabulary("acs-race-ethnicity"), ["hispanic", "not_hispanic"]) == []
