"""Reads the day that somebody names in passing: 昨天, 周三, 11-25, 25号."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta

from bot.policy.text import visible

_DAY = timedelta(days=1)
_NAMED = {"今天": 0, "今日": 0, "today": 0, "昨天": -1, "昨日": -1, "yesterday": -1, "前天": -2, "明天": 1, "明日": 1,
          "tomorrow": 1, "后天": 2, "大后天": 3, "大前天": -3}  # fmt: skip
_WEEKDAYS = "一二三四五六日天"
_WEEKDAY = re.compile(rf"(上|下|这|本)?(?:周|星期|礼拜)([{_WEEKDAYS}])")
_DATE = re.compile(r"(?:(\d{4})[-/.年])?(\d{1,2})[-/.月](\d{1,2})[日号]?", re.ASCII)
_OF_MONTH = re.compile(r"(\d{1,2})[日号]", re.ASCII)


def read_day(text: str, today: date, *, back: bool) -> date | None:
    """The day that is meant; None when it names none. `back`: what is not said is in the past, else it is to come."""
    said = unicodedata.normalize("NFKC", visible(text)).strip().lower()
    if said in _NAMED:
        return today + _NAMED[said] * _DAY
    try:
        return _weekday(said, today, back=back) or _date(said, today, back=back)
    except ValueError:
        return None


def _weekday(said: str, today: date, *, back: bool) -> date | None:
    found = _WEEKDAY.fullmatch(said)
    if found is None:
        return None
    wanted = min(_WEEKDAYS.index(found[2]), 6)
    monday = today - today.weekday() * _DAY
    if found[1]:
        return monday + (wanted + {"上": -7, "下": 7}.get(found[1], 0)) * _DAY
    day = monday + wanted * _DAY
    if back:
        return day if day <= today else day - 7 * _DAY
    return day if day >= today else day + 7 * _DAY


def _date(said: str, today: date, *, back: bool) -> date | None:
    """Without a year, the nearest such day in the meant direction; `ValueError` when no calendar has it."""
    found = _DATE.fullmatch(said)
    if found is not None:
        day = date(int(found[1] or today.year), int(found[2]), int(found[3]))
        if found[1]:
            return day
        if back and day > today:
            return day.replace(year=day.year - 1)
        return day.replace(year=day.year + 1) if not back and day < today else day
    alone = _OF_MONTH.fullmatch(said)
    if alone is None:
        return None
    day = today.replace(day=int(alone[1]))
    if back and day > today:
        return (today.replace(day=1) - _DAY).replace(day=int(alone[1]))
    if not back and day < today:
        return (today.replace(day=28) + 4 * _DAY).replace(day=int(alone[1]))
    return day
