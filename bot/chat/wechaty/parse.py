"""What the gateway's raw events mean; tolerant of every odd shape, since one of them must not end the stream."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.chat.wechaty.payload import Payload
from bot.chat.wire import EventType, PayloadKind
from bot.clock import Clock
from bot.core.events import (
    ChatEvent,
    GatewayErred,
    LoggedIn,
    LoggedOut,
    MembersJoined,
    MembersLeft,
    MessageReceived,
    TopicChanged,
)
from bot.core.message import MessageKind

_SECONDS_BELOW = 10**11
_NO_TIME_ABOVE = 4_102_444_800_000  # the year 2100 in ms: puppets that count in µs land far beyond
_DETAIL_CHARACTERS = 500
_SILENT = frozenset(
    {
        EventType.HEARTBEAT,
        EventType.DONG,
        EventType.POST,
        EventType.FRIENDSHIP,
        EventType.ROOM_INVITE,
        EventType.SCAN,
        EventType.READY,
        EventType.RESET,
    }
)


class MalformedError(ValueError):
    """An event of a known type whose payload lacks what makes it useful."""


class UnknownTypeError(ValueError):
    """An event of a type that no proto file names."""


@dataclass(frozen=True, slots=True)
class MessageHeard:
    """A message exists; what it says has to be asked for."""

    message_id: str


@dataclass(frozen=True, slots=True)
class DirtyHeard:
    """The gateway says that something it told before is out of date."""

    kind: int
    payload_id: str


def parse(
    kind: int, payload: str, *, account_id: str, self_id: str, now: datetime
) -> ChatEvent | MessageHeard | DirtyHeard | None:
    """What one event of the stream says, None if it is nothing to the bot.

    MalformedError or UnknownTypeError otherwise; no payload, whatever its shape, raises anything else.
    """
    if kind in _SILENT:
        return None
    try:
        facts = json.loads(payload) if payload else {}
    except (ValueError, RecursionError) as error:
        raise MalformedError("not JSON") from error
    if not isinstance(facts, dict):
        raise MalformedError("not an object")
    if kind == EventType.MESSAGE:
        return MessageHeard(_need(facts, "messageId"))
    if kind == EventType.DIRTY:
        return _dirty(facts)
    if kind in {EventType.ROOM_JOIN, EventType.ROOM_LEAVE, EventType.ROOM_TOPIC}:
        return _room_event(kind, facts, account_id, self_id, now)
    return _account_event(kind, facts, account_id, self_id, now)


def _room_event(kind: int, facts: dict[str, object], account_id: str, self_id: str, now: datetime) -> ChatEvent:
    room_id = _need(facts, "roomId")
    if kind == EventType.ROOM_JOIN:
        joined = _ids(facts, "inviteeIdList")
        return MembersJoined(account_id, room_id, joined, _text(facts, "inviterId"), now)
    if kind == EventType.ROOM_LEAVE:
        left = _ids(facts, "removeeIdList")
        return MembersLeft(account_id, room_id, left, _text(facts, "removerId"), now, self_left=self_id in left)
    topic = facts.get("newTopic")
    if not isinstance(topic, str):
        raise MalformedError("no newTopic")
    return TopicChanged(account_id, room_id, topic, _text(facts, "changerId"), now)


def _account_event(kind: int, facts: dict[str, object], account_id: str, self_id: str, now: datetime) -> ChatEvent:
    if kind == EventType.LOGIN:
        return LoggedIn(account_id, _need(facts, "contactId"), now)
    if kind == EventType.LOGOUT:
        return LoggedOut(account_id, _text(facts, "contactId") or self_id, _text(facts, "data"), now)
    if kind == EventType.ERROR:
        detail = _text(facts, "gerror") or _text(facts, "data") or json.dumps(facts, ensure_ascii=False)
        return GatewayErred(account_id, detail[:_DETAIL_CHARACTERS], now)
    raise UnknownTypeError(f"type {kind}")


def _dirty(facts: dict[str, object]) -> DirtyHeard:
    kind = facts.get("payloadType")
    return DirtyHeard(kind if isinstance(kind, int) else PayloadKind.UNSPECIFIED, _need(facts, "payloadId"))


def _text(facts: dict[str, object], key: str) -> str:
    """A text, a number as text, "" for everything else."""
    value = facts.get(key)
    if isinstance(value, str):
        return _storable(value)
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def _storable(text: str) -> str:
    """JSON can smuggle in half a character, which no database and no gateway takes."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _need(facts: dict[str, object], key: str) -> str:
    if value := _text(facts, key):
        return value
    raise MalformedError(f"no {key}")


def _ids(facts: dict[str, object], key: str) -> tuple[str, ...]:
    value = facts.get(key)
    ids = tuple(_storable(one) for one in value if isinstance(one, str) and one) if isinstance(value, list) else ()
    if not ids:
        raise MalformedError(f"no {key}")
    return ids


def message_from(payload: Payload, *, account_id: str, self_id: str, clock: Clock) -> MessageReceived:
    """A payload as an event; whoever has the bot's own id is the bot."""
    sent_at, age = clock.place(stamp_to_time(payload.stamp) or clock.real())
    return MessageReceived(
        account_id=account_id,
        message_id=payload.message_id,
        room_id=payload.room_id or None,
        talker_id=payload.talker_id,
        listener_id=payload.listener_id,
        kind=MessageKind(payload.raw_type),
        raw_type=payload.raw_type,
        text=payload.text,
        sent_at=sent_at,
        age=age,
        mention_ids=payload.mention_ids,
        filename=payload.filename,
        from_self=bool(self_id) and payload.talker_id == self_id,
    )


def stamp_to_time(stamp: int) -> datetime | None:
    """Seconds on some puppets, milliseconds on others: below 1e11 it is seconds. None where it is no time at all."""
    milliseconds = stamp * 1000 if stamp < _SECONDS_BELOW else stamp
    if not 0 < milliseconds < _NO_TIME_ABOVE:
        return None
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
