"""The published town profile of 2022, made again from the survey's cells by the publisher's own rules."""

import pandas as pd
import pytest

from catalog.indicators import Indicator
from catalog.vocabulary import vocabulary
from layers.indicators import compute

pytestmark = pytest.mark.state_data


def lines(table: str, *numbers: int) -> list[str]:
    return [f"{table}_{number:03d}" for number in numbers]


MALE, FEMALE = range(3, 26), range(27, 50)
CHILDREN = [*range(3, 7), *range(27, 31)]
SENIORS = [*range(20, 26), *range(44, 50)]
COST_CELLS = [
    *(first + step for first in (4, 8, 12, 16, 20) for step in range(3)),
    *(first + step for first in (26, 30, 34, 38, 42) for step in range(3)),
]


BY_AGE = {"income_children": ("ages00_17", range(3)), "income_seniors": ("ages65plus", range(8, 10))}
BANDS = vocabulary("poverty-ratio-bands").tabulation("acs_b17024")
UNIVERSES = {"poverty_status_determined": BANDS, "poverty": BANDS[:3], "low_income": BANDS[:8]}


TOPICS: dict[str, tuple[str, dict[str, list[str]]]] = {
    "total_pop": ("", {"total_pop": lines("B01003", 1)}),
    "age": (
        "total_pop",
        {
            "total_pop": lines("B01001", *MALE, *FEMALE),
            "ages00_17": lines("B01001", *CHILDREN),
            "ages18plus": lines("B01001", *(n for n in (*MALE, *FEMALE) if n not in CHILDREN)),
            "ages65plus": lines("B01001", *SENIORS),
        },
    ),
    "sex": (
        "total_pop",
        {
            "total_pop": lines("B01001", 2, 26),
            "male": lines("B01001", 2),
            "female": lines("B01001", 26),
        },
    ),
    "race": (
        "total_pop",
        {
            "total_pop": lines("B03002", 1),
            "white": lines("B03002", 3),
            "black": lines("B03002", 4),
            "latino": lines("B03002", 12),
            "other_race": lines("B03002", *range(5, 10)),
        },
    ),
    "foreign_born": (
        "total_pop",
        {"total_pop": lines("B05001", 1), "foreign_born": lines("B05001", 5, 6)},
    ),
    "tenure": (
        "total_households",
        {"total_households": lines("B25003", 1), "owner_occupied": lines("B25003", 2)},
    ),
    "housing_cost": (
        "total_households",
        {
            "total_households": lines("B25106", *COST_CELLS),
            "cost_burden": lines("B25106", *COST_CELLS[2::3]),
        },
    ),
    "vehicles": (
        "total_households",
        {"total_households": lines("B08201", 1), "has_vehicle": lines("B08201", 3, 4, 5, 6)},
    ),
    "education": (
        "ages25plus",
        {
            "ages25plus": lines("B06009", 1),
            "less_than_high_school": lines("B06009", 2),
            "bachelors_plus": lines("B06009", 5, 6),
        },
    ),
    "median_household_income": ("", {"median_household_income": lines("B19013", 1)}),
    "poverty": (
        "poverty_status_determined",
        {
            "poverty_status_determined": lines("C17002", *range(2, 9)),
            "poverty": lines("C17002", 2, 3),
            "low_income": lines("C17002", *range(2, 8)),
        },
    ),
}


def published_profile(connecticut) -> pd.DataFrame:
    """The published table by place, as the survey's table names places."""
    table = pd.read_parquet(connecticut.store.current("acs-2022-town-profile").data)
    return table.set_index(["level", "name"]).sort_index()


def indicator_of(
    make_indicator, kind: str, cells: dict[str, object], dimensions: tuple = (), **source: object
) -> Indicator:
    levels = ["nation", "state", "planning_region", "custom_region", "town"]
    levels += ["state_house_district", "state_senate_district"]
    level = {"column": "level", "ignored": ["neighbourhood", "tract"]}
    place = {"type": level, "vintage": "2022", "id": ["geoid", "name"]}
    return make_indicator(
        kind=kind,
        source={"layer": "acs-2022", "place": place, "period": {"fixed": "2018-2022"}} | source,
        cells={"shape": "long", "variable": "variable", "estimate": "estimate", "moe": "moe"} | cells,
        places=levels,
        dimensions=dimensions,
        policy={
            "zero_margins": "alone-once",
            "whole_margins": True,
            "blank_margins": "not-available" if kind == "median" else "controlled",
        },
    )


