"""What follows from the day on which a birthday is told: today's is not forgotten, the next one is named."""

from __future__ import annotations

from datetime import date, timedelta

from bot.core.birthday import Birthday, Calendar
from bot.core.room import Room
from bot.policy.anniversary import coming, dates_on
from bot.policy.command import Call
from bot.policy.home import home_of
from bot.policy.reopening import LAST_START
from bot.policy.room_rules import RoomRules, rules_of
from handlers.birthday_greeting import due_of
from handlers.customer_room import customer_rooms
from handlers.local_day import local_day
from storage import birthdays, care
from storage.store import Db

IN_TIME = timedelta(minutes=15)
"""A greeting for today needs so much of its window: it is planned within ten minutes, and then takes its turn."""


def celebrate_today(db: Db, call: Call, kept: Birthday) -> str:
    """For a birthday told on its very day: "soon" if the greeting is still to come, "now" if this answer is all.

    An answer that congratulates takes the greeting's turn, so that it happens once. "" on any other day, and for one
    that has been congratulated this year.
    """
    rules = _rules(db, call, kept)
    day = call.sent_at.astimezone(rules.care_hours.zone).date() if rules else local_day(call)
    due = due_of(kept, day)
    if kept.date not in dates_on(day, call.house.charter.customs.feb_29):
        return ""
    if not care.fresh(db, call.account_id, (due,)):
        return ""
    windows = list(rules.care_hours.openings(day, 1)) if rules else []
    if windows and call.now <= windows[-1].end - LAST_START - IN_TIME:
        return "soon"
    care.enter(db, call.account_id, (due,), call.conversation_id, None, call.now)
    return "now"


def next_day(call: Call, kept: Birthday) -> date | None:
    """The solar day on which it is celebrated next, where the date itself does not say so."""
    feb_29 = call.house.charter.customs.feb_29
    day = coming(kept.date, local_day(call), feb_29).day
    plain = kept.calendar is Calendar.SOLAR and (kept.month, kept.day) == (day.month, day.day)
    return None if plain else day


def left_alone(db: Db, call: Call) -> bool:
    """Whether the member has unsubscribed: nobody is congratulated against their will."""
    there = birthdays.presences(db, call.account_id, (call.talker_id,))[call.talker_id]
    return any(presence.unsubscribed for presence in there)


def _rules(db: Db, call: Call, kept: Birthday) -> RoomRules | None:
    """The rules of the room in which they will be congratulated; None when there is none."""
    by_id: dict[str, Room] = {room.room_id: room for room in customer_rooms(db, call) if room.active}
    there = birthdays.presences(db, call.account_id, (call.talker_id,))[call.talker_id]
    home = home_of(kept, [presence for presence in there if not presence.unsubscribed], by_id)
    return rules_of(by_id[home.room_id].settings, call.house.charter.rules) if home else None
