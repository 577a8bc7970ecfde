"""No order matters: of the dimensions as they are declared, of the groups, or of the rows as they come."""

from itertools import product

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.indicators import load_indicators

DIMENSIONS = {
    "sex": {"name": "sex", "vocabulary": "sex", "tabulation": "female_male"},
    "tenure": {"name": "tenure", "vocabulary": "tenure", "tabulation": "tenure"},
    "age": {"name": "age", "vocabulary": "age-bands", "tabulation": "life_stage"},
}
CODES = {
    "sex": ("female", "male"),
    "tenure": ("owner", "renter"),
    "age": ("age_00_17", "age_18_64", "age_65_plus"),
}
KEYS = ["geoid", *CODES]
ROWS = [("A", *codes) for codes in product(*CODES.values())] + [("B", "female", "owner", "age_18_64")]
NUMBERS = ["estimate", "moe", "lower", "upper", "numerator", "denominator", "status", "reliability", "method"]
quiet = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def plain(table: pd.DataFrame) -> pd.DataFrame:
    return table.set_index(KEYS)[NUMBERS].sort_index()


@quiet
@given(
    counts=st.lists(
        st.tuples(st.integers(0, 900), st.integers(900, 1000)), min_size=len(ROWS), max_size=len(ROWS)
    ),
    order=st.permutations(list(DIMENSIONS)),
    rows=st.permutations(range(len(ROWS))),
)
def test_rows_and_dimensions_of_a_tidy_layer_in_any_order(world, make_indicator, counts, order, rows):
    columns = {name: [row[i] for row in ROWS] for i, name in enumerate(KEYS)}
    columns |= {"some": [float(x) for x, _ in counts], "all": [float(n) for _, n in counts]}
    found = []
    for names, index in ((list(DIMENSIONS), range(len(ROWS))), (order, rows)):
        world.publish("people", {name: [values[i] for i in index] for name, values in columns.items()})
        layout = {name: name for name in names}
        indicator = make_indicator(
            kind="share",
            per=100,
            dimensions=[DIMENSIONS[name] for name in names],
            cells={"shape": "tidy", "codes": layout, "numerator": "some", "denominator": "all"},
            policy={"interval": "wilson", "reliability": "nchs-2017-proportions"},
        )
        found.append(world.compute(indicator))
    assert [name for name in found[1].columns if name in CODES] == list(order)
    pd.testing.assert_frame_equal(*(plain(table) for table in found), check_exact=True)


@quiet
@given(
    numbers=st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 400)), min_size=49, max_size=49),
    order=st.permutations(["sex", "age"]),
    rows=st.permutations(range(49)),
)
def test_rows_and_dimensions_of_a_survey_table_in_any_order(world, make_indicator, numbers, order, rows):
    lines = [f"B01001_{line:03d}" for line in range(1, 50)]
    found = []
    for names, index in ((["sex", "age"], range(49)), (order, rows)):
        world.publish(
            "people",
            {
                "geoid": ["A"] * 49,
                "line": [lines[i] for i in index],
                "people": [float(numbers[i][0]) for i in index],
                "margin": [float(numbers[i][1]) for i in index],
            },
        )
        cells = {"shape": "long", "variable": "line", "estimate": "people", "moe": "margin"}
        total = {"sex": "total", "age": "total"}
        indicator = make_indicator(
            kind="ratio",
            dimensions=[DIMENSIONS[name] for name in names],
            cells=cells | {"generate": {"vocabulary": "acs-b01001", "denominator": total}},
            policy={"interval": "margin"},
        )
        found.append(world.compute(indicator).set_index(["geoid", "sex", "age"])[NUMBERS].sort_index())
    # the margins of one sum are added in the order of the lines, so they are equal to the last digit as well
    pd.testing.assert_frame_equal(*found, check_exact=True)


@pytest.mark.state_data
def test_the_real_table_of_age_and_sex_with_its_dimensions_turned_round(connecticut):
    indicator = load_indicators(connecticut.profile)["population-by-age-sex"]
    turned = type(indicator).model_validate(
        indicator.model_dump() | {"dimensions": list(reversed(indicator.model_dump()["dimensions"]))}
    )
    keys = ["place_type", "vintage", "geoid", "sex", "age"]
    one, other = (
        connecticut.compute(item).set_index(keys)[NUMBERS].sort_index() for item in (indicator, turned)
    )
    pd.testing.assert_frame_equal(one, other, check_exact=True)
