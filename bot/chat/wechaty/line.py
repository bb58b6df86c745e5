"""One open connection to a gateway and the calls on it; when it breaks it is thrown away, never mended."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator, Iterable
from typing import Any, Self, TypeVar

from grpclib.client import Channel
from grpclib.const import Cardinality
from grpclib.protocol import H2Protocol
from wechaty_grpc.wechaty import puppet

from bot.chat.wechaty.failure import BROKEN, CallError, failed
from bot.chat.wechaty.limits import Limits
from bot.chat.wechaty.payload import Payload, PayloadCall
from bot.chat.wechaty.proto import read_number, read_text, scan
from bot.chat.wire import SERVICE

A = TypeVar("A")

# So much at most is read, and taken apart, without a look at anything else.
_RECEIVE_BUFFER = 64 * 1024


class Note:
    """One event of the stream, still raw; stands in for betterproto's EventResponse."""

    __slots__ = ("kind", "payload")

    def __init__(self, kind: int, payload: str) -> None:
        self.kind, self.payload = kind, payload

    @classmethod
    def FromString(cls, data: bytes) -> Self:  # noqa: N802  # the name that grpclib's codec calls
        kind, payload = 0, ""
        for number, value in scan(data):
            if number == 1:
                kind = read_number(value)
            elif number == 2:
                payload = read_text(value)
        return cls(kind, payload)


class Line:
    """Calls to one gateway over one channel. Every call raises `CallError` and nothing else.

    The channel is closed with the line; of a borrowed one only the connection.
    """

    def __init__(
        self, channel: Channel, authority: str, token: str, limits: Limits, *, secure: bool, borrowed: bool = False
    ) -> None:
        self._channel, self._limits, self._borrowed = channel, limits, borrowed
        self._metadata = {"authorization": f"Wechaty {token}"}
        self._payloads = PayloadCall(channel, authority, token, secure=secure)
        self._loop = asyncio.get_running_loop()
        self._protocol: H2Protocol | None = None
        self.opened = asyncio.Event()
        self.streamed_at = self.answered_at = self._loop.time()

    async def connect(self) -> None:
        """TCP and TLS, within the time of one call."""
        try:
            async with asyncio.timeout(self._limits.unary_timeout):
                self._protocol = await self._channel.__connect__()
        except BROKEN as error:
            raise failed(error, sent=False) from error
        wire = self._protocol.connection._transport.get_extra_info("socket")  # noqa: SLF001  # no other way to it
        if wire is not None:
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)

    async def ask(self, method: str, request: Any, reply: type[A], within: float | None = None) -> A:
        """One call, one answer."""
        self._check_open()
        sent = False
        try:
            async with (
                asyncio.timeout(within or self._limits.unary_timeout),
                self._open(method, request, reply) as stream,
            ):
                await stream.send_request()
                sent = True
                await stream.send_message(request, end=True)
                answer = await stream.recv_message()
        except BROKEN as error:
            raise failed(error, sent=sent) from error
        if answer is None:
            raise CallError("the call ended without an answer", sent=True)
        self.answered_at = self._loop.time()
        return answer  # type: ignore[no-any-return] # the codec made it from `reply`

    @property
    def heard_at(self) -> float:
        """Loop time of the last sign of life."""
        return max(self.streamed_at, self.answered_at)

    async def payload(self, message_id: str, patience: int = 1) -> Payload:
        """A message by its id, within `patience` times the time of one call."""
        self._check_open()
        payload = await self._payloads.fetch(message_id, self._limits.unary_timeout * patience)
        self.answered_at = self._loop.time()
        return payload

    async def notes(self) -> AsyncGenerator[Note, None]:
        """The event stream; it ends when the gateway ends it gracefully."""
        request = puppet.EventRequest()
        try:
            async with self._open("Event", request, Note, Cardinality.UNARY_STREAM) as stream:
                await stream.send_message(request, end=True)
                self.opened.set()
                async for note in stream:
                    self.streamed_at = self._loop.time()
                    yield note
        except BROKEN as error:
            raise failed(error, sent=True) from error

    async def download(self, request: Any, reply: type[A], pause: float) -> AsyncGenerator[A, None]:
        """A stream of answers, at most `pause` seconds apart."""
        self._check_open()
        try:
            async with self._open("Download", request, reply, Cardinality.UNARY_STREAM) as stream:
                await stream.send_message(request, end=True)
                while True:
                    async with asyncio.timeout(pause):
                        answer = await stream.recv_message()
                    if answer is None:
                        return
                    self.answered_at = self._loop.time()
                    yield answer
        except BROKEN as error:
            raise failed(error, sent=True) from error

    async def upload(self, requests: Iterable[Any], sort: type[Any], reply: type[A], within: float) -> A:
        """A stream of requests, one answer; it leaves nothing in any chat."""
        self._check_open()
        try:
            async with (
                asyncio.timeout(within),
                self._open("Upload", None, reply, Cardinality.STREAM_UNARY, sort) as stream,
            ):
                for request in requests:
                    await stream.send_message(request)
                await stream.end()
                answer = await stream.recv_message()
        except BROKEN as error:
            raise failed(error, sent=True) from error
        if answer is None:
            raise CallError("the call ended without an answer", sent=True)
        return answer  # type: ignore[no-any-return] # the codec made it from `reply`

    def close(self) -> None:
        """Drops the connection; calls under way fail."""
        if self._borrowed and self._protocol is not None:
            self._protocol.processor.close("hung up")
        elif not self._borrowed:
            self._channel.close()
        self._protocol = None

    def _check_open(self) -> None:
        """Grpclib's channel would silently connect again, past the event stream and the watch over it."""
        if self._protocol is None or self._protocol.connection.is_closing():
            raise CallError("the link to the gateway is closed", sent=False)

    def _open(
        self,
        method: str,
        request: Any,
        reply: type[A],
        cardinality: Cardinality = Cardinality.UNARY_UNARY,
        sort: Any = None,
    ) -> Any:
        return self._channel.request(
            SERVICE + method, cardinality, sort or type(request), reply, metadata=self._metadata
        )
