"""A date that a person typed is read where it can mean one day only, and kept as written where it cannot."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.intake.parsing.dates import means_no_date, read_date

DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31))


@pytest.mark.parametrize(
    "written",
    [
        "2024-06-30",
        "2024-06-30 00:00:00",
        "30/06/2024",
        "30.6.2024",
        "30-06-24",
        " 30 June 2024 ",
        "30th of June 2024",
        "Sunday 30 Jun 2024",
        "June 30, 2024",
        "June 2024",
        "Jun-2024",
        "by end of June 2024",
        "Jun '24",
        "06/2024",
        dt.date(2024, 6, 30),
        dt.datetime(2024, 6, 30, 12, 0),  # noqa: DTZ001 - spreadsheets have no time zones
    ],
)
def test_it_is_read(written: object) -> None:
    assert read_date(written) == dt.date(2024, 6, 30)


@pytest.mark.parametrize(
    "written",
    [
        "Apr-21", "ongoing", "Q3 2024", "asap", "06/25/2024", "31/06/2024", "29/02/2023", "2024", "June", "30/06",
        "1/2/3", "12/2024 or later", "30/06/1824", "", 45444.0, 2024, True, None, dt.time(12), "99 June 2024",
    ],
)  # fmt: skip
def test_it_is_not_guessed(written: object) -> None:
    assert read_date(written) is None


def test_a_month_with_a_two_digit_number_is_a_year_only_where_it_cannot_be_a_day() -> None:
    assert read_date("Apr-45") == dt.date(2045, 4, 30)
    assert read_date("Apr-30") is None


def test_what_means_no_date() -> None:
    assert all(map(means_no_date, ("N/A", "none", " - ", "")))
    assert not means_no_date("ongoing")


@given(DAYS, st.sampled_from(["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y/%m/%d"]))
def test_every_day_is_read_in_every_form(day: dt.date, form: str) -> None:
    assert read_date(day.strftime(form)) == day


@given(st.text(max_size=30))
def test_no_text_raises(text: str) -> None:
    assert read_date(text) is None or isinstance(read_date(text), dt.date)
