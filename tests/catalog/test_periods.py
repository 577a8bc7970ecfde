from datetime import UTC, datetime

import pytest

from catalog.periods import first_moment, last_moment, period_label


@pytest.mark.parametrize(
    ("period", "english", "spanish"),
    [
        ("2018-2022", "2018–2022", "2018–2022"),
        ("2022", "2022", "2022"),
        ("2020-01-01/2021-12-31", "2020–2021", "2020–2021"),
        ("2020-01/2020-12", "2020", "2020"),
        ("1979-07/1984-06", "July 1979 – June 1984", "julio de 1979 – junio de 1984"),
        ("1979-07-01/1984-06-30", "July 1979 – June 1984", "julio de 1979 – junio de 1984"),
        ("2020-05/2020-05", "May 2020", "mayo de 2020"),
        ("2020-02", "February 2020", "febrero de 2020"),
        (
            "2020-02-01/2020-02-28",
            "February 1, 2020 – February 28, 2020",
            "1 de febrero de 2020 – 28 de febrero de 2020",
        ),
        ("2021-03-21", "March 21, 2021", "21 de marzo de 2021"),
        ("2021-01-01", "January 1, 2021", "1 de enero de 2021"),
        ("2018-19", "2018-19", "2018-19"),
        ("since the flood", "since the flood", "since the flood"),
    ],
)
def test_periods_are_written_as_people_do(period: str, english: str, spanish: str) -> None:
    assert (period_label(period), period_label(period, "es")) == (english, spanish)


def test_a_period_has_a_first_and_a_last_moment() -> None:
    assert first_moment("2024-02") == datetime(2024, 2, 1, tzinfo=UTC)
    assert last_moment("2024-02") == datetime(2024, 2, 29, 23, 59, 59, tzinfo=UTC)
    assert last_moment("2023") == datetime(2023, 12, 31, 23, 59, 59, tzinfo=UTC)