def made(connecticut, indicator: Indicator, version=None) -> pd.DataFrame:
    """The indicator by place, places named as in the survey's table."""
    source = version or connecticut.store.current(indicator.source.layer)
    table = compute(indicator, source, connecticut.places).to_pandas()
    names = pd.read_parquet(
        connecticut.store.current("acs-2022").data, columns=["level", "geoid", "name"]
    ).drop_duplicates()
    names = names.assign(geoid=names.geoid.fillna(names.name)).rename(columns={"level": "place_type"})
    named = table.drop(columns="name").merge(names, on=["place_type", "geoid"], validate="many_to_one")
    return named.rename(columns={"place_type": "level"}).set_index(["level", "name"])


def differences(wanted: pd.Series, found: pd.Series, digits: int) -> list[str]:
    """Every place whose number is not the published one at its printed digits."""
    both = wanted.to_frame("published").join(found.rename("ours"), how="left")
    slack = 0.5 * 10**-digits * (1 + 1e-6) if digits else 0.0
    differ = (both.published - both.ours).abs() > slack
    differ |= both.published.isna() != both.ours.isna()
    return [f"{place}: published {row.published}, ours {row.ours}" for place, row in both[differ].iterrows()]


def all_differences(published: pd.DataFrame, count: pd.DataFrame, share: pd.DataFrame | None) -> list[str]:
    found = differences(published.estimate, count.estimate, 0) + differences(published.moe, count.moe, 0)
    if share is not None:
        found += differences(published["share"], share.estimate, 2)
        found += differences(published.share_moe, share.moe, 3)
    return found


def test_every_topic_and_group_of_the_profile_is_reproduced_below(connecticut):
    published = published_profile(connecticut)
    assert set(published.topic) == {*TOPICS, *BY_AGE}
    for topic, (_, groups) in TOPICS.items():
        assert set(published[published.topic == topic].group) == set(groups)
    for topic, (name, _) in BY_AGE.items():
        assert set(published[published.topic == topic].group) == {f"{name}_{part}" for part in UNIVERSES}


@pytest.mark.parametrize(("topic", "group"), [(t, g) for t, (_, groups) in TOPICS.items() for g in groups])
def test_every_number_is_reproduced(connecticut, make_indicator, topic, group):
    base, groups = TOPICS[topic]
    published = published_profile(connecticut)
    published = published[(published.topic == topic) & (published.group == group)]
    kind = "median" if topic == "median_household_income" else "count"
    count = made(connecticut, indicator_of(make_indicator, kind, {"groups": [{"numerator": groups[group]}]}))
    share = None
    if base and group != base:
        parts = {"groups": [{"numerator": groups[group], "denominator": groups[base]}]}
        share = made(connecticut, indicator_of(make_indicator, "share", parts))
    found = all_differences(published, count, share)
    if kind == "median":
        assert found == [
            f"('{level}', '{name}'): published 0.0, ours nan"
            for level, name in (
                ("state_house_district", "State House District 141"),
                ("town", "Darien"),
                ("town", "New Canaan"),
            )
        ], "medians of 250,000 dollars and more have no margin; the publisher wrote 0"
    else:
        assert found == []
    assert len(published) == (367 if kind == "median" else 391)


@pytest.mark.parametrize("topic", BY_AGE)
def test_income_by_age_is_reproduced_in_the_publishers_two_steps(connecticut, world, make_indicator, topic):
    """Ages were added up within each income band and rounded, then the bands."""
    name, ages = BY_AGE[topic]
    steps = [
        {
            "codes": {"poverty_ratio": band},
            "numerator": lines("B17024", *(3 + 13 * age + step for age in ages)),
        }
        for step, band in enumerate(BANDS)
    ]
    ratio = {"name": "poverty_ratio", "vocabulary": "poverty-ratio-bands", "tabulation": "acs_b17024"}
    bands = indicator_of(make_indicator, "count", {"groups": steps}, (ratio,))
    table = compute(bands, connecticut.store.current("acs-2022"), connecticut.places)
    columns = {column: table[column] for column in ("geoid", "poverty_ratio", "estimate", "moe")}
    version = world.publish("bands", {"level": table["place_type"], **columns})
    published = published_profile(connecticut)
    place = {"type": {"column": "level"}, "vintage": "2022", "id": ["geoid"]}
    for part, codes in UNIVERSES.items():
        wanted = published[published.group == f"{name}_{part}"]
        groups = {"variable": "poverty_ratio", "groups": [{"numerator": codes}]}
        count = indicator_of(make_indicator, "count", groups, layer="bands", place=place)
        share = None
        if part != "poverty_status_determined":
            groups["groups"] = [{"numerator": codes, "denominator": BANDS}]
            share = made(
                connecticut,
                indicator_of(make_indicator, "share", groups, layer="bands", place=place),
                version,
            )
        assert all_differences(wanted, made(connecticut, count, version), share) == []
        assert len(wanted) == 391
