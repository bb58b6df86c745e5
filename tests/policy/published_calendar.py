"""The lunar calendar as it is published: the day on which each month of the lunar years 2025 to 2030 begins.

Typed from the printed calendar, so that what a library computes is checked by something it had no part in. A month
marked "闰" is the leap month after the one of the same number. The last entry begins the lunar year 2031.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

_FIRST_DAYS = """
2025  正 2025-01-29  二 2025-02-28  三 2025-03-29  四 2025-04-28  五 2025-05-27  六 2025-06-25  闰六 2025-07-25
      七 2025-08-23  八 2025-09-22  九 2025-10-21  十 2025-11-20  冬 2025-12-20  腊 2026-01-19
2026  正 2026-02-17  二 2026-03-19  三 2026-04-17  四 2026-05-17  五 2026-06-15  六 2026-07-14
      七 2026-08-13  八 2026-09-11  九 2026-10-10  十 2026-11-09  冬 2026-12-09  腊 2027-01-08
2027  正 2027-02-06  二 2027-03-08  三 2027-04-07  四 2027-05-06  五 2027-06-05  六 2027-07-04
      七 2027-08-02  八 2027-09-01  九 2027-09-30  十 2027-10-29  冬 2027-11-28  腊 2027-12-28
2028  正 2028-01-26  二 2028-02-25  三 2028-03-26  四 2028-04-25  五 2028-05-24  闰五 2028-06-23  六 2028-07-22
      七 2028-08-20  八 2028-09-19  九 2028-10-18  十 2028-11-16  冬 2028-12-16  腊 2029-01-15
2029  正 2029-02-13  二 2029-03-15  三 2029-04-14  四 2029-05-13  五 2029-06-12  六 2029-07-11
      七 2029-08-10  八 2029-09-08  九 2029-10-08  十 2029-11-06  冬 2029-12-05  腊 2030-01-04
2030  正 2030-02-03  二 2030-03-04  三 2030-04-03  四 2030-05-02  五 2030-06-01  六 2030-07-01
      七 2030-07-30  八 2030-08-29  九 2030-09-27  十 2030-10-27  冬 2030-11-25  腊 2030-12-25
2031  正 2031-01-23
"""
_NUMBERS = "正二三四五六七八九十冬腊"

FESTIVALS = {
    "春节": ((1, 1), ("2026-02-17", "2027-02-06", "2028-01-26", "2029-02-13", "2030-02-03")),
    "端午": ((5, 5), ("2026-06-19", "2027-06-09", "2028-05-28", "2029-06-16", "2030-06-05")),
    "中秋": ((8, 15), ("2026-09-25", "2027-09-15", "2028-10-03", "2029-09-22", "2030-09-12")),
    "重阳": ((9, 9), ("2026-10-18", "2027-10-08", "2028-10-26", "2029-10-16", "2030-10-05")),
}
"""The days of the holidays as announced, by lunar month and day: a slip in the table above would move one of them."""


def months() -> dict[int, dict[tuple[int, bool], tuple[date, int]]]:
    """By lunar year, then by (number, whether it is the leap month): the first day, and how many days it has."""
    starts = list(_starts())
    found: dict[int, dict[tuple[int, bool], tuple[date, int]]] = {}
    for (year, name, first), (_year, _name, following) in pairwise(starts):
        number = _NUMBERS.index(name.removeprefix("闰")) + 1
        found.setdefault(year, {})[number, name.startswith("闰")] = (first, (following - first).days)
    return found


def _starts() -> Iterator[tuple[int, str, date]]:
    """Each month as (lunar year, name, first day), in order."""
    year, name = 0, ""
    for word in _FIRST_DAYS.split():
        if word.isdigit():
            year = int(word)
        elif "-" in word:
            yield year, name, date.fromisoformat(word)
        else:
            name = word


def every_day() -> dict[date, tuple[int, int, int, bool]]:
    """Each solar day as (lunar year, month, day, leap)."""
    return {
        first + timedelta(days=number): (year, month, number + 1, leap)
        for year, found in months().items()
        for (month, leap), (first, days) in found.items()
        for number in range(days)
    }
