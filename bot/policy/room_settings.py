"""A room's own settings: which there are, what they may hold, and the hours that follow from them."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.core.errors import SpeakerError
from bot.policy.window import Hours, Window

KEYS: Mapping[str, tuple[str, ...]] = {
    "greeting": ("问候", "问候语"),
    "window": ("窗口", "时间", "时段"),
    "zone": ("时区",),
}
"""The keys of /room set, each with its Chinese names."""

RESET = frozenset({"default", "默认"})
GREETING_LENGTH = 20


def key_for(said: str) -> str:
    """The key somebody means; `SpeakerError` lists those there are."""
    for key, names in KEYS.items():
        if said.lower() in {key, *names}:
            return key
    raise SpeakerError("errors/setting_unknown", key=said, keys=list(KEYS))


def value_for(key: str, said: str) -> str | None:
    """The value as it is kept, None to follow config.toml again; `SpeakerError` says what is wrong with it."""
    if said.lower() in RESET:
        return None
    try:
        if key == "window":
            return ",".join(map(str, _windows(said)))
        if key == "zone":
            return ZoneInfo(said).key
    except (ValueError, ZoneInfoNotFoundError, OSError) as error:
        raise SpeakerError("errors/setting_value", key=key, value=said, why=str(error)) from None
    if not 0 < len(said.strip()) <= GREETING_LENGTH:
        raise SpeakerError("errors/setting_value", key=key, value=said, why=f"1–{GREETING_LENGTH}")
    return said.strip()


def hours_of(settings: Mapping[str, str], default: Hours) -> Hours | None:
    """The room's hours; None when its zone or window can no longer be read, which closes the gate."""
    try:
        zone = ZoneInfo(settings["zone"]) if "zone" in settings else default.zone
        windows = _windows(settings["window"]) if "window" in settings else None
    except (ValueError, ZoneInfoNotFoundError, OSError):
        return None
    return Hours(zone, default.days if windows is None else (windows,) * 7)


def zone_of(settings: Mapping[str, str], default: str) -> ZoneInfo:
    """The room's own zone for showing its day; the house's when its own cannot be read."""
    try:
        return ZoneInfo(settings.get("zone", default))
    except (ValueError, ZoneInfoNotFoundError, OSError):
        return ZoneInfo(default)


def _windows(text: str) -> tuple[Window, ...]:
    for comma in ("，", "、", ";", "；"):
        text = text.replace(comma, ",")
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not parts:
        raise ValueError("names no window; a room that shall not be posted in is released")
    return tuple(map(Window.parse, parts))
