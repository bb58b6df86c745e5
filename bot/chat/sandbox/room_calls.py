"""Rooms and their members, as the puppet protocol asks for them."""

from __future__ import annotations

from typing import Any

from wechaty_grpc.wechaty import puppet

from bot.chat import wire
from bot.chat.sandbox.call import Call
from bot.chat.sandbox.errors import NoSuchError
from bot.chat.sandbox.sight import Sight
from bot.chat.sandbox.world import World


class RoomCalls:
    """Answers the Room calls; a room that the bot is not in does not exist for it."""

    def __init__(self, world: World, sight: Sight) -> None:
        self._world = world
        self._sight = sight

    def calls(self) -> tuple[Call[Any, Any], ...]:
        return (
            Call("RoomList", puppet.RoomListRequest, puppet.RoomListResponse, self.list_ids),
            Call("RoomPayload", puppet.RoomPayloadRequest, puppet.RoomPayloadResponse, self.payload),
            Call("RoomMemberList", puppet.RoomMemberListRequest, puppet.RoomMemberListResponse, self.members),
            Call("RoomMemberPayload", puppet.RoomMemberPayloadRequest, puppet.RoomMemberPayloadResponse, self.member),
            Call("RoomTopic", wire.RoomTopicRequest, wire.RoomTopicResponse, self.topic),
            Call("RoomAnnounce", wire.RoomAnnounceRequest, wire.RoomAnnounceResponse, self.announcement),
        )

    def list_ids(self, _request: puppet.RoomListRequest) -> puppet.RoomListResponse:
        return puppet.RoomListResponse(ids=self._sight.room_ids())

    def payload(self, request: puppet.RoomPayloadRequest) -> puppet.RoomPayloadResponse:
        room = self._sight.room(request.id)
        return puppet.RoomPayloadResponse(
            id=room.id, topic=room.topic, owner_id=room.owner_id, member_ids=list(room.seats)
        )

    def members(self, request: puppet.RoomMemberListRequest) -> puppet.RoomMemberListResponse:
        return puppet.RoomMemberListResponse(member_ids=list(self._sight.room(request.id).seats))

    def member(self, request: puppet.RoomMemberPayloadRequest) -> puppet.RoomMemberPayloadResponse:
        seat = self._sight.room(request.id).seats.get(request.member_id)
        if seat is None:
            raise NoSuchError("no such member")
        person = self._world.person(request.member_id)
        return puppet.RoomMemberPayloadResponse(
            id=person.id, room_alias=seat.alias, inviter_id=seat.inviter_id, name=person.name
        )

    def topic(self, request: wire.RoomTopicRequest) -> wire.RoomTopicResponse:
        """Ask, or set when either field is there."""
        room = self._sight.room(request.id)
        if request.wrapped_topic is None and not request.topic:
            return wire.RoomTopicResponse(wrapped_topic=room.topic, topic=room.topic)
        self._world.rename(room.id, request.topic or request.wrapped_topic or "", self._world.self_id)
        return wire.RoomTopicResponse()

    def announcement(self, request: wire.RoomAnnounceRequest) -> wire.RoomAnnounceResponse:
        """Ask, or set when either field is there."""
        room = self._sight.room(request.id)
        if request.wrapped_text is None and not request.text:
            return wire.RoomAnnounceResponse(wrapped_text=room.announcement, text=room.announcement)
        self._world.announce(room.id, request.text or request.wrapped_text or "", self._world.self_id)
        return wire.RoomAnnounceResponse()
