"""Reads the times and spans that operators type: "今晚8点半", "明天 20:15", "11-25 20:15", "30分钟"."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.core.errors import SpeakerError
from bot.policy.text import for_matching
from bot.policy.window import instant

_NOW = frozenset({"now", "现在", "立刻", "马上", "立即"})
_DAYS = {
    "今天": 0, "今日": 0, "今晚": 0, "今早": 0, "today": 0, "tonight": 0,
    "明天": 1, "明日": 1, "明晚": 1, "明早": 1, "tomorrow": 1,
    "后天": 2, "大后天": 3,
}  # fmt: skip
_MORNING = frozenset({"凌晨", "清晨", "早上", "早", "上午"})
_EVENING = frozenset({"晚上", "晚", "夜里"})
_WEEKDAYS = "一二三四五六日天"
_CHINESE = {char: value for value, char in enumerate("零一二三四五六七八九十")} | {"两": 2, "〇": 0}
_HAN = "[二三四五六七八九]?十[一二三四五六七八九]?|[零〇]?[零〇一二两三四五六七八九]"
_NUM = rf"\d{{1,2}}|{_HAN}"
_WHEN = re.compile(
    rf"""(?:
      (?P<named>{"|".join(sorted(_DAYS, key=len, reverse=True))})
    | (?P<which>下下?|这|本)?(?:周|星期|礼拜)(?P<weekday>[{_WEEKDAYS}])
    | (?:(?P<year>\d{{4}})[-/.年])?(?P<month>\d{{1,2}})[-/.月](?P<day>\d{{1,2}})(?:[日号]|t|(?=\s))
    )?\s*的?\s*
    (?P<part>凌晨|清晨|早上|早|上午|中午|下午|傍晚|晚上|晚|夜里)?\s*
    (?P<hour>{_NUM})(?:
      :(?P<minute>\d{{2}})
    | [点时](?:(?P<half>半)|(?P<quarter>[一三])刻|(?P<spoken>{_NUM})分?|整|钟)?
    )""",
    re.VERBOSE | re.ASCII,
)
_AMOUNT = rf"\d{{1,4}}(?:\.\d)?|半|一?个?半|{_HAN}"
_PIECE = re.compile(
    rf"(?P<amount>{_AMOUNT})\s*个?(?P<half>半)?\s*"
    r"(?P<unit>分钟|分|小时|钟头|天|日|周|星期|礼拜|minutes?|mins?|m|hours?|h|days?|d|weeks?|w)\s*",
    re.ASCII,
)
_UNITS = {
    "分": timedelta(minutes=1), "m": timedelta(minutes=1),
    "小": timedelta(hours=1), "钟": timedelta(hours=1), "h": timedelta(hours=1),
    "天": timedelta(days=1), "日": timedelta(days=1), "d": timedelta(days=1),
    "周": timedelta(weeks=1), "星": timedelta(weeks=1), "礼": timedelta(weeks=1), "w": timedelta(weeks=1),
}  # fmt: skip
_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)
LONGEST = timedelta(days=366)
HALF_A_YEAR = timedelta(days=183)


def read_time(text: str, now: datetime, zone: ZoneInfo) -> datetime:
    """The instant somebody means, aware UTC, `now` at the earliest; a time that clocks skip moves to the next one.

    `SpeakerError`: "errors/time_unreadable" with `said`; "errors/time_past" with `said`, `now`, `at`, and `tomorrow`,
    the same time one day later where no day was named (else None).
    """
    said = _plain(text)
    if said in _NOW:
        return now
    found = _WHEN.fullmatch(said)
    if found is None:
        raise SpeakerError("errors/time_unreadable", said=text)
    try:
        clock, later = _clock(found)
        day = _day(found, clock, now, zone) + later * _DAY
        at = instant(day, clock, zone)
    except (ValueError, OverflowError):
        raise SpeakerError("errors/time_unreadable", said=text) from None
    if at <= now - _MINUTE:
        tomorrow = None if _names_a_day(found) else instant(day + _DAY, clock, zone)
        raise SpeakerError("errors/time_past", said=text, now=now, at=at, tomorrow=tomorrow)
    return max(at, now)


def read_span(text: str) -> timedelta:
    """The span somebody means, at most a year; `SpeakerError` "errors/span_unreadable" with `said`."""
    said, end, span = _plain(text), 0, timedelta(0)
    for found in _PIECE.finditer(said):
        if found.start() != end:
            break
        end = found.end()
        unit = _UNITS[found["unit"][0]]
        span += _amount(found["amount"]) * unit + (unit / 2 if found["half"] else timedelta(0))
    if end != len(said) or not timedelta(0) < span <= LONGEST:
        raise SpeakerError("errors/span_unreadable", said=text)
    return span


def read_until(text: str, now: datetime, zone: ZoneInfo) -> datetime:
    """The end somebody means, as a span from now or as a time; errors are those of `read_time`."""
    try:
        return now + read_span(text)
    except SpeakerError:
        return read_time(text, now, zone)


def _plain(text: str) -> str:
    """Half-width, simplified, lower case, single spaces."""
    return " ".join(for_matching(text).split())


def _names_a_day(found: re.Match[str]) -> bool:
    return bool(found["named"] or found["weekday"] or found["month"])


def _clock(found: re.Match[str]) -> tuple[time, int]:
    """The time of day, and 1 if it lies after the midnight that ends the named day; `ValueError` if there is none."""
    hour = _number(found["hour"])
    part = found["part"] or {"今晚": "晚上", "明晚": "晚上", "tonight": "晚上", "今早": "早上", "明早": "早上"}.get(
        found["named"] or "", ""
    )
    if part in _EVENING and hour in {0, 12}:
        return time(0, _minute(found)), 1
    if (part in _EVENING and hour < 5) or (part in _MORNING and hour > 12):
        raise ValueError("the hour does not lie in that part of the day")
    if part == "凌晨" and hour == 12:
        hour = 0
    if hour < 12 and (part in _EVENING or part in {"下午", "傍晚"} or (part == "中午" and hour < 10)):
        hour += 12
    return time(hour, _minute(found)), 0


def _minute(found: re.Match[str]) -> int:
    if found["half"]:
        return 30
    if found["quarter"]:
        return 15 * _number(found["quarter"])
    return _number(found["minute"] or found["spoken"] or "0")


def _day(found: re.Match[str], clock: time, now: datetime, zone: ZoneInfo) -> date:
    today = now.astimezone(zone).date()
    if found["named"]:
        return today + _DAYS[found["named"]] * _DAY
    if found["weekday"]:
        return _weekday(found, clock, now, zone)
    if not found["month"]:
        return today
    day = date(int(found["year"] or today.year), int(found["month"]), int(found["day"]))
    if not 2000 <= day.year <= 2200:
        raise ValueError("the year is out of range")
    # In December "1-5" is next year's.
    return day.replace(year=day.year + 1) if not found["year"] and today - day > HALF_A_YEAR else day


def _weekday(found: re.Match[str], clock: time, now: datetime, zone: ZoneInfo) -> date:
    """Named alone, the next such day whose time is still to come; with 这, 本 or 下 the one of that week."""
    today = now.astimezone(zone).date()
    wanted = min(_WEEKDAYS.index(found["weekday"]), 6)
    monday = today - today.weekday() * _DAY
    if found["which"]:
        return monday + (wanted + 7 * found["which"].count("下")) * _DAY
    day = monday + wanted * _DAY
    return day if instant(day, clock, zone) > now - _MINUTE else day + 7 * _DAY


def _amount(text: str) -> float:
    if text[0].isdigit():
        return float(text)
    return 0.5 if text == "半" else 1.5 if text.endswith("半") else _number(text)


def _number(text: str) -> int:
    """A number in digits, or in Chinese up to 99."""
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    return (_CHINESE[tens] if tens else 1) * 10 * bool(ten) + (_CHINESE[ones[-1]] if ones else 0)
