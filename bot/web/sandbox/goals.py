"""Where a journey through the bot's time may lead: an evening, a day, a birthday, a refused promotion."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import chain

from bot.core.delivery import DeliveryState
from bot.core.room import Room
from bot.policy.command import Call
from bot.policy.reopening import LAST_START
from bot.policy.window import instant
from handlers.birthday_greeting import OCCASION, due_of
from handlers.birthdays import Coming, coming_birthdays
from handlers.customer_room import customer_rooms
from handlers.promo_chance import chance_now, next_refusal
from storage import care, deliveries, rooms
from storage.store import Db

Aim = Callable[[Db, Call], datetime | None]
"""The moment to go to, as far as it can be seen now; None when there is none."""

EVENING, MORNING = time(18, 59), time(8, 59)
SPANS = (2, 31, 366)
"""Days within which a birthday is looked for: most often the first, smaller question finds one."""

REFUSAL_WITHIN = 28
"""Days within which the next refusal is looked for: every room has had a promotion by then, or never has."""

BEFORE = timedelta(seconds=60)
"""A refusal is looked at so long before the slot: what the plan has put there is still to be seen."""

STOPPED = ("pause.", "sending.stopped")
"""Rules under which nothing goes out until somebody says so: then the next refusal is this very moment's."""

GONE_OUT = {
    DeliveryState.DISPATCHING,
    DeliveryState.ACCEPTED,
    DeliveryState.CONFIRMED,
    DeliveryState.UNCONFIRMED,
    DeliveryState.SENT,
}

LONGEST = 60
"""Days that somebody may let pass at once."""


@dataclass(frozen=True, slots=True)
class Goal:
    """`aims` are asked one after the other, each when the one before has been reached; with `halts` time then stands.

    There is nowhere to go when the first finds nothing; a later one that finds nothing any more ends the journey there.
    `met` says on arrival whether there is to be seen what one came for: what was to lead there may not have gone out.
    """

    name: str
    aims: tuple[Aim, ...]
    met: Callable[[Db, Call], bool] = lambda _db, _call: True
    halts: bool = False


def tonight() -> Goal:
    """A minute before the evening's window opens, today or else tomorrow."""

    def aim(_db: Db, call: Call) -> datetime:
        days = 0 if this_evening(call) else 1
        return instant(_local_day(call) + timedelta(days=days), EVENING, call.house.charter.rules.hours.zone)

    return Goal("tonight", (aim,))


def this_evening(call: Call) -> bool:
    """Whether today's evening has not begun yet."""
    return call.now < instant(_local_day(call), EVENING, call.house.charter.rules.hours.zone)


def tomorrow() -> Goal:
    """The next morning, a minute before care may be given."""
    return after_days(1, "tomorrow")


def after_days(days: int, name: str = "days") -> Goal:
    """The morning so many days ahead."""

    def aim(_db: Db, call: Call) -> datetime:
        return instant(_local_day(call) + timedelta(days=days), MORNING, call.house.charter.rules.hours.zone)

    return Goal(name, (aim,))


def birthday() -> Goal:
    """The next birthday greeting: the morning of its day, on which it is planned, and then its own moment."""
    return Goal("birthday", (next_birthday, _greeting), _congratulated)


def refusal(room_id: str) -> Goal:
    """The next slot of the room at which a promotion would be refused; asked again on arrival, for plans change."""

    def aim(db: Db, call: Call) -> datetime | None:
        room = rooms.find(db, call.account_id, room_id)
        if room is None:
            return None
        chance = chance_now(db, call, room)
        if chance is not None and chance.reason.rule.startswith(STOPPED):
            return call.now
        at = next_refusal(db, call, room, REFUSAL_WITHIN)
        return max(call.now, at - BEFORE) if at is not None else None

    def met(db: Db, call: Call) -> bool:
        room = rooms.find(db, call.account_id, room_id)
        chance = chance_now(db, call, room) if room is not None else None
        return chance is not None and not chance.allowed

    return Goal("promo", (aim, aim), met, halts=True)


def next_birthday(db: Db, call: Call) -> datetime | None:
    """The greeting that waits, else the opening of the next day on which somebody is to be congratulated."""
    waiting = _greeting(db, call)
    if waiting is not None:
        return waiting
    managed = [room for room in customer_rooms(db, call) if room.active]
    today = _local_day(call)
    moments = (_moment(call, item) for item in chain(_on(db, call, managed, today), _after(db, call, managed, today)))
    return next((moment for moment in moments if moment is not None), None)


def _moment(call: Call, item: Coming) -> datetime | None:
    """When the greeting can be planned; None for those who are left alone, and when the day is over."""
    opening = next(call.house.charter.rules.care_hours.openings(item.celebration.day, 1), None)
    if opening is None or item.where.unsubscribed or call.now >= opening.end - LAST_START:
        return None
    return max(call.now, opening.start)


def _on(db: Db, call: Call, managed: Sequence[Room], today: date) -> Iterator[Coming]:
    """Today's that nobody has congratulated yet; one after the other, for the first is most often enough."""
    found = coming_birthdays(db, call.account_id, managed, today, 0, call.house.charter.customs.feb_29)
    return (item for item in found if care.fresh(db, call.account_id, (due_of(item.birthday, today),)))


def _after(db: Db, call: Call, managed: Sequence[Room], today: date) -> Iterator[Coming]:
    """Those of the days after today, soonest first."""
    for days in SPANS:
        morrow, feb_29 = today + timedelta(days=1), call.house.charter.customs.feb_29
        yield from coming_birthdays(db, call.account_id, managed, morrow, days, feb_29)


def _greeting(db: Db, call: Call) -> datetime | None:
    """When the first birthday greeting in the outbox is due."""
    waiting = deliveries.waiting(db, call.account_id)
    found = (item.next_at or item.due_at for item in waiting if item.plan.startswith(f"{OCCASION}:"))
    return min(found, default=None)


def _congratulated(db: Db, call: Call) -> bool:
    """Whether a greeting of the last day has gone out."""
    lately = deliveries.between(db, call.account_id, call.now - timedelta(days=1), call.now + timedelta(seconds=1))
    return any(item.plan.startswith(f"{OCCASION}:") and item.state in GONE_OUT for item in lately)


def _local_day(call: Call) -> date:
    return call.house.charter.rules.hours.local_day(call.now)
