"""Freshness: one class from the promised period and the date at which the data changed."""

from datetime import UTC, datetime, timedelta

import pytest

from catalog.freshness import changed_at, freshness, late_after
from catalog.vocabulary import vocabulary

CHANGED = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def layer(record_of):
    def make(cadence, **values):
        return record_of("towns", 1, cadence=cadence, data_changed_at=CHANGED, **values)

    return make


def test_a_layer_is_late_one_period_and_its_grace_after_the_data_changed(layer):
    monthly = layer("monthly")
    deadline = CHANGED + timedelta(days=31) + timedelta(days=3.1)

    assert late_after(monthly) == deadline
    assert freshness(monthly, deadline).code == "up-to-date"
    assert freshness(monthly, deadline + timedelta(seconds=1)).code == "late"


def test_the_grace_is_a_day_at_least(layer):
    assert late_after(layer("daily")) == CHANGED + timedelta(days=2)
    assert late_after(layer("weekdays")) == CHANGED + timedelta(days=4)


@pytest.mark.parametrize(("cadence", "code"), [("as-needed", "never-stale"), ("not-planned", "never-stale"),
                                               ("unknown", "unknown")])  # fmt: skip
def test_where_no_date_is_promised_nothing_is_late(layer, cadence, code):
    judged = freshness(layer(cadence), CHANGED + timedelta(days=10_000))

    assert judged.code == code
    assert judged.late_after is None
    assert judged.age(CHANGED + timedelta(days=5)) == timedelta(days=5)


def test_a_poll_of_frozen_data_does_not_make_them_fresh(layer):
    now = CHANGED + timedelta(days=400)
    judged = freshness(
        layer("annually"),
        now,
        checked_at=now,
    )

    assert judged.code == "up-to-date"
    assert freshness(layer("annually"), now + timedelta(days=10), checked_at=now).code == "late"
    assert judged.checked_at == now


def test_data_that_changed_long_before_they_were_taken_in_are_as_old_as_the_source_says(layer):
    old = CHANGED - timedelta(days=500)

    assert changed_at(layer("annually", source_claims_at=old)) == old
    assert freshness(layer("annually", source_claims_at=old), CHANGED).code == "late"


def test_a_source_that_claims_a_later_change_is_not_believed(layer):
    claimed = CHANGED + timedelta(days=300)
    judged = freshness(layer("monthly", source_claims_at=claimed), claimed)

    assert judged.changed_at == CHANGED
    assert judged.claimed_at == claimed
    assert judged.code == "late"


def test_the_end_of_what_is_covered_is_told_and_not_judged(layer):
    judged = freshness(layer("annually", period={"start": "2010", "end": "2014"}), CHANGED)

    assert judged.covers_until == "2014"
    assert judged.code == "up-to-date"


def test_every_update_frequency_gives_a_class_of_the_vocabulary(layer):
    classes = vocabulary("freshness-classes").codes

    for cadence in vocabulary("update-frequencies").codes:
        for days in (0, 10, 100, 1000, 10_000):
            assert freshness(layer(cadence), CHANGED + timedelta(days=days)).code in classes
