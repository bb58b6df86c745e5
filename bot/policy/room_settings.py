"""A room's own settings: which there are, what they may hold, and what follows from them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.core.errors import SpeakerError
from bot.core.post import MIX, PostKind
from bot.policy import welcome
from bot.policy.caps import Caps
from bot.policy.mix import Weights
from bot.policy.text import visible
from bot.policy.window import Hours, Window

KEYS: Mapping[str, tuple[str, ...]] = {
    "greeting": ("问候", "问候语"),
    "window": ("窗口", "时间", "时段"),
    "zone": ("时区",),
    "slots": ("条数",),
    "mix": ("配比",),
    "caps": ("上限",),
    "approval": ("审批",),
    "tags": ("标签",),
    "welcome": ("欢迎", "欢迎语"),
}
"""The keys of /room set, each with its Chinese names."""

RESET = frozenset({"default", "默认"})
GREETING_LENGTH = 20
MOST_SLOTS = 6
MOST_PARTS = 100
MOST_PROMOS = 1000
TAG_LENGTH = 20
MOST_TAGS = 20
LONGEST_NIGHT = timedelta(hours=12)
"""A window across midnight that is longer was most likely mistyped; 次日 says that it was not."""

NEXT_DAY = "次日"
UNLIMITED = frozenset({"-", "不限", "unlimited"})
APPROVALS: Mapping[str, frozenset[PostKind]] = {
    "none": frozenset(),
    "promo": frozenset({PostKind.PROMO}),
    "all": frozenset(MIX),
}
"""Which kinds wait for somebody's approval."""
_APPROVAL_NAMES = {"不用": "none", "推广": "promo", "全部": "all"}
_COMMA = re.compile(r"[,，、;；]")
_COMMA_OR_GAP = re.compile(r"[,，、;；\s]+")
_NUMBER = re.compile(r"\d{1,4}", re.ASCII)
_NEXT_DAY_END = re.compile(rf"{NEXT_DAY}\s*(?=[\d:]+$)", re.ASCII)
_DAY = timedelta(days=1)


def key_for(said: str) -> str:
    """The key somebody means; `SpeakerError` lists those there are."""
    for key, names in KEYS.items():
        if said.lower() in {key, *names}:
            return key
    raise SpeakerError("errors/setting_unknown", key=said, keys=list(KEYS))


def value_for(key: str, said: str) -> str | None:
    """The value as it is kept, None to follow config.toml again; `SpeakerError` says what is wrong with it."""
    if said.strip().lower() in RESET:
        return None
    try:
        return _KEPT[key](said)
    except (ValueError, ZoneInfoNotFoundError, OSError) as error:
        raise SpeakerError("errors/setting_value", key=key, value=said, why=str(error)) from None


def hours_of(settings: Mapping[str, str], default: Hours) -> Hours | None:
    """The room's hours; None when its zone or window can no longer be read, which closes the gate."""
    try:
        zone = ZoneInfo(settings["zone"]) if "zone" in settings else default.zone
        windows = windows_of(settings["window"]) if "window" in settings else None
    except (ValueError, ZoneInfoNotFoundError, OSError):
        return None
    return Hours(zone, default.days if windows is None else (windows,) * 7)


def zone_of(settings: Mapping[str, str], default: str) -> ZoneInfo:
    """The room's own zone for showing its day; the house's when its own cannot be read."""
    try:
        return ZoneInfo(settings.get("zone", default))
    except (ValueError, ZoneInfoNotFoundError, OSError):
        return ZoneInfo(default)


def overnight(value: str) -> bool:
    """Whether a window runs past midnight without saying so with 次日: worth asking whether that is meant."""
    found = zip(_parts(value), windows_of(value), strict=True)
    return any(window.end < window.start and NEXT_DAY not in part for part, window in found)


def length(window: Window) -> timedelta:
    """How long a window is open on an ordinary day."""
    span = datetime.combine(date.min, window.end) - datetime.combine(date.min, window.start)
    return span if span > timedelta(0) else span + _DAY


def windows_of(text: str) -> tuple[Window, ...]:
    """The windows of a day, as kept; `ValueError` says what is wrong."""
    return tuple(Window.parse(_without_next_day(part)) for part in _parts(text))


def slots_of(text: str) -> tuple[int, ...]:
    """Posts a day from Monday to Sunday: one number for all, or seven. `ValueError` says what is wrong."""
    counts = tuple(_number(part, MOST_SLOTS) for part in _COMMA_OR_GAP.split(_plain(text)))
    if len(counts) not in {1, 7}:
        raise ValueError(f"has {len(counts)} numbers; one for every day, or seven from Monday to Sunday")
    return counts * 7 if len(counts) == 1 else counts


