"""A welcome to those who have come into a room: together, once, and by their names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from bot.core.reply import Reply
from bot.core.room import Room
from bot.policy.courtesy import Aside, Manners
from bot.policy.welcome import TOO_LATE, Newcomer, called, own_text, ready, wanted
from storage import joining, rooms
from storage.store import Db


def welcome_newcomers(db: Db, manners: Manners) -> Sequence[Aside]:
    """One welcome a room. Where all is paused they wait, as long as a welcome still makes sense."""
    return tuple(_asides(db, manners))


def _asides(db: Db, manners: Manners) -> Iterator[Aside]:
    account, now = manners.account_id, manners.now
    for room_id, people in joining.waiting(db, account, now).items():
        room = rooms.find(db, account, room_id)
        late = [person for person in people if not person.welcome or now - person.welcome_at > TOO_LATE]
        if room is None or not room.active or not wanted(room.settings):
            late = list(people)
        joining.pass_over(db, account, room_id, [person.contact_id for person in late])
        newcomers = [person for person in people if person not in late]
        if room is not None and newcomers and not manners.hushed(room_id) and ready(newcomers, now):
            joining.greet(db, account, room_id, [person.contact_id for person in newcomers], now)
            undo = partial(joining.ungreet, account_id=account, room_id=room_id, newcomers=newcomers)
            yield Aside(room_id, _welcome(manners, room, newcomers), undo)


def _welcome(manners: Manners, room: Room, newcomers: Sequence[Newcomer]) -> Reply:
    speaker = manners.charter.speaker
    data = {"names": called(newcomers), "count": len(newcomers), "parts": own_text(room.settings)}
    return Reply("welcome", {**data, "brand": speaker.brand, "persona": speaker.persona})
