"""Reads what operators write about a campaign: its rhythm, its time of day, what counts, its goal."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from bot.core.checkin import Counts
from bot.core.errors import SpeakerError
from bot.policy.customs import Declared
from bot.policy.text import visible
from bot.policy.window import WEEKDAYS

LONGEST_TITLE, LONGEST_WORD, LONGEST_GIFT = 20, 12, 60
MOST = 1000
DAILY = "1234567"
_DAILY = frozenset({"daily", "每天", "每日", "天天"})
_NAMES = {name: str(number) for number, name in enumerate(WEEKDAYS, 1)} | {
    name[:3]: str(number) for number, name in enumerate(WEEKDAYS, 1)
}
_HAN = {char: str(number) for number, char in enumerate("一二三四五六日", 1)} | {"天": "7"}
_HAN_DAYS = re.compile(r"每?(?:周|星期|礼拜)?([一二三四五六日天]+)")
_GAP = re.compile(r"[,，、;；\s]+|和|与")
_TIME = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)", re.ASCII)
_NUMBER = re.compile(r"(\d{1,4})(?:天|次|分|个|周)?", re.ASCII)
_COUNTS = {
    "word": Counts.WORD, "词": Counts.WORD, "口令": Counts.WORD, "文字": Counts.WORD,
    "photo": Counts.PHOTO, "照片": Counts.PHOTO, "图": Counts.PHOTO, "图片": Counts.PHOTO,
    "both": Counts.BOTH, "都要": Counts.BOTH, "词+照片": Counts.BOTH, "照片+词": Counts.BOTH, "口令+照片": Counts.BOTH,
}  # fmt: skip
_NO_END = frozenset({"0", "不限", "长期", "none"})
_NO_GIFT = frozenset({"无", "没有", "不送", "none"})

KEYS: Mapping[str, tuple[str, ...]] = {
    "word": ("口令", "词"),
    "counts": ("方式", "算什么"),
    "rhythm": ("节奏", "每周", "哪天"),
    "span": ("时间", "时段"),
    "days": ("天数",),
    "goal": ("目标",),
    "gift": ("礼物", "奖品"),
    "points": ("积分",),
    "makeups": ("补卡",),
    "content": ("内容",),
}
"""What may be set when a campaign is started, each with its Chinese names."""


def read_rhythm(text: str) -> str:
    """The weekdays that count as digits, 1 is Monday: "daily", "wednesday", "mon,fri", "周三", "一三五".

    `ValueError` says what is wrong.
    """
    said = _plain(text)
    if said in _DAILY or said == "":
        return DAILY
    found = {day for part in _GAP.split(said) if part for day in _days(part)}
    if not found or not all(found):
        raise ValueError(f"{text!r} names no weekdays; write daily, or wednesday, or 周三")
    return "".join(sorted(found))


def read_span(text: str) -> tuple[str, str]:
    """From when to when one may check in: ("06:00", "10:00"), "" for the day's own end; `ValueError` if unreadable.

    It lies within one local day, whose check-in it is.
    """
    said = _plain(text)
    for dash in ("－", "–", "—", "~", "至", "到"):
        said = said.replace(dash, "-")
    parts = said.split("-")
    if len(parts) != 2:
        raise ValueError(f"{text!r} is not a time of day such as 06:00-10:00")
    opens, closes = (_clock(part.strip(), text) for part in parts)
    if opens >= closes:
        raise ValueError(f"{text!r} ends before it begins; it must lie within one day")
    return "" if opens == "00:00" else opens, "" if closes == "24:00" else closes


def change(declared: Declared, settings: Iterable[tuple[str, str]]) -> Declared:
    """The campaign with these settings over its own; `SpeakerError` "errors/checkin_setting" for what cannot be."""
    for said, value in settings:
        key = next((key for key, names in KEYS.items() if said.lower() in {key, *names}), None)
        if key is None:
            raise SpeakerError("errors/checkin_setting", key=said, value="")
        try:
            declared = _SET[key](declared, value)
        except (ValueError, KeyError):
            raise SpeakerError("errors/checkin_setting", key=key, value=value) from None
    if declared.gift and not declared.goal:
        raise SpeakerError("errors/checkin_setting", key="goal", value="")
    return declared


def _days(part: str) -> Iterable[str]:
    """The weekdays that one word names; "" for none."""
    han = _HAN_DAYS.fullmatch(part)
    return [_HAN[char] for char in han[1]] if han else [_NAMES.get(part, "")]


def _clock(text: str, whole: str) -> str:
    found = _TIME.fullmatch(text)
    if found is None or f"{int(found[1]):02}:{found[2]}" > "24:00":
        raise ValueError(f"{whole!r} is not a time of day such as 06:00-10:00")
    return f"{int(found[1]):02}:{found[2]}"


def _count(text: str) -> int:
    said = _plain(text)
    if said in _NO_END:
        return 0
    found = _NUMBER.fullmatch(said)
    if found is None or int(found[1]) > MOST:
        raise ValueError("no number up to a thousand")
    return int(found[1])


def _text(text: str, longest: int) -> str:
    said = visible(text).strip()
    if not 1 <= len(said) <= longest:
        raise ValueError("too short or too long")
    return said


def _span(declared: Declared, text: str) -> Declared:
    opens, closes = ("", "") if _plain(text) in {"全天", "all"} else read_span(text)
    return replace(declared, opens=opens, closes=closes)


_SET: Mapping[str, Callable[[Declared, str], Declared]] = {
    "word": lambda declared, text: replace(declared, word=_text(text, LONGEST_WORD)),
    "counts": lambda declared, text: replace(declared, counts=_COUNTS[_plain(text)].value),
    "rhythm": lambda declared, text: replace(declared, rhythm=read_rhythm(text)),
    "span": _span,
    "days": lambda declared, text: replace(declared, days=_count(text)),
    "goal": lambda declared, text: replace(declared, goal=_count(text)),
    "gift": lambda declared, text: replace(
        declared, gift="" if _plain(text) in _NO_GIFT else _text(text, LONGEST_GIFT)
    ),
    "points": lambda declared, text: replace(declared, points=_count(text)),
    "makeups": lambda declared, text: replace(declared, makeups=_count(text)),
    "content": lambda declared, text: replace(declared, content=_text(text, 60)),
}


def _plain(text: str) -> str:
    """Half-width, lower case, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", visible(text)).lower().split())