def weights_of(text: str) -> Weights:
    """The weights of value, interactive and promo: "7:2:1". `ValueError` says what is wrong."""
    parts = re.split(r"[:/]", _plain(text))
    if len(parts) != len(MIX):
        raise ValueError("three numbers are needed, for value, interactive and promo, such as 7:2:1")
    weights = {kind: _number(part.strip(), MOST_PARTS) for kind, part in zip(MIX, parts, strict=True)}
    if weights[PostKind.VALUE] == 0:
        raise ValueError("value fills every gap and cannot be 0")
    if sum(weights.values()) > MOST_PARTS:
        raise ValueError(f"the numbers add up to more than {MOST_PARTS}")
    return weights


def caps_of(text: str) -> Caps:
    """The most promotions in a week, among ten posts and on a day: "2,1,1", "-" for no limit."""
    parts = [part.strip() for part in _COMMA.split(_plain(text))]
    if len(parts) != 3:
        raise ValueError("three numbers are needed, for a week, ten posts and a day, such as 2,1,1")
    return Caps(*(None if part in UNLIMITED else _number(part, MOST_PROMOS) for part in parts))


def approval_of(text: str) -> frozenset[PostKind]:
    """The kinds that wait for approval: "none", "promo" or "all". `ValueError` for anything else."""
    return APPROVALS[_approval(text)]


def tags_of(text: str) -> frozenset[str]:
    """The room's tags. `ValueError` says what is wrong."""
    return frozenset(_tags(text))


def _window(part: str) -> Window:
    """A window as an operator types it: across midnight a long one has to say so."""
    window = Window.parse(_without_next_day(part))
    crosses = window.end < window.start
    if NEXT_DAY in part and not crosses:
        raise ValueError(f"{part!r} lasts a day or longer")
    if crosses and NEXT_DAY not in part and length(window) > LONGEST_NIGHT:
        hours = length(window) / timedelta(hours=1)
        meant = f"{window.start:%H:%M}-{NEXT_DAY}{window.end:%H:%M}"
        raise ValueError(f"{window} runs {hours:g} hours, until the next day; write {meant} if that is meant")
    return window


def _without_next_day(part: str) -> str:
    """The window without the word before its end; anywhere else the word makes it unreadable."""
    return _NEXT_DAY_END.sub("", part)


def _parts(text: str) -> list[str]:
    parts = [part.strip() for part in _COMMA.split(_plain(text)) if part.strip()]
    if not parts:
        raise ValueError("names no window; a room that shall not be posted in is released")
    return parts


def _plain(text: str) -> str:
    """Full-width to half-width, nothing invisible, in lower case."""
    return unicodedata.normalize("NFKC", visible(text)).strip().lower()


def _number(text: str, most: int) -> int:
    if _NUMBER.fullmatch(text) is None or int(text) > most:
        raise ValueError(f"{text!r} is not a number from 0 to {most}")
    return int(text)


def _approval(text: str) -> str:
    name = _APPROVAL_NAMES.get(_plain(text), _plain(text))
    if name not in APPROVALS:
        raise ValueError(f"{text!r} is not one of {', '.join(APPROVALS)}")
    return name


def _tags(text: str) -> list[str]:
    tags = [tag for tag in dict.fromkeys(_COMMA_OR_GAP.split(visible(text))) if tag]
    if not 0 < len(tags) <= MOST_TAGS:
        raise ValueError(f"1–{MOST_TAGS} tags")
    for tag in tags:
        if len(tag) > TAG_LENGTH or not re.fullmatch(r"[^()（）]+", tag):
            raise ValueError(f"{tag!r} is not a tag: 1–{TAG_LENGTH} characters without parentheses")
    return tags


def _greeting(text: str) -> str:
    if not 0 < len(text.strip()) <= GREETING_LENGTH:
        raise ValueError(f"1–{GREETING_LENGTH}")
    return text.strip()


def _slots(text: str) -> str:
    counts = slots_of(text)
    return str(counts[0]) if len(set(counts)) == 1 else ",".join(map(str, counts))


def _caps(text: str) -> str:
    caps = caps_of(text)
    return ",".join("-" if cap is None else str(cap) for cap in (caps.week, caps.in_ten, caps.day))


_KEPT: Mapping[str, Callable[[str], str]] = {
    "greeting": _greeting,
    "window": lambda said: ",".join(str(_window(part)) for part in _parts(said)),
    "zone": lambda said: ZoneInfo(said).key,
    "slots": _slots,
    "mix": lambda said: ":".join(map(str, weights_of(said).values())),
    "caps": _caps,
    "approval": _approval,
    "tags": lambda said: ",".join(_tags(said)),
    "welcome": welcome.setting,
}
"""How each setting is brought to the one form in which it is kept."""
