"""The embedded gateway: the puppet service on a loopback port, or in memory for tests."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from weakref import WeakSet

from grpclib.client import Channel
from grpclib.protocol import H2Protocol, Stream
from grpclib.server import Handler, Server
from grpclib.testing import ChannelFor
from loguru import logger

from bot.chat.sandbox.faults import Faults
from bot.chat.sandbox.service import PuppetService
from bot.chat.sandbox.token_check import AUTHORITY
from bot.chat.sandbox.world import World
from bot.core.errors import SetupError

_PATIENCE = 0.5
"""Real seconds that a stopping gateway gives its event stream to end politely."""


class SandboxGateway:
    """A Wechaty gateway for one imaginary account; `start` and `stop` may be repeated, the world goes on meanwhile."""

    def __init__(self, world: World, token: str, faults: Faults | None = None, *, kick: bool = False) -> None:
        if not token:
            raise SetupError("the sandbox needs a token", where="chat.token", hint="any text will do on loopback")
        self.faults = faults or Faults()
        self.service = PuppetService(world, token, self.faults, kick=kick)
        self._server: _Server | None = None

    @property
    def running(self) -> bool:
        """Whether it can be reached."""
        return self._server is not None

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Listen, and return the endpoint `host:port`; `SetupError` if that address cannot be had."""
        if self._server is not None:
            raise SetupError("the sandbox is running already", where=f"{host}:{port}")
        server = _Server([self.service])
        try:
            bound = await server.listen(host, port)
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            what = "the sandbox's port is taken" if taken else f"the sandbox cannot listen: {error.strerror}"
            hint = "stop the other process, or choose another port (0: any)" if taken else "choose another address"
            raise SetupError(what, where=f"{host}:{port}", hint=hint) from error
        self._server = server
        logger.bind(action="sandbox.started", endpoint=f"{host}:{bound}").info("the sandbox listens")
        return f"{host}:{bound}"

    async def stop(self) -> None:
        """End the event stream politely, then everything else; nothing happens if it is not running."""
        if self._server is None:
            return
        server, self._server = self._server, None
        self.faults.line.end()
        try:
            await asyncio.wait_for(self.faults.line.until_idle(), _PATIENCE)
        except TimeoutError:
            logger.bind(action="sandbox.stream.cut").debug("the event stream did not end by itself")
        await server.shut()
        logger.bind(action="sandbox.stopped").info("the sandbox stopped")

    async def crash(self) -> None:
        """Be gone at once, like a killed process: every connection breaks without a word."""
        if self._server is not None:
            server, self._server = self._server, None
            await server.shut()

    @asynccontextmanager
    async def channel(self) -> AsyncIterator[Channel]:
        """A channel to the service without sockets, for as long as the block lasts."""
        async with ChannelFor([self.service]) as channel:
            yield channel


class _Server(Server):
    """grpclib's server, which also hands over the authority and can close its connections.

    Since Python 3.12 a server's `wait_closed` waits for every client to hang up, so we hang up first.
    """

    def __init__(self, services: list[PuppetService]) -> None:
        super().__init__(services)
        self._protocols: WeakSet[H2Protocol] = WeakSet()

    async def listen(self, host: str, port: int) -> int:
        await self.start(host, port)
        sockets: Any = self._server.sockets  # type: ignore[union-attr] # set by start
        return int(sockets[0].getsockname()[1])

    def _protocol_factory(self) -> H2Protocol:
        self.__gc_step__()
        handler = _Handler(self._mapping, self._codec, self._status_details_codec, self.__dispatch__)
        self._handlers.add(handler)
        protocol = H2Protocol(handler, self._config, self._h2_config)
        self._protocols.add(protocol)
        return protocol

    async def shut(self) -> None:
        self.close()
        for protocol in tuple(self._protocols):
            if hasattr(protocol, "processor"):
                protocol.processor.close("the sandbox stopped")
        await self.wait_closed()


class _Handler(Handler):
    """Passes the `:authority` on as metadata, because that is where the Python client puts the token."""

    def accept(self, stream: Stream, headers: list[tuple[str, str]], release_stream: Callable[[], Any]) -> None:
        given = [(name, value) for name, value in headers if name != AUTHORITY]
        authority = next((value for name, value in given if name == ":authority"), "")
        super().accept(stream, [*given, (AUTHORITY, authority)], release_stream)
