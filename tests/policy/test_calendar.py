"""Festivals: which day they fall on, how they are named, and what they close."""

import re
from datetime import date, timedelta
from pathlib import Path

import holidays
import pytest

from bot.core.post import Post, PostKind
from bot.policy.calendar import FESTIVALS, festival_named, festivals_on, quiet, quiet_name, suits

YEARS = range(2026, 2031)

# Written down by hand, not taken from the package that the calendar asks.
LUNAR = {
    "腊八节": ("2026-01-26", "2027-01-15", "2028-01-04", "2029-01-22", "2030-01-11"),
    "小年": ("2026-02-10", "2027-01-30", "2028-01-19", "2029-02-06", "2030-01-26"),
    "除夕": ("2026-02-16", "2027-02-05", "2028-01-25", "2029-02-12", "2030-02-02"),
    "春节": ("2026-02-17", "2027-02-06", "2028-01-26", "2029-02-13", "2030-02-03"),
    "元宵节": ("2026-03-03", "2027-02-20", "2028-02-09", "2029-02-27", "2030-02-17"),
    "清明节": ("2026-04-05", "2027-04-05", "2028-04-04", "2029-04-04", "2030-04-05"),
    "端午节": ("2026-06-19", "2027-06-09", "2028-05-28", "2029-06-16", "2030-06-05"),
    "七夕": ("2026-08-19", "2027-08-08", "2028-08-26", "2029-08-16", "2030-08-05"),
    "中秋节": ("2026-09-25", "2027-09-15", "2028-10-03", "2029-09-22", "2030-09-12"),
    "重阳节": ("2026-10-18", "2027-10-08", "2028-10-26", "2029-10-16", "2030-10-05"),
    "冬至": ("2026-12-22", "2027-12-22", "2028-12-21", "2029-12-21", "2030-12-22"),
}

SUNDAYS = {
    "母亲节": ("2026-05-10", "2027-05-09", "2028-05-14", "2029-05-13", "2030-05-12"),
    "父亲节": ("2026-06-21", "2027-06-20", "2028-06-18", "2029-06-17", "2030-06-16"),
}
FIXED = {
    "元旦": (1, 1),
    "劳动节": (5, 1),
    "国庆节": (10, 1),
    "情人节": (2, 14),
    "妇女节": (3, 8),
    "儿童节": (6, 1),
    "国际猫日": (8, 8),
    "国际狗日": (8, 26),
    "教师节": (9, 10),
    "世界动物日": (10, 4),
    "圣诞节": (12, 25),
}


def days_of(name: str, year: int) -> list[date]:
    days = (date(year, 1, 1) + timedelta(days=number) for number in range(366))
    return [day for day in days if day.year == year and name in festivals_on(day)]


def expected(name: str, year: int) -> date:
    if name in FIXED:
        return date(year, *FIXED[name])
    return date.fromisoformat({**LUNAR, **SUNDAYS}[name][year - YEARS[0]])


@pytest.mark.parametrize("name", FESTIVALS)
def test_each_festival_is_one_day_a_year(name: str) -> None:
    assert [days_of(name, year) for year in YEARS] == [[expected(name, year)] for year in YEARS]


@pytest.mark.parametrize("year", range(2020, 2041))
def test_the_public_ones_are_the_states_own(year: int) -> None:
    """Another package knows the statutory holidays: each of ours is the first day of one of its."""
    public = holidays.country_holidays("CN", years=year, language="zh_CN")
    for name in ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节"):
        theirs = sorted(day for day, names in public.items() if name in names.split("; "))
        assert theirs[:1] == days_of(name, year)


@pytest.mark.parametrize("name", sorted(set(FESTIVALS) - {"腊八节", "小年"}))
def test_no_year_lacks_a_festival(name: str) -> None:
    """But for the two of the last lunar month, which may fall twice into a solar year, or not at all."""
    assert {year: len(days_of(name, year)) for year in range(1990, 2060)} == dict.fromkeys(range(1990, 2060), 1)


def test_two_festivals_may_share_a_day() -> None:
    assert festivals_on(date(2020, 10, 1)) == ("中秋节", "国庆节")
    assert festivals_on(date(2026, 5, 12)) == ()


def test_a_leap_month_does_not_keep_a_festival_twice() -> None:
    """2025 has a second sixth month, 2028 a second fifth."""
    assert days_of("七夕", 2025) == [date(2025, 8, 29)]
    assert days_of("端午节", 2028) == [date(2028, 5, 28)]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("中秋节", "中秋节"),
        ("中秋", "中秋节"),
        ("除夕", "除夕"),
        ("七夕节", "七夕"),
        (" Mid-autumn festival ", "中秋节"),
        ("Christmas Day", "圣诞节"),
    ],
)
def test_festivals_have_several_names(said: str, meant: str) -> None:
    assert festival_named(said) == meant


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("中秋结", "'中秋结' is not a known festival; did you mean '中秋节'?"),
        ("Mid Autumn Festival", "'Mid Autumn Festival' is not a known festival; did you mean '中秋节'?"),
        ("双十一", "'双十一' is not a known festival"),
        ("", "'' is not a known festival"),
    ],
)
def test_a_slip_is_told_the_nearest_festival(said: str, answer: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(answer)}$"):
        festival_named(said)


@pytest.mark.parametrize(
    ("day", "names", "closed_by"),
    [
        ("2026-04-05", ("清明节",), "清明节"),
        ("2026-04-05", ("Qingming Festival",), "清明节"),
        ("2026-04-04", ("清明节",), ""),
        ("2026-04-06", ("清明节",), ""),
        ("2026-04-05", (), ""),
        ("2026-10-01", ("清明节",), ""),
        ("2020-10-01", ("国庆", "中秋"), "中秋节"),
        ("2026-05-12", ("05-12",), "05-12"),
        ("2027-05-12", ("05-12",), "05-12"),
        ("2026-05-12", ("2026-05-12",), "2026-05-12"),
        ("2027-05-12", ("2026-05-12",), ""),
        ("2028-02-29", ("02-29",), "02-29"),
    ],
)
def test_what_closes_a_day(day: str, names: tuple[str, ...], closed_by: str) -> None:
    assert quiet(date.fromisoformat(day), names) == closed_by


@pytest.mark.parametrize("text", ["13-01", "02-30", "2026-02-29", "2026-5-12", "12.05.", "明天"])
def test_a_name_that_closes_nothing_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a day of the calendar|is not a known festival"):
        quiet_name(text)


def post(festival: str, days_before: int = 0) -> Post:
    path = Path("a.md")
    return Post("value/a", PostKind.VALUE, "a", "text", path, 1, festival=festival, days_before=days_before)


@pytest.mark.parametrize(
    ("bound", "days"),
    [
        (post("中秋节"), ["2026-09-25"]),
        (post("中秋节", 3), ["2026-09-22"]),
        (post("元旦", 1), ["2025-12-31"]),
    ],
)
def test_a_festivals_post_has_one_day(bound: Post, days: list[str]) -> None:
    around = [date.fromisoformat(days[0]) + timedelta(days=shift) for shift in range(-20, 21)]
    assert [day.isoformat() for day in around if suits(bound, day)] == days


def test_an_ordinary_post_suits_every_day() -> None:
    assert all(suits(post(""), date(2026, 1, 1) + timedelta(days=number)) for number in range(365))
