"""Congratulates members, their children and their pets: one message a day and room, or to a member alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import groupby

from bot.core.birthday import Birthday, Presence, Whose
from bot.core.post import PostKind
from bot.policy.anniversary import dates_on, turn_on
from bot.policy.caring import Due, Round
from bot.policy.home import home_of
from storage import birthday_posts, birthdays, care, outbox
from storage.store import Db

OCCASION = birthday_posts.OCCASION
ANYBODY = "care/birthday"
"""The post for members themselves, and for a company of members, pets and children."""

JOIN_BEFORE = timedelta(minutes=1)
"""So long before it is due a message may still be joined; later its words may have been written."""

_ALIKE = {Whose.PET.value: "care/pet-birthday", Whose.CHILD.value: "care/child-birthday"}


def greet_birthdays(db: Db, rounds: Sequence[Round]) -> Iterator[tuple[Round, Due]]:
    """Who has their birthday on a room's local day; a latecomer joins the message that waits there already."""
    by_room = {item.room.room_id: item for item in rounds}
    for day in sorted({item.day for item in rounds}):
        found = sorted(_having(db, by_room, day), key=lambda item: _place(*item))
        for _where, group in groupby(found, key=lambda item: _place(*item)):
            yield from _together(db, list(group))


def due_of(birthday: Birthday, day: date) -> Due:
    """A birthday's part in the greetings of a day."""
    return Due(
        occasion=OCCASION,
        subject=str(birthday.id),
        turn=str(turn_on(birthday.date, day)),
        contact_id=birthday.contact_id,
        content=ANYBODY,
        private=birthday.private,
        about={"whose": birthday.whose.value, "called": birthday.name},
    )


def _having(db: Db, by_room: Mapping[str, Round], day: date) -> Iterator[tuple[Round, Due]]:
    """Everybody whose birthday it is where they are at home; the day of that room decides."""
    account_id = next(iter(by_room.values())).account_id
    feb_29 = next(iter(by_room.values())).charter.customs.feb_29
    found = birthdays.on(db, account_id, dates_on(day, feb_29))
    there = birthdays.presences(db, account_id, {item.contact_id for item in found})
    for birthday in found:
        home = home_of(birthday, _willing(there[birthday.contact_id]), by_room)
        if home is not None and by_room[home.room_id].day == day:
            yield by_room[home.room_id], due_of(birthday, day)


def _willing(there: Iterable[Presence]) -> tuple[Presence, ...]:
    return tuple(presence for presence in there if not presence.unsubscribed)


def _place(due_round: Round, item: Due) -> tuple[str, str]:
    """What shares one message: the room, and the member where they want it alone."""
    return due_round.room.room_id, item.contact_id if item.private else ""


def _together(db: Db, group: Sequence[tuple[Round, Due]]) -> Iterator[tuple[Round, Due]]:
    """Those who have not been congratulated: into the message that waits, else into one of their own."""
    due_round, first = group[0]
    account_id = due_round.account_id
    fresh = care.fresh(db, account_id, (item for _round, item in group))
    if not fresh:
        return
    conversation_id = first.contact_id if first.private else due_round.room.room_id
    in_time = due_round.now + JOIN_BEFORE
    waiting = birthday_posts.waiting(db, account_id, conversation_id, due_round.day.isoformat(), in_time)
    if waiting is None:
        content = _content(due_round, [item.about for item in fresh])
        yield from ((due_round, replace(item, content=content)) for item in fresh)
        return
    delivery_id, before = waiting
    care.enter(db, account_id, fresh, conversation_id, delivery_id, due_round.now)
    content = _content(due_round, [part.about for part in care.parts(db, account_id, delivery_id)])
    if content != before:
        outbox.swap(db, delivery_id, PostKind.CARE, content, "", due_round.now)


def _content(due_round: Round, company: Sequence[Mapping[str, object]]) -> str:
    """Words for pets or for children where they are among themselves, if the library has them."""
    kinds = {str(about.get("whose", "")) for about in company}
    alike = _ALIKE.get(kinds.pop(), ANYBODY) if len(kinds) == 1 else ANYBODY
    return alike if alike in due_round.charter.library else ANYBODY
