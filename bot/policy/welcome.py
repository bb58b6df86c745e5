"""Who is welcomed, when, and by which names; pure, so that odd names and odd orders of events can be tried."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.policy.text import visible

OFF = "off"
"""The room's own `welcome` setting that turns the welcome, and the care of the first days, off."""

NAMES = "{names}"
"""In a room's own text: who has come."""

TOO_LATE = timedelta(minutes=10)
"""Somebody who came longer ago than this has settled in: a welcome would only say that the bot was away."""

PATIENCE = timedelta(minutes=2)
"""So long a welcome waits for a name that is not known yet."""

HASTY = timedelta(minutes=2)
"""A room may be read, or somebody may speak, a moment before the news that they came is recorded."""

NAMED = 5
"""So many are greeted by name; more names are a list, not a welcome."""

_EVERYBODY = frozenset({"所有人", "全体成员", "all", "everyone"})
_BRACES = re.compile(r"[{｛]\s*(?:names?|名字|姓名)\s*[}｝]", re.IGNORECASE)
_LENGTH = 200
_OFF_WORDS = frozenset({OFF, "不用", "不要", "关", "关闭", "关掉"})


@dataclass(frozen=True, slots=True)
class Before:
    """How somebody stood in the room when they came: the times of their membership, None where there is none."""

    first_seen_at: datetime
    joined_at: datetime | None = None
    left_at: datetime | None = None
    welcome_at: datetime | None = None
    welcomed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody who waits for a welcome. `welcome` is False once they left or want to be left alone."""

    contact_id: str
    name: str
    joined_at: datetime
    welcome_at: datetime
    welcome: bool = True


def is_new(before: Before | None, at: datetime, again: timedelta) -> bool:
    """Whether somebody who came in at that time is greeted: not when they were there, or left less than `again` ago."""
    if before is None:
        return True
    if before.left_at is not None:
        last = max(before.left_at, before.welcomed_at or before.left_at)
        return before.welcome_at is not None or at - last >= again
    heard_of = before.joined_at is not None or before.welcomed_at is not None
    return not heard_of and at - before.first_seen_at <= HASTY


def ready(newcomers: Sequence[Newcomer], now: datetime) -> bool:
    """Whether those of a room who wait can be greeted now, all together."""
    first = min(person.welcome_at for person in newcomers)
    young = any(not person.name and now - person.joined_at < PATIENCE for person in newcomers if person.welcome)
    return first <= now and not (young and now - first < PATIENCE)


def called(newcomers: Sequence[Newcomer]) -> list[str]:
    """The names to say, at most `NAMED` of them; one that shows nothing, or addresses everybody, is none."""
    shown = (visible(person.name).strip() for person in newcomers)
    return [name for name in shown if name and name.lstrip("@＠").strip().casefold() not in _EVERYBODY][:NAMED]


def wanted(settings: Mapping[str, str]) -> bool:
    """Whether the room welcomes people."""
    return settings.get("welcome") != OFF


def own_text(settings: Mapping[str, str]) -> list[str]:
    """The room's own welcome, cut where the names go; nothing when it uses the house's."""
    text = settings.get("welcome", "")
    return text.split(NAMES) if text and wanted(settings) else []


def setting(said: str) -> str:
    """A room's welcome as it is kept. `ValueError` says what is wrong."""
    text = _BRACES.sub(NAMES, said.strip())
    if text.lower() in _OFF_WORDS:
        return OFF
    if not 0 < len(text) <= _LENGTH:
        raise ValueError(f"1–{_LENGTH}")
    if re.search(r"[{}]", text.replace(NAMES, "")):
        raise ValueError(f"has braces that are not {NAMES}")
    return text
