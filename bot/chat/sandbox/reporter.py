"""Reports what happens in the world to the client, as events of the puppet protocol, if the bot can see it."""

from __future__ import annotations

import asyncio

from bot.chat.sandbox.faults import Faults
from bot.chat.sandbox.message import Message
from bot.chat.sandbox.session_calls import SessionCalls
from bot.chat.sandbox.sight import Sight
from bot.chat.sandbox.world import World
from bot.chat.sandbox.world_event import (
    AliasChosen,
    Announced,
    Joined,
    Left,
    Renamed,
    Said,
    WentOffline,
    WentOnline,
    WorldEvent,
)
from bot.chat.wire import EventType, PayloadKind


class Reporter:
    """The world's listener on behalf of one service; event payloads have wechaty-puppet's names."""

    def __init__(self, world: World, sight: Sight, faults: Faults, session: SessionCalls) -> None:
        self._world = world
        self._sight = sight
        self._faults = faults
        self._session = session

    def hear(self, event: WorldEvent) -> None:
        """Emit what the bot's account would notice while its session is open."""
        if isinstance(event, WentOffline):
            payload = {"contactId": event.contact_id, "data": event.reason}
            self._faults.line.emit(EventType.LOGOUT, payload)
        elif isinstance(event, WentOnline):
            self._session.greet()
        elif not self._session.open:
            return
        elif isinstance(event, Said):
            self._message(event.message)
        elif self._sight.in_room(event.room_id) or self._lost_sight(event):
            self._room(event)

    def _lost_sight(self, event: WorldEvent) -> bool:
        """Whether the bot itself was removed: that is the last it hears of a room."""
        return isinstance(event, Left) and self._world.self_id in event.contact_ids

    def _message(self, message: Message) -> None:
        if not self._sight.sees(message):
            return
        payload = {"messageId": message.id}
        delay = self._faults.echo_delay if message.talker_id == self._world.self_id else 0.0
        if delay:
            asyncio.get_running_loop().call_later(delay, self._faults.line.emit, EventType.MESSAGE, payload)
        elif delay is not None:
            self._faults.line.emit(EventType.MESSAGE, payload)

    def _room(self, event: Joined | Left | Renamed | AliasChosen | Announced) -> None:
        payload: dict[str, object]
        match event:
            case Joined():
                kind = EventType.ROOM_JOIN
                payload = {"inviteeIdList": event.contact_ids, "inviterId": event.inviter_id}
            case Left():
                kind = EventType.ROOM_LEAVE
                payload = {"removeeIdList": event.contact_ids, "removerId": event.remover_id}
            case Renamed():
                kind = EventType.ROOM_TOPIC
                payload = {"newTopic": event.topic, "oldTopic": event.old_topic, "changerId": event.changer_id}
            case AliasChosen():
                self._dirty(PayloadKind.ROOM_MEMBER, event.room_id)
                return
            case Announced():
                self._dirty(PayloadKind.ROOM, event.room_id)
                return
        self._faults.line.emit(kind, {**payload, "roomId": event.room_id, "timestamp": event.stamp_ms})

    def _dirty(self, kind: PayloadKind, payload_id: str) -> None:
        self._faults.line.emit(EventType.DIRTY, {"payloadType": int(kind), "payloadId": payload_id})
