"""Serves the page on the bot's own event loop, and ends before the bot does."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from loguru import logger
from starlette.types import ASGIApp

from bot.core.errors import SetupError
from bot.web.stream import Stream

PATIENCE = 1
"""Real seconds that answers under way have when the page is closed."""


class _Server(uvicorn.Server):
    """Leaves signals to the bot: Ctrl-C ends the page and the bot in their order."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def bind(host: str, port: int) -> socket.socket:
    """The address, taken before anything is announced; `SetupError` if it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Only of a socket that says that it is TCP does asyncio switch the 40 ms off that Nagle's algorithm waits.
    door = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((host, port))
        door.listen(128)
    except OSError as error:
        door.close()
        taken = error.errno == errno.EADDRINUSE
        what = "the page's port is taken" if taken else f"the page cannot be served: {error.strerror}"
        hint = "stop the other process, or choose another web.port (0: any)" if taken else "correct web.host"
        raise SetupError(what, where=f"{host}:{port}", hint=hint) from error
    return door


@asynccontextmanager
async def serving(
    app: ASGIApp, door: socket.socket, stream: Stream, certificate: tuple[Path, Path] | None
) -> AsyncIterator[None]:
    """The page, for the length of the block. `certificate` are the files of chain and key, for TLS."""
    chain, key = certificate or (None, None)
    config = uvicorn.Config(
        app,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws="none",
        timeout_graceful_shutdown=PATIENCE,
        ssl_certfile=chain,
        ssl_keyfile=key,
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve([door]))
    logger.bind(action="web.started").info("the page is served")
    try:
        yield
    finally:
        stream.close()
        server.should_exit = True
        await task
        logger.bind(action="web.stopped").info("the page is closed")
