"""The puppet service itself: gRPC handlers, written by hand because the packages generate only the client's side."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import betterproto
from grpclib.const import Cardinality, Handler, Status
from grpclib.exceptions import GRPCError
from grpclib.server import Stream
from loguru import logger
from wechaty_grpc.wechaty import puppet

from bot.chat import wire
from bot.chat.sandbox.call import Call, Reply, Request
from bot.chat.sandbox.contact_calls import ContactCalls
from bot.chat.sandbox.errors import ExpiredError, NoSuchError, NotPossibleError, TooLargeError, UnreadableError
from bot.chat.sandbox.event_line import EventStream
from bot.chat.sandbox.faults import Faults
from bot.chat.sandbox.file_box import FileBoxes
from bot.chat.sandbox.message_calls import MessageCalls
from bot.chat.sandbox.reporter import Reporter
from bot.chat.sandbox.room_calls import RoomCalls
from bot.chat.sandbox.send_calls import SendCalls
from bot.chat.sandbox.session_calls import SessionCalls
from bot.chat.sandbox.sight import Sight
from bot.chat.sandbox.token_check import TokenCheck
from bot.chat.sandbox.world import World
from bot.core.errors import PlatformError

_STATUS_OF: dict[type[PlatformError], Status] = {
    NoSuchError: Status.NOT_FOUND,
    NotPossibleError: Status.FAILED_PRECONDITION,
    UnreadableError: Status.INVALID_ARGUMENT,
    TooLargeError: Status.RESOURCE_EXHAUSTED,
    ExpiredError: Status.UNKNOWN,
}

_CHUNK = 64 * 1024

_NOT_OFFERED = (
    *("ContactAvatar", "ContactPhone", "ContactCorporationRemark", "ContactDescription"),
    *("ContactSelfQRCode", "ContactSelfName", "ContactSelfSignature"),
    *("FriendshipPayload", "FriendshipSearchPhone", "FriendshipSearchWeixin", "FriendshipAdd", "FriendshipAccept"),
    *("MessageContact", "MessageSendContact", "MessageForward", "MessageLocation", "MessageSendLocation"),
    *("RoomAdd", "RoomDel", "RoomCreate", "RoomQuit", "RoomAvatar", "RoomQRCode"),
    *("RoomInvitationPayload", "RoomInvitationAccept"),
    *("TagContactAdd", "TagContactRemove", "TagContactDelete", "TagContactList"),
)


class PuppetService:
    """Everything the protocol knows that Qunzhu or a stock bot asks for; the rest answers UNIMPLEMENTED.

    Only one event stream is open at a time: another one is refused with ALREADY_EXISTS, or with `kick` ends the
    first politely and takes its place, as different real gateways do.
    """

    def __init__(self, world: World, token: str, faults: Faults | None = None, *, kick: bool = False) -> None:
        self.faults = faults or Faults()
        self._world = world
        self._token = TokenCheck(token)
        self._kick = kick
        self._boxes = FileBoxes()
        sight = Sight(world)
        self._session = SessionCalls(world, self.faults.line)
        self._calls: tuple[Call[Any, Any], ...] = (
            *self._session.calls(),
            *ContactCalls(world).calls(),
            *RoomCalls(world, sight).calls(),
            *MessageCalls(world, sight, self._boxes).calls(),
            *SendCalls(world, sight, self._boxes, self.faults).calls(),
        )
        world.subscribe(Reporter(world, sight, self.faults, self._session).hear)

    def __mapping__(self) -> Mapping[str, Handler]:
        """What grpclib asks of a service: a handler for each path."""
        streams = {
            "Event": Handler(self._event, Cardinality.UNARY_STREAM, puppet.EventRequest, puppet.EventResponse),
            "Download": Handler(self._download, Cardinality.UNARY_STREAM, wire.DownloadRequest, wire.DownloadResponse),
            "Upload": Handler(self._upload, Cardinality.STREAM_UNARY, wire.UploadRequest, wire.UploadResponse),
        }
        calls = {
            call.name: Handler(self._unary(call), Cardinality.UNARY_UNARY, call.request, call.reply)
            for call in self._calls
        }
        # grpclib refuses an unknown path in a way that its own client reads as UNKNOWN, hence handlers that refuse.
        refusal = Handler(_refuse, Cardinality.UNARY_UNARY, puppet.StartRequest, puppet.StartResponse)
        refused = dict.fromkeys(_NOT_OFFERED, refusal)
        return {wire.SERVICE + name: handler for name, handler in (refused | streams | calls).items()}

    def _unary(
        self, call: Call[betterproto.Message, betterproto.Message]
    ) -> Callable[[Stream[betterproto.Message, betterproto.Message]], Awaitable[None]]:
        async def handle(stream: Stream[betterproto.Message, betterproto.Message]) -> None:
            self._token.check(stream)
            request = await _received(stream)
            failure = await self.faults.before(call.name)
            if call.needs_login:
                self._session.check_open()
            try:
                reply = call.answer(request)
            except tuple(_STATUS_OF) as error:
                raise GRPCError(_STATUS_OF[type(error)], str(error)) from error
            if failure is not None:
                await self.faults.strike(failure)
            await stream.send_message(reply)

        return handle

    async def _event(self, stream: EventStream) -> None:
        self._token.check(stream)
        await _received(stream)
        await self.faults.before("Event")
        line = self.faults.line
        if line.busy and not self._kick:
            raise GRPCError(Status.ALREADY_EXISTS, "another event stream is open")
        while line.busy:
            line.end()
            await line.until_idle()
        line.open()
        logger.bind(action="sandbox.stream.opened").debug("an event stream opened")
        line.emit(wire.EventType.HEARTBEAT, {"data": "connected"})
        self._session.greet()
        await line.serve(stream)

    async def _download(self, stream: Stream[wire.DownloadRequest, wire.DownloadResponse]) -> None:
        self._token.check(stream)
        request = await _received(stream)
        await self.faults.before("Download")
        try:
            data = self._boxes.fetch(request.id)
        except NoSuchError as error:
            raise GRPCError(Status.NOT_FOUND, str(error)) from error
        for start in range(0, len(data), _CHUNK):
            await stream.send_message(wire.DownloadResponse(chunk=data[start : start + _CHUNK]))

    async def _upload(self, stream: Stream[wire.UploadRequest, wire.UploadResponse]) -> None:
        self._token.check(stream)
        await self.faults.before("Upload")
        data = b"".join([request.chunk async for request in stream])
        await stream.send_message(wire.UploadResponse(id=self._boxes.keep(data)))


async def _refuse(_stream: Stream[puppet.StartRequest, puppet.StartResponse]) -> None:
    raise GRPCError(Status.UNIMPLEMENTED, "the sandbox does not offer this")


async def _received(stream: Stream[Request, Reply]) -> Request:
    """The one request of a unary call."""
    request = await stream.recv_message()
    if request is None:
        raise GRPCError(Status.INVALID_ARGUMENT, "no request")
    return request
