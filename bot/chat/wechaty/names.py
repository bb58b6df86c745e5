"""Who and where: rooms, members and contacts, asked for slowly and remembered for a while.

WeChat locked an account after five contact reads within a second, so every read waits for its turn here.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import TypeVar, cast

from wechaty_grpc.wechaty import puppet

from bot.chat.port import MemberFacts, RoomFacts
from bot.chat.wechaty.failure import CallError
from bot.chat.wechaty.limits import Limits
from bot.chat.wechaty.line import Line
from bot.chat.wire import PayloadKind
from bot.core.errors import GatewayError

T = TypeVar("T")
Key = tuple[str, ...]


class Names:
    """A cache with a time to live; askers of the same thing share one read."""

    def __init__(self, line: Callable[[], Line], limits: Limits) -> None:
        self._line, self._limits = line, limits
        self._kept: OrderedDict[Key, tuple[float, object]] = OrderedDict()
        self._asking: dict[Key, asyncio.Task[object]] = {}
        self._next_read = 0.0

    async def room_ids(self) -> tuple[str, ...]:
        return await self._get(("rooms",), self._read_room_ids)

    async def room(self, room_id: str) -> RoomFacts:
        return await self._get(("room", room_id), lambda: self._read_room(room_id))

    async def member(self, room_id: str, contact_id: str) -> MemberFacts:
        return await self._get(("member", room_id, contact_id), lambda: self._read_member(room_id, contact_id))

    async def contact_name(self, contact_id: str) -> str:
        return await self._get(("contact", contact_id), lambda: self._read_contact(contact_id))

    def known_member(self, room_id: str, contact_id: str) -> MemberFacts | None:
        """What is remembered, without a read."""
        return cast("MemberFacts | None", self._fresh(("member", room_id, contact_id)))

    def forget_room(self, room_id: str) -> None:
        """After a join, a leave or a new topic: the room and everyone in it are asked for again."""
        self._drop(lambda key: key == ("rooms",) or (len(key) > 1 and key[1] == room_id and key[0] != "contact"))

    def forget(self, kind: int, payload_id: str) -> None:
        """After a dirty event; of an unknown kind it clears whatever has that id."""
        if kind == PayloadKind.CONTACT:
            self._drop(lambda key: key[-1] == payload_id and key[0] in {"contact", "member"})
        elif kind in {PayloadKind.ROOM, PayloadKind.ROOM_MEMBER}:
            self.forget_room(payload_id)
        else:
            self._drop(lambda key: payload_id in key)

    def forget_all(self) -> None:
        """After a gap in the event stream nobody knows what changed."""
        self._drop(lambda _: True)

    async def close(self) -> None:
        """Gives up what is being asked."""
        under_way = list(self._asking.values())
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)

    def _drop(self, match: Callable[[Key], bool]) -> None:
        for key in [key for key in self._kept if match(key)]:
            del self._kept[key]
        # A read under way may bring what was true before; its askers get it, nobody later does.
        for key in [key for key in self._asking if match(key)]:
            del self._asking[key]

    def _fresh(self, key: Key) -> object | None:
        kept = self._kept.get(key)
        if kept is None or asyncio.get_running_loop().time() >= kept[0]:
            return None
        return kept[1]

    async def _get(self, key: Key, read: Callable[[], Awaitable[T]]) -> T:
        if (known := self._fresh(key)) is not None:
            return cast("T", known)
        task = self._asking.get(key)
        if task is None:
            task = asyncio.create_task(self._read(key, read))
            task.add_done_callback(_note_outcome)
            self._asking[key] = task
        # An asker who gives up must not take the answer away from the others.
        return cast("T", await asyncio.shield(task))

    async def _read(self, key: Key, read: Callable[[], Awaitable[object]]) -> object:
        me = asyncio.current_task()
        try:
            await self._turn()
            value = await read()
        except CallError as error:
            raise GatewayError(f"the gateway does not answer about a {key[0]}: {error}") from error
        else:
            if self._asking.get(key) is me:
                self._keep(key, value)
            return value
        finally:
            if self._asking.get(key) is me:
                del self._asking[key]

    def _keep(self, key: Key, value: object) -> None:
        self._kept[key] = (asyncio.get_running_loop().time() + self._limits.names_ttl_seconds, value)
        self._kept.move_to_end(key)
        if len(self._kept) > self._limits.names_kept:
            self._kept.popitem(last=False)

    async def _turn(self) -> None:
        """Waits until the next read may go; paced on the loop's own clock, whatever clock the bot runs on."""
        now = asyncio.get_running_loop().time()
        at = max(now, self._next_read)
        self._next_read = at + 1 / self._limits.reads_per_second
        if at > now:
            await asyncio.sleep(at - now)

    async def _read_room_ids(self) -> tuple[str, ...]:
        answer = await self._line().ask("RoomList", puppet.RoomListRequest(), puppet.RoomListResponse)
        return tuple(answer.ids)

    async def _read_room(self, room_id: str) -> RoomFacts:
        answer = await self._line().ask(
            "RoomPayload", puppet.RoomPayloadRequest(id=room_id), puppet.RoomPayloadResponse
        )
        member_ids = tuple(answer.member_ids)
        if not member_ids:
            await self._turn()
            request = puppet.RoomMemberListRequest(id=room_id)
            listed = await self._line().ask("RoomMemberList", request, puppet.RoomMemberListResponse)
            member_ids = tuple(listed.member_ids)
        return RoomFacts(room_id, answer.topic, answer.owner_id, member_ids)

    async def _read_member(self, room_id: str, contact_id: str) -> MemberFacts:
        request = puppet.RoomMemberPayloadRequest(id=room_id, member_id=contact_id)
        answer = await self._line().ask("RoomMemberPayload", request, puppet.RoomMemberPayloadResponse)
        name = answer.name or await self.contact_name(contact_id)
        return MemberFacts(room_id, contact_id, name, answer.room_alias, answer.inviter_id)

    async def _read_contact(self, contact_id: str) -> str:
        request = puppet.ContactPayloadRequest(id=contact_id)
        answer = await self._line().ask("ContactPayload", request, puppet.ContactPayloadResponse)
        return str(answer.name)


def _note_outcome(task: asyncio.Task[object]) -> None:
    """Looks at a failed read whose askers have all gone, else asyncio complains of it."""
    if not task.cancelled():
        task.exception()
