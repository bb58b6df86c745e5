"""A wire between browser and page that can be cut, as by a laptop that sleeps or a router that restarts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from tests.web.house import House


class Relay:
    """Passes everything on, both ways, until it is cut; `origin` is where the browser finds the page.

    The page answers under its own name only, so this name is changed on the way to it; both are equally long.
    """

    def __init__(self, port: int) -> None:
        self._port = port
        self._wires: set[asyncio.StreamWriter] = set()
        self.origin = ""

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of the browser."""
        onward = await asyncio.open_connection("127.0.0.1", self._port)
        ends = {writer, onward[1]}
        self._wires |= ends
        try:
            names = (urlsplit(self.origin).netloc.encode(), f"127.0.0.1:{self._port}".encode())
            await asyncio.gather(_pass(reader, onward[1], *names), _pass(onward[0], writer))
        finally:
            self._wires -= ends
            for end in ends:
                end.close()

    def cut(self) -> None:
        """Every connection breaks without a word; new ones are taken again."""
        for wire in tuple(self._wires):
            wire.transport.abort()


async def _pass(source: asyncio.StreamReader, onward: asyncio.StreamWriter, old: bytes = b"", new: bytes = b"") -> None:
    try:
        while chunk := await source.read(65536):
            onward.write(chunk.replace(old, new) if old else chunk)
            await onward.drain()
    except ConnectionError:
        return
    finally:
        onward.close()


@asynccontextmanager
async def relayed(house: House) -> AsyncIterator[Relay]:
    """A relay before the house's page, for the length of the block."""
    relay = Relay(urlsplit(house.origin).port or 0)
    server = await asyncio.start_server(relay.take, "127.0.0.1", 0)
    relay.origin = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield relay
    finally:
        server.close()
        relay.cut()
        await server.wait_closed()
