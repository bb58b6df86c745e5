"""A yearly date as people say it: 5月20日, 农历闰六月初八; May 20, leap lunar month 6 day 8."""

from __future__ import annotations

from datetime import date

from bot.core.birthday import Calendar, YearlyDate

_MONTHS = ("正", "二", "三", "四", "五", "六", "七", "八", "九", "十", "冬", "腊")
_ONES = ("", "一", "二", "三", "四", "五", "六", "七", "八", "九")
_ANY_YEAR = 2024
"""A leap year, so that every date can be put into words."""


def say(day: YearlyDate, locale: str) -> str:
    """In Chinese or, for "en", in English; a lunar date says that it is one."""
    if day.calendar is Calendar.SOLAR:
        return f"{day.month}月{day.day}日" if locale == "zh" else f"{date(_ANY_YEAR, day.month, day.day):%b} {day.day}"
    if locale == "zh":
        return f"农历{'闰' if day.leap else ''}{_MONTHS[day.month - 1]}月{_lunar_day(day.day)}"
    return f"{'leap ' if day.leap else ''}lunar month {day.month} day {day.day}"


def _lunar_day(day: int) -> str:
    tens, ones = divmod(day, 10)
    if ones == 0:
        return ("", "初十", "二十", "三十")[tens]
    return ("初", "十", "廿")[tens] + _ONES[ones]
