"""Periods: their moments, and which have one in common."""

import pytest

from catalog.periods import moments, overlap


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2022", "2022-01-01", "2022-12-31"),
        ("2018-2022", "2018-01-01", "2022-12-31"),
        ("2021-06", "2021-06-01", "2021-06-30"),
        ("1974-07/1978-06", "1974-07-01", "1978-06-30"),
        ("2020-03-21", "2020-03-21", "2020-03-21"),
        ("2020-02-28/2020-03-01", "2020-02-28", "2020-03-01"),
    ],
)
def test_first_and_last_day(period, first, last):
    start, end = moments(period)
    assert (start.date().isoformat(), end.date().isoformat()) == (first, last)


@pytest.mark.parametrize("period", ["2022-2018", "22", "2020-13-45-1", "next year"])
def test_what_is_no_period_is_refused(period):
    with pytest.raises(ValueError, match="period"):
        moments(period)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("2013-2017", "2018-2022", False),
        ("2017-2021", "2018-2022", True),
        ("2014-2018", "2018-2022", True),
        ("1974-07/1978-06", "1978-07/1984-06", False),
        ("2020", "2020-12-31", True),
        ("2020-03", "2020-04", False),
    ],
)
def test_overlap_is_symmetric(one, other, expected):
    assert overlap(one, other) == overlap(other, one) == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"), [("2017-2018", "2018-2019", False), ("2018-2019", "2018-06", False)]
)
def test_school_years_that_touch_share_no_time(one, other, expected):
    assert overlap(one, other)
    assert overlap(one, other, first_month=7) == expected
    assert [day.date().isoformat() for day in moments("2018-2019", 7)] == ["2018-07-01", "2019-06-30"]
