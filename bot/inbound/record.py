"""Keeps what happened: one transaction for everything that arrived together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.core.events import (
    ChatEvent,
    Connected,
    LoggedIn,
    MembersJoined,
    MembersLeft,
    MessageReceived,
    TopicChanged,
)
from bot.core.message import MessageKind
from bot.core.post import PostKind
from bot.inbound import echo, staff
from bot.inbound.remember import remember
from bot.policy.charter import Charter
from bot.policy.mention import is_command
from bot.policy.notes import Notes
from bot.policy.tag_rules import TagHit
from storage import accounts, joining, members, messages, operators, rooms, tags
from storage.echoes import Match
from storage.store import Db
from storage.tables import Handling


@dataclass(frozen=True, slots=True)
class Heard:
    """An event with what was already decided about it: the tags it earns, and what is to become of it.

    `posted` is its kind when it is a post by staff themselves; `notes` what a customer's words made the bot notice.
    """

    event: ChatEvent
    hits: tuple[TagHit, ...] = ()
    handling: Handling = Handling.NONE
    posted: PostKind | None = None
    notes: Notes | None = None


@dataclass(slots=True)
class Recorded:
    """What the transaction found out."""

    asking: list[MessageReceived] = field(default_factory=list)
    with_files: list[MessageReceived] = field(default_factory=list)
    confirmed: list[int] = field(default_factory=list)
    stopped: bool = False
    new_tags: list[tags.Evidence] = field(default_factory=list)
    repeated: int = 0


def record(db: Db, account_id: str, heard: Sequence[Heard], charter: Charter, now: datetime) -> Recorded:
    """Record a batch, in the order it arrived. A message heard before changes nothing."""
    result = Recorded()
    said = [item for item in heard if isinstance(item.event, MessageReceived)]
    if said:
        _record_messages(db, account_id, said, charter, now, result)
    for item in heard:
        _note(db, account_id, item.event, charter, now)
    accounts.heard(db, account_id, now)
    return result


def _record_messages(
    db: Db, account_id: str, said: Sequence[Heard], charter: Charter, now: datetime, result: Recorded
) -> None:
    fresh = _fresh(db, account_id, said, result)
    messages.record(db, [(message, item.handling) for message, item in fresh], now)
    members.seen(db, account_id, _words(fresh))
    keep = charter.customs.keep_messages
    # What was let go of after its time and comes once more cannot be known again: it has counted already.
    counting = [(message, item) for message, item in fresh if keep is None or message.sent_at >= now - keep]
    evidence = [found for message, item in counting for found in _evidence(message, item)]
    result.new_tags = tags.met(db, account_id, evidence)
    remember(db, account_id, [(message, item.notes) for message, item in counting if item.notes], charter, now)
    recalled = [message.text for message, _item in fresh if message.kind is MessageKind.RECALLED]
    if recalled:
        messages.recalled(db, account_id, recalled, now)
    for message, item in fresh:
        if _counts(db, message, now, result) and item.posted is not None:
            staff.enter(db, message, item.posted, charter.rules, now)
        if item.handling is Handling.PENDING:
            result.asking.append(message)
        if message.kind.has_file:
            result.with_files.append(message)


def _fresh(db: Db, account_id: str, said: Sequence[Heard], result: Recorded) -> list[tuple[MessageReceived, Heard]]:
    """The messages nobody recorded before, each once; private ones only of people the house knows.

    What a stranger says privately is not kept. A command among it (the first owner's /claim) is still acted on.
    """
    ids = [item.event.message_id for item in said if isinstance(item.event, MessageReceived)]
    unseen = messages.new_ids(db, account_id, ids)
    fresh: list[tuple[MessageReceived, Heard]] = []
    for item in said:
        message = item.event
        if not isinstance(message, MessageReceived):
            continue
        if message.message_id not in unseen:
            result.repeated += 1
            continue
        unseen.discard(message.message_id)
        if message.room_id is not None or _knows(db, account_id, message):
            fresh.append((message, item))
        elif item.handling is Handling.PENDING and is_command(message.text):
            result.asking.append(message)
    return fresh


def _knows(db: Db, account_id: str, message: MessageReceived) -> bool:
    person = message.conversation_id
    return members.known(db, account_id, person) or operators.role_of(db, account_id, person) > 0


def _words(fresh: Sequence[tuple[MessageReceived, Heard]]) -> dict[tuple[str, str], tuple[datetime, datetime]]:
    """When each person first and last spoke in each room."""
    words: dict[tuple[str, str], tuple[datetime, datetime]] = {}
    for message, _item in fresh:
        if message.room_id is not None and message.talker_id and not message.from_self and message.kind.is_words:
            key, at = (message.room_id, message.talker_id), message.sent_at
            first, last = words.get(key, (at, at))
            words[key] = (min(first, at), max(last, at))
    return words


def _evidence(message: MessageReceived, item: Heard) -> list[tags.Evidence]:
    return tags.by_rules(
        item.hits,
        contact_id=message.talker_id,
        room_id=message.room_id,
        message_id=message.message_id,
        at=message.sent_at,
    )


def _counts(db: Db, message: MessageReceived, now: datetime, result: Recorded) -> bool:
    """Whether a person said it: of the bot's own words only those that it never sent itself."""
    if not message.from_self:
        return True
    found, delivery_id = echo.match(db, message, now)
    if found is Match.CONFIRMED and delivery_id is not None:
        result.confirmed.append(delivery_id)
    result.stopped = result.stopped or found is Match.MISROUTED
    return found is Match.STRANGE


def _note(db: Db, account_id: str, event: ChatEvent, charter: Charter, now: datetime) -> None:
    match event:
        case MembersJoined():
            joining.joined(db, event, charter.customs, now)
        case MembersLeft():
            members.left(db, account_id, event.room_id, event.contact_ids, event.at)
            if event.self_left:
                rooms.set_active(db, account_id, event.room_id, active=False)
        case TopicChanged():
            rooms.set_topic(db, account_id, event.room_id, event.topic)
        case LoggedIn():
            accounts.logged_in(db, account_id, event.self_id, now)
        case Connected(deaf_since=since) if since is not None:
            accounts.note_gap(db, account_id, since, event.at)
        case _:
            pass
