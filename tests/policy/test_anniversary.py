"""Birthdays come once a year, on the day that the published calendar says."""

from calendar import isleap
from collections import Counter
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.birthday import Calendar, YearlyDate
from bot.policy.anniversary import celebrated, coming, dates_on, lunar_day, turn_on
from tests.policy.published_calendar import FESTIVALS, every_day, months

PUBLISHED = months()
FIRST, LAST = date(2026, 1, 1), date(2030, 12, 31)
DAYS = [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1)]
FEB_29 = ("02-28", "03-01")


def solar(month, day):
    return YearlyDate(Calendar.SOLAR, month, day)


def lunar(month, day, *, leap=False):
    return YearlyDate(Calendar.LUNAR, month, day, leap)


SOLAR = [solar(month, day) for month in range(1, 13) for day in (1, 5, 14, 20, 28)]
EDGES = [solar(2, 29), solar(12, 30), solar(12, 31), solar(1, 31), solar(5, 31), solar(10, 31)]
LUNAR = [lunar(month, day) for month, day in product(range(1, 13), (1, 8, 15, 23, 29, 30))]
LEAP = [lunar(month, day, leap=True) for month, day in product(range(2, 12), (1, 8, 15, 29, 30))]
BORN_LATE = [lunar(month, day) for month in (11, 12) for day in (2, 9, 11, 16, 24, 27)]
EVERY = [*SOLAR, *EDGES, *LUNAR, *LEAP, *BORN_LATE]


def by_the_table(birthday, feb_29):
    """The days of five years on which it is celebrated, by turn, out of the published table alone."""
    if birthday.calendar is Calendar.LUNAR:
        days = {}
        for turn, found in PUBLISHED.items():
            first, length = found.get((birthday.month, birthday.leap), found[birthday.month, False])
            days[turn] = first + timedelta(days=(29 if birthday.day == 30 and length == 29 else birthday.day) - 1)
        return days
    if birthday == solar(2, 29):
        month, day = map(int, feb_29.split("-"))
        return {year: date(year, 2, 29) if isleap(year) else date(year, month, day) for year in range(2026, 2031)}
    return {year: date(year, birthday.month, birthday.day) for year in range(2026, 2031)}


def test_the_table_is_sound():
    """Months of 29 or 30 days, 12 a year or 13 with a leap month; and the holidays are where they were announced."""
    assert {days for found in PUBLISHED.values() for _first, days in found.values()} == {29, 30}
    assert {year: len(found) for year, found in PUBLISHED.items()} == {
        2025: 13,
        2026: 12,
        2027: 12,
        2028: 13,
        2029: 12,
        2030: 12,
    }
    for (month, day), dates in FESTIVALS.values():
        for announced in dates:
            first, _days = PUBLISHED[int(announced[:4])][month, False]
            assert first + timedelta(days=day - 1) == date.fromisoformat(announced)


def test_there_are_two_hundred_of_every_sort():
    assert len(set(EVERY)) == len(EVERY) == 200
    assert sum(item.leap for item in EVERY) == 50
    assert sum(item.day == 30 for item in EVERY if item.calendar is Calendar.LUNAR) == 22


@pytest.mark.parametrize("feb_29", FEB_29)
def test_every_birthday_is_celebrated_once_a_year_on_the_day_of_the_table(feb_29):
    """Day by day through five years, as the bot lives them."""
    wrong = []
    for birthday in EVERY:
        days = [day for day in DAYS if birthday in dates_on(day, feb_29)]
        expected = [day for day in by_the_table(birthday, feb_29).values() if FIRST <= day <= LAST]
        turns = Counter(turn_on(birthday, day) for day in days)
        if days != sorted(expected) or max(turns.values()) > 1:
            wrong.append((birthday, days, expected))
    assert wrong == []


@pytest.mark.parametrize("feb_29", FEB_29)
@pytest.mark.parametrize("birthday", EVERY, ids=str)
def test_no_year_is_left_out_and_the_next_one_is_foreseen(birthday, feb_29):
    expected = by_the_table(birthday, feb_29)
    assert {turn: celebrated(birthday, turn, feb_29) for turn in expected} == expected
    for turn, day in expected.items():
        assert turn_on(birthday, day) == turn
        if FIRST <= day <= LAST:
            assert coming(birthday, day, feb_29).day == day
            assert coming(birthday, day - timedelta(days=1), feb_29).turn == turn
            assert coming(birthday, day + timedelta(days=1), feb_29).turn == turn + 1


def test_the_lunar_day_is_that_of_the_table():
    found = {day: lunar_day(day) for day in every_day()}
    assert {day: (item.year, item.month, item.day, item.leap) for day, item in found.items()} == every_day()


@pytest.mark.parametrize(
    ("birthday", "turn", "day"),
    [
        (lunar(6, 8, leap=True), 2025, "2025-08-01"),  # the year has a leap sixth month
        (lunar(6, 8), 2025, "2025-07-02"),  # and an ordinary birthday is not celebrated in it
        (lunar(6, 8, leap=True), 2026, "2026-07-21"),  # no leap month: the ordinary sixth
        (lunar(6, 30, leap=True), 2025, "2025-08-22"),  # the leap month has 29 days
        (lunar(8, 30), 2026, "2026-10-09"),  # so has the eighth of 2026
        (lunar(12, 23), 2026, "2027-01-30"),  # after the solar new year
        (solar(2, 29), 2028, "2028-02-29"),
        (solar(2, 29), 2027, "2027-02-28"),
    ],
)
def test_the_rules_by_example(birthday, turn, day):
    assert celebrated(birthday, turn, "02-28") == date.fromisoformat(day)


def test_a_solar_year_may_see_a_lunar_birthday_twice_or_not_at_all():
    """冬月二十八 is on 5 January and on 25 December of 2027, and on no day of 2028; no lunar year is without it."""
    days = [celebrated(lunar(11, 28), turn, "02-28") for turn in range(2025, 2031)]
    assert Counter(day.year for day in days) == {2026: 1, 2027: 2, 2029: 1, 2030: 2}


@given(st.dates(date(2000, 1, 1), date(2090, 12, 31)), st.sampled_from(FEB_29))
def test_what_a_day_celebrates_is_what_is_celebrated_on_that_day(day, feb_29):
    for birthday in dates_on(day, feb_29):
        assert celebrated(birthday, turn_on(birthday, day), feb_29) == day


@given(st.sampled_from(EVERY), st.dates(date(2000, 1, 1), date(2090, 12, 31)), st.sampled_from(FEB_29))
def test_from_one_celebration_to_the_next_is_about_a_year(birthday, today, feb_29):
    first = coming(birthday, today, feb_29)
    second = coming(birthday, first.day + timedelta(days=1), feb_29)
    assert first.day >= today
    assert second.turn == first.turn + 1
    assert 325 <= (second.day - first.day).days <= 414
    assert birthday in dates_on(first.day, feb_29)
