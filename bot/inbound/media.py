"""Fetches the pictures and files that members send, a few at a time, into the data folder."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
from collections.abc import Callable
from pathlib import Path

from loguru import logger

from bot.chat.port import Reads
from bot.core.errors import FileTooLargeError, PlatformError, StoreError
from bot.core.events import MessageReceived
from bot.core.message import File
from bot.log import masked
from storage import erasure, messages
from storage.store import Store
from storage.tables import MediaState

TRIES = 3
RETRY_SECONDS = 5.0
WAITING = 1_000


class MediaFetcher:
    """Keeps files under `<folder>/media/<first letters of the hash>/<hash><ending>`; the same file is kept once.

    Files above `limit` bytes are noted, not fetched. Only tries while the gateway is within hearing count. What is
    still waiting when the process ends is tried again at the next start, as long as the gateway has it.
    """

    def __init__(
        self, store: Store, reads: Reads, folder: Path, limit: int, connected: Callable[[], bool] = lambda: True
    ) -> None:
        self._store, self._reads, self._folder, self._limit = store, reads, folder / "media", limit
        self._connected = connected
        self._waiting: asyncio.Queue[tuple[MessageReceived, int]] = asyncio.Queue()

    def put(self, message: MessageReceived, tries: int = 0) -> None:
        """Queue a recorded message's file. Beyond a thousand it stays marked as waiting for the next start."""
        if self._waiting.qsize() < WAITING:
            self._waiting.put_nowait((message, tries))

    async def idle(self) -> None:
        """Return when everything queued so far has been dealt with."""
        await self._waiting.join()

    async def run(self) -> None:
        """Fetch for ever."""
        while True:
            message, tries = await self._waiting.get()
            try:
                await self._fetch(message, tries + 1)
            except StoreError as error:
                # Fetched again later: a file is kept under its hash, so nothing is doubled.
                logger.bind(action="media.unwritten").error("the database cannot be written: {}", error)
                self._later(message, tries)
            finally:
                self._waiting.task_done()

    async def _fetch(self, message: MessageReceived, attempt: int) -> None:
        log = logger.bind(message=masked(message.message_id))
        try:
            file = await self._reads.fetch_file(message, self._limit)
            path = await asyncio.to_thread(self._keep, file)
        except FileTooLargeError:
            log.bind(action="media.too_large").warning("a file above {} bytes was not fetched", self._limit)
            await self._close(message, MediaState.TOO_LARGE)
        except (PlatformError, OSError) as error:
            log.bind(action="media.failed", attempt=attempt).warning("a file was not fetched: {}", error)
            if not self._connected():
                self._later(message, attempt - 1)
            elif attempt < TRIES:
                self._later(message, attempt)
            else:
                await self._close(message, MediaState.LOST)
        else:
            await self._close(message, MediaState.STORED, path, file)

    def _later(self, message: MessageReceived, tries: int) -> None:
        asyncio.get_running_loop().call_later(RETRY_SECONDS, self.put, message, tries)

    async def _close(
        self, message: MessageReceived, state: MediaState, path: str = "", file: File | None = None
    ) -> None:
        kept = await self._store.run(
            messages.media_kept,
            message.account_id,
            message.message_id,
            state,
            path=path,
            name=file.name if file else message.filename,
            size=len(file.data) if file else 0,
        )
        if path and not kept and not await self._store.read(erasure.files_in_use, [path]):
            # Whoever sent it was forgotten while it was on its way.
            await asyncio.to_thread((self._folder / path).unlink, missing_ok=True)

    def _keep(self, file: File) -> str:
        """Write the bytes so that a crash leaves either the whole file or none; returns its path below the folder."""
        digest = hashlib.sha256(file.data).hexdigest()
        ending = re.sub(r"[^.a-z0-9]", "", Path(file.name).suffix.lower())[:8]
        relative = Path(digest[:2]) / f"{digest}{ending}"
        target = self._folder / relative
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            part = target.with_suffix(f"{target.suffix}.part")
            with part.open("wb") as stream:
                stream.write(file.data)
                stream.flush()
                os.fsync(stream.fileno())
            part.replace(target)
        return relative.as_posix()
