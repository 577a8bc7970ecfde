from collections.abc import Callable

import numpy as np
import pytest

from services.maps.comparisons import Compared
from services.maps.errors import NothingToShow, UnknownChoice
from services.maps.model import STATUSES, Block, MapContent
from services.maps.views import opening_view

TOWNS, REGIONS = "town-2020", "planning_region-2020"
type Rows = list[dict[str, object]]


def _women(content: MapContent, level: str = TOWNS) -> tuple[Block, tuple[int, int]]:
    topic = content.topics[0]
    return topic.blocks[level], (topic.periods.index("2022"), topic.groups.index(("female",)))


def test_levels_are_finest_first_and_the_state_is_last(content: MapContent) -> None:
    assert [level.type for level in content.levels.values()] == ["town", "planning_region", "state"]
    assert [level.type for level in content.drawn] == ["town", "planning_region"]


def test_values_stand_where_the_table_has_them(content: MapContent) -> None:
    block, at = _women(content)
    np.testing.assert_array_equal(block.estimate[at], [10, 20, 30, 40, np.nan, np.nan, np.nan, 80, 90])
    codes = [STATUSES[code] for code in block.status[at]]
    assert (
        codes
        == ["published"] * 3 + ["unreliable", "suppressed", "no_population", "missing"] + ["published"] * 2
    )


def test_groups_and_periods_are_in_order_and_the_reference_is_known(content: MapContent) -> None:
    topic = content.topics[0]
    assert topic.groups == (("total",), ("female",), ("male",))
    assert topic.periods == ("2012", "2022")
    assert topic.reference == 2
    assert content.topics[1].groups == ((),)
    assert content.topics[1].reference is None


def test_a_place_without_polygon_is_told_with_its_reason(content: MapContent) -> None:
    (loss,) = content.topics[0].losses
    assert (loss.level, loss.places, loss.reason, loss.reason_es) == (TOWNS, 1, "only water", "solo agua")


def test_every_town_lies_in_its_region(content: MapContent) -> None:
    assert content.levels[TOWNS].parents[REGIONS].tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2]


def test_other_names_lead_to_places_and_the_largest_share_comes_first(content: MapContent) -> None:
    names = [(name.name, name.position) for name in content.names]
    assert names == [("Old Mill", 1), ("06001", 2), ("06001", 0), ("06002", 7)]


def test_only_the_asked_dimensions_and_periods_are_shown(content_of: Callable[..., MapContent]) -> None:
    (topic,) = content_of(by=[], periods=["2012"], opening={}).topics
    assert topic.groups == ((),)
    assert topic.periods == ("2012",)
    np.testing.assert_allclose(topic.blocks[TOWNS].estimate[0, 0], 7.5 * np.arange(1, 10) + 1)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"indicators": ["povery"]}, "no indicator 'povery'; did you mean poverty"),
        ({"periods": ["2032"]}, "no period '2032'; did you mean 20"),
    ],
)
def test_a_wrong_name_lists_the_nearest(
    content_of: Callable[..., MapContent], changes: dict[str, object], message: str
) -> None:
    with pytest.raises(UnknownChoice, match=message):
        content_of(**changes)


def test_a_wrong_opening_group_lists_the_nearest(content_of: Callable[..., MapContent]) -> None:
    with pytest.raises(UnknownChoice, match=r"no group 'femal'; did you mean female"):
        opening_view(content_of(opening={"group": {"sex": "femal"}}))


def test_places_without_values_or_polygons_are_nothing_to_show(content_of: Callable[..., MapContent]) -> None:
    with pytest.raises(NothingToShow, match="none of its places has a polygon"):
        content_of(
            places=["tract"], opening={}, by=["sex"], indicators=["poverty"], periods=["2022"], find=[]
        )


def test_gaps_and_ratios_compare_with_the_reference_and_the_state(content: MapContent) -> None:
    block, at = _women(content)
    topic = content.topics[0]
    compared = Compared(topic, block, topic.blocks[content.whole or ""])
    nan = np.nan
    np.testing.assert_allclose(compared.values("gap_reference")[at], [5, 10, 15, 20, nan, nan, nan, 40, 45])
    np.testing.assert_allclose(compared.values("gap_state")[at], [-40, -30, -20, -10, nan, nan, nan, 30, 40])
    np.testing.assert_allclose(
        compared.values("ratio_state")[at], [0.2, 0.4, 0.6, 0.8, nan, nan, nan, 1.6, 1.8]
    )


def test_verdicts_are_read_from_the_interval_of_the_difference(content: MapContent) -> None:
    block, at = _women(content)
    topic = content.topics[0]
    compared = Compared(topic, block, topic.blocks[content.whole or ""])
    better, worse, unreliable, suppressed, nobody = 1, 2, 3, 4, 5
    # against 50 ± 0.5 in the state, low is better; a7 is missing, which makes a verdict unreliable
    expected = [better] * 3 + [unreliable, suppressed, nobody, unreliable] + [worse] * 2
    assert compared.verdict("verdict_state")[at].tolist() == expected
    men = (at[0], topic.groups.index(("male",)))
    assert set(compared.verdict("verdict_reference")[men].tolist()) == {0}


def test_a_town_that_is_nearly_the_state_covaries_with_it(
    show_rows: Callable[..., MapContent], own_rows: Callable[[], Rows]
) -> None:
    """Town 1 has 8,990 of 9,000 people: its error is the state's, so that a difference of 3 is clear."""
    rows = [row for row in own_rows() if row["sex"] == "female" and row["period"] == "2022"]
    for row in rows:
        if row["geoid"] == "0900100001":
            row.update({"estimate": 47.0, "moe": 5.0, "denominator": 8990.0})
        if row["place_type"] == "state":
            row.update({"moe": 5.0})
    content = show_rows(rows, by=["sex"], opening={"group": {"sex": "female"}})
    topic = content.topics[0]
    compared = Compared(topic, topic.blocks[TOWNS], topic.blocks[content.whole or ""])
    assert compared.verdict("verdict_state")[0, 0, 0] == 1


def test_a_level_that_is_too_thin_gives_way_to_a_coarser_one(
    show_rows: Callable[..., MapContent], own_rows: Callable[[], Rows]
) -> None:
    rows = own_rows()
    for row in rows:
        if row["place_type"] == "town" and row["sex"] == "female":
            row.update({"status": "unreliable"})
    content = show_rows(rows)
    assert opening_view(content).level == REGIONS
