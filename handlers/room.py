"""/room: what is particular about one room, and how to change it."""

from __future__ import annotations

from bot.core.errors import UsageError
from bot.core.operator import Role
from bot.core.post import MIX
from bot.core.posted import Source
from bot.core.reply import Reply
from bot.core.room import Room
from bot.policy.command import Call, command
from bot.policy.room_rules import RoomRules, rules_of
from bot.policy.room_settings import KEYS, RESET, key_for, length, overnight, value_for, windows_of
from bot.policy.welcome import OFF
from bot.policy.window import WEEKDAYS, Hours
from handlers.customer_room import find_customer_room
from storage import deliveries, outbox, rooms
from storage.store import Db

LONG_HOURS = 6
"""A window that is open longer is worth asking whether it is meant."""


@command("room", aliases=("群设置",), role=Role.OPERATOR)
def set_room(db: Db, call: Call, action: str = "show", key: str = "", value: str = "", room: str = "") -> Reply:
    """Without words, or with `show [room]`: the settings. With `set`: change one; "default" undoes it."""
    if action in {"show", "看", "查看"}:
        return _show(call, find_customer_room(db, call, key))
    if action not in {"set", "设置", "设"} or not key or not value:
        raise UsageError("errors/usage", command="room")
    meant = find_customer_room(db, call, room)
    name = key_for(key)
    kept = value_for(name, value)
    rooms.set_setting(db, call.account_id, meant.room_id, name, kept)
    outbox.wake(db, call.account_id, ("window.",), call.now, meant.room_id)
    data = {"room": meant.name, "key": name, "value": kept or "", **_window_notes(name, value)}
    return Reply("room_set", {**data, "ids": _already_planned(db, call, meant) if name in {"slots", "mix"} else []})


def _already_planned(db: Db, call: Call, room: Room) -> list[int]:
    """Posts of the plan that have their row already: a new number or mix does not take them away."""
    waiting = deliveries.waiting(db, call.account_id, room.room_id)
    return [item.id for item in waiting if item.source is Source.PLAN][:10]


def _window_notes(key: str, said: str) -> dict[str, object]:
    """What a window means that one may not have meant: that it passes midnight, or how long it is."""
    if key != "window" or said.strip().lower() in RESET:
        return {"overnight": False, "hours": 0}
    longest = max(length(window).total_seconds() / 3600 for window in windows_of(said))
    return {"overnight": overnight(said), "hours": round(longest) if longest > LONG_HOURS else 0}


def _show(call: Call, room: Room) -> Reply:
    rules = rules_of(room.settings, call.house.charter.rules)
    values = _in_force(rules) if rules else dict(room.settings)
    values["greeting"] = room.settings.get("greeting", call.house.charter.speaker.greeting)
    values["welcome"] = room.settings.get("welcome", "" if call.house.charter.customs.welcome else OFF)
    items = [{"key": key, "value": values.get(key, ""), "own": key in room.settings} for key in KEYS]
    return Reply("room", {"room": room.name, "readable": rules is not None, "items": items})


def _in_force(rules: RoomRules) -> dict[str, str]:
    """Every value as it would be typed."""
    caps = (rules.caps.week, rules.caps.in_ten, rules.caps.day)
    slots = [str(count) for count in rules.slots]
    waiting = set(MIX) & rules.approval
    return {
        "window": _windows(rules.hours),
        "zone": rules.hours.zone.key,
        "slots": slots[0] if len(set(slots)) == 1 else ",".join(slots),
        "mix": ":".join(str(rules.weights.get(kind, 0)) for kind in MIX),
        "caps": ",".join("-" if cap is None else str(cap) for cap in caps),
        "approval": "all" if waiting == set(MIX) else "promo" if waiting else "none",
        "tags": ",".join(sorted(rules.tags)),
    }


def _windows(hours: Hours) -> str:
    """One text for all days, or each weekday with its own."""
    days = [",".join(map(str, day)) or "-" for day in hours.days]
    if len(set(days)) == 1:
        return days[0]
    return " · ".join(f"{name[:3]} {text}" for name, text in zip(WEEKDAYS, days, strict=True))
