"""Reads what people type about birthdays: telling one, taking it back, and where they want to be congratulated."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

from bot.core.birthday import Calendar, Whose, YearlyDate
from bot.policy import yearly_date
from bot.policy.whose import KINDS, SIMPLE, stranger, whose
from bot.policy.yearly_date import Dated, Impossible

WORD = "生日"
LONGEST = 50


@dataclass(frozen=True, slots=True)
class Told:
    """A birthday as told. `whose` is None when the words leave open what sort of being goes by that name.

    `sure` ones were told to the bot (生日 …); the others are read out of a sentence and want to be asked about.
    `when` is None for one told from the day it is said on, `ahead` days before.
    """

    whose: Whose | None
    name: str
    when: YearlyDate | None
    year: int | None = None
    ahead: int = 0
    sure: bool = True

    def on(self, today: date) -> YearlyDate:
        """The date, for somebody who says so on that day."""
        day = today + timedelta(days=self.ahead)
        return self.when or YearlyDate(Calendar.SOLAR, day.month, day.day)


@dataclass(frozen=True, slots=True)
class Cancel:
    """Take one back, by its name or kind; neither is the member's own, or the only one there is."""

    whose: Whose | None = None
    name: str = ""
    everything: bool = False


@dataclass(frozen=True, slots=True)
class Choose:
    """Where the member wants to be congratulated."""

    private: bool


@dataclass(frozen=True, slots=True)
class Show:
    """What is on file."""


@dataclass(frozen=True, slots=True)
class Stranger:
    """Told of somebody for whom the bot keeps no birthdays, such as a friend."""

    who: str


@dataclass(frozen=True, slots=True)
class Undated:
    """Told of a pet or a child, as the bot explains it, but without a day that can be read."""


Said = Told | Cancel | Choose | Show | Stranger | Impossible | Undated

_DATE = rf"(?:{yearly_date.PATTERN})"
_SOON = {"今天": 0, "今日": 0, "明天": 1, "后天": 2}
_WHEN = rf"(?:(?P<ahead>{'|'.join(_SOON)})|{_DATE})"
_REST = re.compile(rf"{WORD}\s*(?:是|在|[:,])*\s*(?P<rest>.*)")
_TELL = re.compile(rf"(?P<who>.*?)\s*{_DATE}")
_TELL_LATE = re.compile(rf"{_DATE}\s*(?P<who>\D.*)")
_TELL_SOON = re.compile(rf"(?P<who>(?:(?:{'|'.join(KINDS)}).*?)?)\s*(?P<ahead>{'|'.join(_SOON)})过?")
_UNDATED = re.compile(rf"{WORD}\s+(?:{'|'.join(KINDS)})\s*\S{{0,8}}")
_CHANGED = re.compile(r"\s*(?:改到|改成|改为|换成|改)\s*$")
_UNDO = r"取消|删除|删掉|删|去掉|不要"
_CANCEL = re.compile(rf"(?:{_UNDO})\s*(?P<who>.*?)")
_CANCEL_LATE = re.compile(rf"(?:{_UNDO})(?P<who>.*?)的?{WORD}(?:提醒|祝福)?")
_EVERYTHING = frozenset({"全部", "所有", "所有的", "全部的"})
_PRIVATELY = re.compile(r"(?:改成|改到|改|在)?(?:私聊|私下|私信|悄悄|单独)(?:祝福|说|告诉我|发|发我|就好)*")
_IN_ROOM = re.compile(r"(?:改成|改到|改|在)?(?:群里|群聊|群内|公开)(?:祝福|说|发|过|就好)*")
_SENTENCES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?P<who>.{{0,20}}?)的?{WORD}\s*(?:就?是|在|[:,])*\s*(?:每年的?)?\s*{_WHEN}\s*过?",
        rf"(?P<who>.{{0,20}}?)[,\s]*(?:就?是|在)?\s*(?:每年的?)?\s*{_WHEN}\s*(?:的|是|过)?{WORD}的?",
        rf"{_WHEN}\s*(?:就?是|,)?\s*(?P<who>.{{1,20}}?)的?过?{WORD}",
    )
)
_TAIL = re.compile(r"(?:[\W_]|[哦哟呀啊啦哈喔噢哒嘞哩])+$")


def hears(text: str) -> tuple[str, ...] | None:
    """The words of the birthday command in a plain sentence; None for talk, such as 生日快乐."""
    if WORD not in text or read(text) is None:
        return None
    _before, _word, rest = text.strip().partition(WORD) if text.strip().startswith(WORD) else ("", "", text)
    return tuple(rest.split())


def read(text: str) -> Said | None:
    """What somebody says about a birthday, in their words with or without 生日 in front; None for anything else."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if len(plain) > LONGEST or "?" in plain:
        return None
    plain = _TAIL.sub("", plain)
    told = _REST.fullmatch(plain.translate(SIMPLE))
    if told is None:
        return _sentence(plain)
    rest = plain[told.start("rest") :]
    if WORD in rest:
        return _sentence(rest)
    return _order(rest) or (Undated() if _UNDATED.fullmatch(plain.translate(SIMPLE)) else None)


def _order(rest: str) -> Said | None:
    """What was said to the bot after 生日."""
    simple = rest.translate(SIMPLE)
    if not rest:
        return Show()
    if _PRIVATELY.fullmatch(simple) or _IN_ROOM.fullmatch(simple):
        return Choose(_PRIVATELY.fullmatch(simple) is not None)
    undone = _CANCEL.fullmatch(simple)
    if undone is not None:
        return _cancel(rest[undone.start("who") :])
    found = _TELL.fullmatch(simple)
    if found is not None:
        return _told(found, rest[slice(*found.span("who"))], sure=True)
    found = _TELL_LATE.fullmatch(simple)
    # Behind the date a bare word may be anything (生日 5月20日 聚餐), so the kind has to be said.
    if found is not None and any(kind in found["who"] for kind in KINDS):
        return _told(found, rest[found.start("who") :], sure=True)
    # A day without a date is told often in talk (生日聚餐明天), so it is the member's own or the kind has to be said.
    found = _TELL_SOON.fullmatch(simple)
    return _told(found, rest[slice(*found.span("who"))], sure=True) if found is not None else None


def _sentence(plain: str) -> Said | None:
    """What was said in passing."""
    simple = plain.translate(SIMPLE)
    undone = _CANCEL_LATE.fullmatch(simple)
    if undone is not None:
        return _cancel(plain[slice(*undone.span("who"))])
    for pattern in _SENTENCES:
        found = pattern.fullmatch(simple)
        if found is None:
            continue
        said = _told(found, plain[slice(*found.span("who"))], sure=False)
        if said is not None:
            return said
    return None


def _told(found: re.Match[str], said: str, *, sure: bool) -> Said | None:
    who = whose(_CHANGED.sub("", said))
    if who is None:
        return Stranger(said.strip()) if sure and stranger(said) else None
    ahead = found.groupdict().get("ahead")
    if ahead:
        ours = who[0] is not None or "家" in said  # 明天是小明生日 is talk about anybody.
        return Told(*who, None, ahead=_SOON[ahead], sure=sure) if ours else None
    dated = yearly_date.read(found)
    if isinstance(dated, Dated):
        return Told(*who, dated.date, dated.year, sure=sure)
    return dated


def _cancel(said: str) -> Cancel | None:
    if said.translate(SIMPLE) in _EVERYTHING:
        return Cancel(everything=True)
    if not said.strip():
        return Cancel()
    who = whose(said)
    return Cancel(*who) if who else None
