"""Survey tables: their parts make their totals, and their lines the groups of a published table."""

import csv

import numpy as np
import pyarrow.parquet as pq
import pytest

from catalog.tabulation import (
    NotNested,
    exact_parts,
    table_lines,
)
from catalog.vocabulary import UnknownCode, names, vocabulary

TABLES = [name for name in names() if vocabulary(name).kind == "table"]


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
