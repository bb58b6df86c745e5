"""How things stand in a room and with its account, as the gate and the planner are told, out of the database."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.core.checkin import Campaign
from bot.core.outlook import Outlook
from bot.core.pause import Pause
from bot.core.posted import Posted
from bot.core.room import Room
from bot.core.sending import NOTHING_SENT, Sending
from bot.policy.charter import Charter
from bot.policy.pacing import most_today
from bot.policy.room_rules import RoomRules, rules_of
from storage import accounts, checkins, ledger, outlooks, pauses, retired, rooms, segments, sending
from storage.store import Db


@dataclass(frozen=True, slots=True)
class Standing:
    """A room and its account as they stand: everything about a post's chances that is not the post itself.

    `room` is None when nobody looks after it; `rules` when its settings cannot be read. `age` is None for an
    account that needs no warming up. `shares` are those of the room's `Outlook`.
    """

    room: Room | None
    rules: RoomRules | None
    history: tuple[Posted, ...] = ()
    pauses: tuple[Pause, ...] = ()
    sending: Sending = NOTHING_SENT
    retired: Collection[str] = field(default_factory=frozenset)
    used_today: int = 0
    most_today: int | None = None
    age: timedelta | None = None
    campaigns: tuple[Campaign, ...] = ()
    shares: Mapping[str, float] = field(default_factory=dict)

    @property
    def last_posted(self) -> Mapping[str, datetime]:
        """When each content was last posted here."""
        return {entry.content: entry.at for entry in self.history if entry.content}


def standing(db: Db, account_id: str, charter: Charter, room_id: str, now: datetime, via_room_id: str = "") -> Standing:
    """How things stand in this transaction, in a room or for somebody known through one."""
    room = rooms.find(db, account_id, via_room_id or room_id)
    age = _age(db, account_id, charter, now)
    return Standing(
        room=room,
        rules=rules_of(room.settings, charter.rules) if room else charter.rules,
        history=ledger.history(db, account_id, room_id),
        pauses=pauses.active(db, account_id, now),
        sending=sending.load(db, account_id),
        retired=retired.every(db, account_id),
        used_today=budget(db, account_id, charter, now)[0],
        most_today=most_today(charter.pace, age),
        age=age,
        campaigns=checkins.here(db, account_id, room.room_id) if room else (),
        shares=segments.shares(db, account_id, charter, [room], now).get(room.room_id, {}) if room else {},
    )


def prospects(
    db: Db, account_id: str, charter: Charter, managed: Sequence[Room], now: datetime
) -> Mapping[str, Outlook]:
    """Each room's outlook, with what its members are like; a fixed number of queries for all of them."""
    known = outlooks.of(db, account_id, managed, now)
    shares = segments.shares(db, account_id, charter, managed, now)
    return {room_id: replace(item, shares=shares.get(room_id, {})) for room_id, item in known.items()}


def budget(db: Db, account_id: str, charter: Charter, now: datetime) -> tuple[int, int | None]:
    """How many messages the account has said on its day, and how many it may, answers included (None: no limit)."""
    local = now.astimezone(charter.rules.hours.zone)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    used = ledger.said_since(db, account_id, midnight)
    return used, most_today(charter.pace, _age(db, account_id, charter, now), post=False)


def _age(db: Db, account_id: str, charter: Charter, now: datetime) -> timedelta | None:
    """How long the account has been in use; None when it counts as warm."""
    if charter.warm:
        return None
    return now - (charter.since or accounts.first_seen_at(db, account_id) or now)
