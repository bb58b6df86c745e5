"""Puts today's slots into the outbox, for every customer room that has not been planned yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from uuid import uuid4

from bot.core.checkin import Campaign
from bot.core.delivery import Delivery, DeliveryState, Order, Slot
from bot.core.outlook import Outlook
from bot.core.room import Room, RoomRole
from bot.policy.charter import Charter
from bot.policy.planner import Planned, project
from bot.policy.room_rules import RoomRules, rules_of
from bot.standing import prospects
from storage import approvals, checkins, deliveries, notices, outbox, retired, rooms
from storage.outlooks import DAILY
from storage.store import Db

UNTOUCHED = frozenset({"", "replanned"})
"""What a row says as long as only the plan has put anything into it."""

LOOK_BACK = timedelta(days=4)
"""What waits is given up after three days at the latest; the plan of those after it is looked at again."""


@dataclass(frozen=True, slots=True)
class PlannedDay:
    """What a planning transaction has added, and the marks of every room it has seen to."""

    deliveries: tuple[Delivery, ...] = ()
    marks: Mapping[str, object] = field(default_factory=dict)


class Planning:
    """Plans each room once for its local day, and again when its settings change. A second look is harmless.

    The unique slot keeps out another process, a restart or a clock set back.
    """

    def __init__(self, account_id: str, charter: Charter) -> None:
        self._account, self._charter = account_id, charter
        self._done: Mapping[str, object] = {}
        self._known: dict[object, RoomRules | None] = {}

    def plan(self, db: Db, now: datetime) -> PlannedDay:
        """One transaction: the free slots of today, for every room whose marks have changed."""
        ruled = {
            room.room_id: (room, self._rules(room))
            for room in rooms.managed(db, self._account)
            if room.role is RoomRole.CUSTOMER and room.active
        }
        lost = deliveries.given_up(db, self._account, now - LOOK_BACK)
        running = checkins.running(db, self._account)
        marks = {
            room_id: _mark(room, rules, lost[room_id], running.get(room_id, ()), now)
            for room_id, (room, rules) in ruled.items()
        }
        todo = [room for room_id, (room, _rules) in ruled.items() if self._done.get(room_id) != marks[room_id]]
        if not todo:
            return PlannedDay((), marks)
        gone = retired.every(db, self._account)
        planned: list[Delivery] = []
        for room_id, outlook in prospects(db, self._account, self._charter, todo, now).items():
            room, rules = ruled[room_id]
            if rules is None:
                key = f"unreadable:{room_id}:{now:%Y-%m-%d}"
                notices.post(db, self._account, key, "alarms/unreadable", {"room": room.name}, now)
                continue
            today = rules.hours.local_day(now)
            free, replaceable = _reopened(outlook, today)
            slots = project(free, rules, self._charter, gone, today, 1, now)
            planned.extend(self._enter(db, room, rules, slots, replaceable, now))
        return PlannedDay(tuple(planned), marks)

    def _rules(self, room: Room) -> RoomRules | None:
        """The room's rules; the same settings are read once."""
        settings = tuple(sorted(room.settings.items()))
        if settings not in self._known:
            self._known[settings] = rules_of(room.settings, self._charter.rules)
        return self._known[settings]

    def keep(self, planned: PlannedDay) -> None:
        """Remember what a plan has covered, once it is committed."""
        self._done = planned.marks

    def _enter(
        self,
        db: Db,
        room: Room,
        rules: RoomRules,
        slots: Iterable[Planned],
        replaceable: Mapping[tuple[str, int], Delivery],
        now: datetime,
    ) -> Iterator[Delivery]:
        """New rows for free slots; what the plan itself had put into a slot gives way to what fits the room now."""
        for planned in slots:
            content = planned.post.slug if planned.post else ""
            earlier = replaceable.get((planned.day.isoformat(), planned.number))
            if earlier is not None:
                if content and content != earlier.content:
                    outbox.swap(db, earlier.id, planned.kind, content, "", now)
                    self._show(db, deliveries.get(db, earlier.id), room, rules, now)
                continue
            slot = Slot(room.account_id, room.room_id, planned.day.isoformat(), planned.number, planned.due_at)
            state = DeliveryState.PLANNED if planned.post else DeliveryState.SKIPPED
            order = Order(DAILY, planned.kind, content, state=state, reason=planned.reason)
            delivery = outbox.plan(db, slot, order, attempt_id=uuid4().hex, now=now)
            if delivery is None:
                continue
            self._show(db, delivery, room, rules, now)
            yield delivery

    def _show(self, db: Db, delivery: Delivery, room: Room, rules: RoomRules, now: datetime) -> None:
        """Posts of some kinds wait for a person's yes in some rooms."""
        if delivery.state.waiting and delivery.kind in rules.approval:
            approvals.ask(db, delivery, room, now)


def _reopened(outlook: Outlook, day: date) -> tuple[Outlook, Mapping[tuple[str, int], Delivery]]:
    """The outlook with the plan's own posts of the day taken out again, where they wait and no person touched them.

    Those of the evening before stay: past midnight they may still be on their way.
    """
    replaceable = {
        (item.slot_day, item.slot_number): item
        for item in outlook.waiting
        if (item.plan, item.slot_day) == (DAILY, day.isoformat())
        and item.state is DeliveryState.PLANNED
        and item.reason.rule in UNTOUCHED
    }
    kept = tuple(item for item in outlook.waiting if item not in replaceable.values())
    return replace(outlook, waiting=kept, taken=outlook.taken - set(replaceable)), replaceable


def _mark(room: Room, rules: RoomRules | None, lost: int, campaigns: Iterable[Campaign], now: datetime) -> object:
    """What a room's plan of the day depends on besides the ledger; `lost` posts it had wrongly taken for said."""
    day = rules.hours.local_day(now) if rules else now.date()
    calling = tuple(item.id for item in campaigns)
    return (day, room.adopted_at, tuple(sorted(room.settings.items())), lost, calling)
