"""Serves the page on the bot's own event loop, and ends before the bot does."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import partial

import uvicorn
from loguru import logger
from starlette.types import ASGIApp

from bot.web.connection import Connection, Door
from bot.web.premises import Premises
from bot.web.stream import Stream

PATIENCE = 1
"""Real seconds that answers under way have when the page is closed."""


class _Server(uvicorn.Server):
    """Leaves signals to the bot: Ctrl-C ends the page and the bot in their order."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def serving(app: ASGIApp, premises: Premises, stream: Stream) -> AsyncIterator[None]:
    """The page, for the length of the block."""
    chain, key = premises.files or (None, None)
    config = uvicorn.Config(
        app,
        http=partial(Connection, door=Door()),  # type: ignore[arg-type]  # it is only ever called
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
    task = asyncio.create_task(server.serve([premises.door]))
    logger.bind(action="web.started").info("the page is served")
    try:
        yield
    finally:
        stream.close()
        server.should_exit = True
        await task
        logger.bind(action="web.stopped").info("the page is closed")
