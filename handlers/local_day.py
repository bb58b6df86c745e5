"""Which day it is where somebody speaks."""

from __future__ import annotations

from datetime import date

from bot.policy.command import Call
from bot.policy.room_settings import zone_of


def local_day(call: Call) -> date:
    """The day on which it was said: the room's, in private the house's."""
    zone = zone_of(call.room.settings if call.room else {}, call.house.zone)
    return call.sent_at.astimezone(zone).date()
