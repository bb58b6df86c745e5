"""Plans care posts: who has a birthday, whose first days these are, whose row of check-ins is about to break."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from uuid import uuid4

from bot.core.delivery import Delivery, Order, Slot
from bot.core.post import PostKind
from bot.core.room import Room, RoomRole
from bot.policy.caring import Due, Round, Source, Still
from bot.policy.charter import Charter
from bot.policy.reopening import LAST_START
from bot.policy.room_rules import rules_of
from bot.policy.slots import moments
from storage import care, members, outbox, rooms
from storage.store import Db


class Caring:
    """Looks at every customer room; a second look, a restart or another process finds each turn taken."""

    def __init__(self, account_id: str, charter: Charter, sources: Sequence[Source]) -> None:
        self._account, self._charter, self._sources = account_id, charter, tuple(sources)

    def plan(self, db: Db, now: datetime) -> tuple[Delivery, ...]:
        """One transaction: the care posts of today that are not in the outbox yet."""
        rounds = tuple(self._rounds(db, now))
        planned: list[Delivery] = []
        for source in self._sources:
            found = sorted(source(db, rounds), key=lambda item: item[0].room.room_id)
            for _room_id, group in groupby(found, key=lambda item: item[0].room.room_id):
                due = tuple(group)
                planned.extend(self._enter(db, due[0][0], [item for _round, item in due]))
        return tuple(planned)

    def _rounds(self, db: Db, now: datetime) -> Iterator[Round]:
        for room in rooms.managed(db, self._account):
            rules = rules_of(room.settings, self._charter.rules)
            if room.role is RoomRole.CUSTOMER and room.active and rules is not None:
                yield Round(self._account, self._charter, room, rules, rules.care_hours.local_day(now), now)

    def _enter(self, db: Db, due_round: Round, due: Iterable[Due]) -> Iterator[Delivery]:
        fresh = care.fresh(db, self._account, due)
        for (conversation_id, occasion, content), group in groupby(sorted(fresh, key=_together), key=_together):
            people = tuple(group)
            due_at = min((item.due_at for item in people if item.due_at), default=None)
            at = due_at or self._moment(due_round, occasion)
            if at is None or content not in self._charter.library:
                continue
            private = conversation_id != ""
            slot = Slot(
                self._account,
                conversation_id or due_round.room.room_id,
                due_round.day.isoformat(),
                1,
                max(at, due_round.now),
            )
            order = Order(f"{occasion}:{people[0].subject}", PostKind.CARE, content)
            via = due_round.room.room_id if private else ""
            delivery = outbox.plan(db, slot, order, attempt_id=uuid4().hex, now=due_round.now, via_room_id=via)
            if delivery is not None:
                care.enter(db, self._account, people, delivery.room_id, delivery.id, due_round.now)
                yield delivery

    def _moment(self, due_round: Round, occasion: str) -> datetime | None:
        """A time of the day's own in the care window; None when it is over, or too late to begin."""
        windows = list(due_round.rules.care_hours.openings(due_round.day, 1))
        if not windows or due_round.now > windows[-1].end - LAST_START:
            return None
        seed = f"{self._charter.seed}:{occasion}"
        return moments(windows, 1, seed, due_round.room.room_id)[0]


def _together(item: Due) -> tuple[str, str, str]:
    """What shares one post: the conversation ("" is the room), the occasion, and the text."""
    return (item.contact_id if item.private else "", item.occasion, item.content)


def people_of(db: Db, delivery: Delivery, room: Room, still: Mapping[str, Still]) -> tuple[Mapping[str, object], ...]:
    """Those of a care post who are there, want to hear from the bot, and of whom it is `still` true, by occasion.

    Each is `name`, and what is said about them.
    """
    found = []
    for part in care.parts(db, delivery.account_id, delivery.id):
        holds = still.get(part.occasion)
        if holds is not None and not holds(db, delivery.account_id, part):
            continue
        name = members.greetable(db, delivery.account_id, room.room_id, part.contact_id)
        if name is not None:
            found.append({**part.about, "name": name})
    return tuple(found)
