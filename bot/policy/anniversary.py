"""When a birthday is celebrated: once in every calendar year, or, a lunar one, once in every lunar year.

- A solar birthday is celebrated on its day. 29 February is celebrated in other years on the day that the house has
  chosen, "02-28" or "03-01".
- A lunar birthday is celebrated on its day of the lunar calendar. One in the last months falls into the next solar
  year: that of 2026-12-23 (lunar) is on 30 January 2027 and belongs to the lunar year 2026. So a solar year may see it
  twice, or not at all, while no lunar year misses it.
- A birthday in a leap month is celebrated in that leap month in the years that have it, else in the ordinary month of
  that number. A birthday in an ordinary month is never celebrated in the leap month.
- Day 30 is celebrated on the 29th in a year whose month has only 29 days.
"""

from __future__ import annotations

from calendar import isleap
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from lunar_python import LunarYear, Solar  # type: ignore[import-untyped]  # the package ships no types

from bot.core.birthday import Calendar, YearlyDate

_LONG, _SHORT = 30, 29
_LEAP_DAY = (2, 29)


@dataclass(frozen=True, slots=True)
class LunarDay:
    """A day of the lunar calendar."""

    year: int
    month: int
    day: int
    leap: bool


@dataclass(frozen=True, slots=True)
class Celebration:
    """`turn` is the year to which this one belongs: the calendar year, or the lunar year of a lunar birthday."""

    day: date
    turn: int


def celebrated(birthday: YearlyDate, turn: int, feb_29: str) -> date:
    """The solar day on which it is celebrated in that calendar year, or in that lunar year if it is a lunar one."""
    if birthday.calendar is Calendar.SOLAR:
        return _solar(birthday, turn, feb_29)
    months = _months(turn)
    month = months.get((birthday.month, birthday.leap)) or months[birthday.month, False]
    return month.first + timedelta(days=min(birthday.day, month.days) - 1)


def coming(birthday: YearlyDate, today: date, feb_29: str) -> Celebration:
    """The first celebration on that day or after it."""
    # The lunar year is behind the calendar year by at most two months, so its turn may still be last year's.
    for turn in range(today.year - 1, today.year + 2):
        day = celebrated(birthday, turn, feb_29)
        if day >= today:
            return Celebration(day, turn)
    raise ValueError(f"{birthday} is not a date of the calendar")


def dates_on(day: date, feb_29: str) -> frozenset[YearlyDate]:
    """Every yearly date that is celebrated on this day: those on file for one of them have their birthday."""
    found = {YearlyDate(Calendar.SOLAR, day.month, day.day)}
    if not isleap(day.year) and f"{day:%m-%d}" == feb_29:
        found.add(YearlyDate(Calendar.SOLAR, *_LEAP_DAY))
    lunar = lunar_day(day)
    months = _months(lunar.year)
    numbers = [lunar.day]
    if lunar.day == months[lunar.month, lunar.leap].days == _SHORT:
        numbers.append(_LONG)
    # A leap birthday comes in the ordinary month exactly when this year has no leap month of that number.
    kinds = {lunar.leap} if (lunar.month, True) in months else {True, False}
    found |= {YearlyDate(Calendar.LUNAR, lunar.month, number, leap) for number in numbers for leap in kinds}
    return frozenset(found)


def turn_on(birthday: YearlyDate, day: date) -> int:
    """To which year a celebration on this day belongs."""
    return day.year if birthday.calendar is Calendar.SOLAR else lunar_day(day).year


@cache
def lunar_day(day: date) -> LunarDay:
    """The day in the lunar calendar."""
    for year in (day.year, day.year - 1):
        for (number, leap), month in _months(year).items():
            passed = (day - month.first).days
            if 0 <= passed < month.days:
                return LunarDay(year, number, passed + 1, leap)
    raise ValueError(f"{day} is in no lunar year that is known")


@dataclass(frozen=True, slots=True)
class _Month:
    first: date
    days: int


@cache
def _months(lunar_year: int) -> Mapping[tuple[int, bool], _Month]:
    """The months of a lunar year by number and whether it is the leap one; costly to compute, so kept."""
    return {
        (abs(month.getMonth()), month.getMonth() < 0): _Month(
            _date(Solar.fromJulianDay(month.getFirstJulianDay())), month.getDayCount()
        )
        for month in LunarYear.fromYear(lunar_year).getMonthsInYear()
    }


def _solar(birthday: YearlyDate, year: int, feb_29: str) -> date:
    if (birthday.month, birthday.day) == _LEAP_DAY and not isleap(year):
        return date.fromisoformat(f"{year}-{feb_29}")
    return date(year, birthday.month, birthday.day)


def _date(solar: Solar) -> date:
    return date(solar.getYear(), solar.getMonth(), solar.getDay())
