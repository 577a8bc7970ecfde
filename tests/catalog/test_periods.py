from datetime import UTC, datetime

from catalog.periods import first_moment, last_moment, period_label


def test_periods_are_written_as_people_do() -> None:
    periods = (
        "2018-2022",
        "2022-06-24",
        "2022",
        "2020-01-01/2021-12-31",
        "1979-07/1984-06",
        "2020-05/2020-05",
    )
    assert [period_label(period) for period in periods] == [
        "2018–2022",
        "2022-06-24",
        "2022",
        "2020–2021",
        "1979-07 – 1984-06",
        "2020-05",
    ]


def test_a_period_has_a_first_and_a_last_moment() -> None:
    assert first_moment("2024-02") == datetime(2024, 2, 1, tzinfo=UTC)
    assert last_moment("2024-02") == datetime(2024, 2, 29, 23, 59, 59, tzinfo=UTC)
    assert last_moment("2023") == datetime(2023, 12, 31, 23, 59, 59, tzinfo=UTC)
