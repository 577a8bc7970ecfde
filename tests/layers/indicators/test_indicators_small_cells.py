"""The rule for small cells that an indicator names: it acts on every count, and no count is ever told."""

import re

import pytest

from catalog.indicators import load_indicators
from layers.indicators.errors import UnprotectedCells, UnusableNumbers
from layers.normalise import Notes

SHARE = {"shape": "wide", "groups": [{"numerator": ["absent"], "denominator": ["students"]}]}
COUNT = {"shape": "wide", "groups": [{"numerator": ["absent"]}]}


def publish(world, absent, students, **more):
    places = [f"p{place}" for place in range(len(absent))]
    world.publish("people", {"geoid": places, "absent": absent, "students": students} | more)


def ruled(make_indicator, rule, kind="share"):
    return make_indicator(kind=kind, cells=SHARE if kind == "share" else COUNT, policy={"suppression": rule})


@pytest.mark.parametrize(
    ("rule", "kind", "absent", "students"),
    [
        ("ct-sde", "share", 5.0, 100.0),
        ("ct-sde", "share", 0.0, 100.0),
        ("ct-sde", "share", 10.0, 19.0),
        ("ct-sde", "count", 5.0, 100.0),
        ("ct-dph", "count", 1.0, 100.0),
        ("cms", "share", 95.0, 100.0),
        ("cdc-wonder", "count", 9.0, 100.0),
    ],
)
def test_a_value_that_breaks_the_rule_stops_the_run(world, make_indicator, rule, kind, absent, students):
    publish(world, [50.0, absent], [100.0, students])
    with pytest.raises(UnprotectedCells, match=f"1 values of .* its rule '{rule}'") as stopped:
        world.compute(ruled(make_indicator, rule, kind))
    assert not re.search(r"\bp1\b", str(stopped.value)), "which place it is is not told"


@pytest.mark.parametrize(
    ("rule", "kind", "absent", "students"),
    [
        ("ct-sde", "share", 6.0, 20.0),
        ("ct-sde", "share", 0.0, 0.0),
        ("ct-dph", "count", 0.0, 100.0),
        ("cms", "share", 50.0, 100.0),
        ("ct-sde", "share", 130.0, 100.0),
    ],
)
def test_a_value_that_keeps_the_rule_is_published(world, make_indicator, rule, kind, absent, students):
    publish(world, [50.0, absent], [100.0, students])
    notes = Notes()
    assert len(world.compute(ruled(make_indicator, rule, kind), notes=notes)) == 2
    (told,) = [step.message for step in notes.steps if step.step == "suppression"]
    assert f"rule {rule}: checked" in told


def test_suppressed_values_and_values_without_counts_are_told_of(world, make_indicator):
    publish(world, [50.0, None], [100.0, 10.0], absent_status=["published", "suppressed"])
    notes = Notes()
    table = world.compute(ruled(make_indicator, "ct-sde"), notes=notes).set_index("geoid")
    assert table.loc["p1"].status == "suppressed"
    assert [s.message for s in notes.steps] == ["rule ct-sde: checked 1 counts; 1 values are suppressed"]
    tidy = {"shape": "tidy", "value": "absent"}
    notes = Notes()
    world.compute(make_indicator(kind="share", cells=tidy, policy={"suppression": "ct-sde"}), notes=notes)
    assert "no counts are given, so none could be checked" in notes.steps[0].message


def test_sums_are_checked_too(world, make_indicator):
    publish(world, [3.0, 2.0], [100.0, 100.0], state=["99", "99"])
    state = {"type": "state", "vintage": "2020", "sum_of": "town"}
    indicator = make_indicator(kind="count", cells=COUNT, derived=[state], policy={"suppression": "ct-dph"})
    world.publish("towns", {"geoid": ["p0", "p1"]}, places={"type": "town", "vintage": "2020", "id": "geoid"})
    with pytest.raises(UnprotectedCells, match="3 values"):
        world.compute(indicator, world.places(boundaries={"town": {"2020": "towns"}}))


def test_a_rule_that_does_not_exist_is_named_with_those_that_do(world, make_indicator):
    publish(world, [50.0], [100.0])
    with pytest.raises(UnusableNumbers, match=r"no suppression policy .ct-sd.; known: .*ct-sde"):
        world.compute(ruled(make_indicator, "ct-sd"))


@pytest.mark.state_data
def test_a_rule_on_the_states_daily_cases_would_stop_them(connecticut):
    """The state published its small counts itself; an office that names a rule cannot pass them on by mistake."""
    cases = load_indicators(connecticut.profile)["covid-cases"]
    ruled = type(cases).model_validate(cases.model_dump() | {"policy": {"suppression": "ct-dph"}})
    with pytest.raises(UnprotectedCells, match="its rule 'ct-dph'"):
        connecticut.compute(ruled)
