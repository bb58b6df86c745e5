"""What members say about their check-ins without a slash: 打卡, 补卡 昨天, 明天请假."""

from __future__ import annotations

import re
from datetime import date

from bot.policy.day_said import read_day
from bot.policy.punching import bare
from bot.policy.text import visible

_LONGEST = 24
_ENDS = re.compile(r"^(?:@\S+\s)?[\W_]*|[\W_]+$")
_MAKEUP = re.compile(r"(?:我要|我来|我想|来)?补(?:一?[个下次])?(?:打)?卡[:： ]*(.*)|(.*?)[ 的]*补卡|补(.*?)的?卡")
_LEAVE = re.compile(r"(?:我要|我想|我)?请(?:一?[个下天])?假(?:一天)?[:： ]*(.*)|(.*?)[ 我]*请(?:一?[个天])?假(?:一天)?")
_ANY_DAY = date(2026, 1, 31)
"""Some day: whether words name one does not depend on it, save for the last days of a month."""


def hear_punch(text: str) -> tuple[str, ...] | None:
    """A plain check-in, whatever the campaign's own word is."""
    return () if bare(text) else None


def hear_makeup(text: str) -> tuple[str, ...] | None:
    """For "补卡" (), for "补卡 昨天" ("昨天",); None for talk about it."""
    return _with_day(text, "卡", _MAKEUP)


def hear_leave(text: str) -> tuple[str, ...] | None:
    """For "请假" (), for "明天请假" ("明天",); None for talk about it."""
    return _with_day(text, "假", _LEAVE)


def _with_day(text: str, must_have: str, form: re.Pattern[str]) -> tuple[str, ...] | None:
    if must_have not in text or len(text) > _LONGEST:
        return None
    found = form.fullmatch(_ENDS.sub("", visible(text)))
    if found is None:
        return None
    day = next((group.strip() for group in found.groups() if group), "")
    if not day:
        return ()
    return (day,) if read_day(day, _ANY_DAY, back=True) else None
