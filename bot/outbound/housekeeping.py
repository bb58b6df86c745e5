"""Once a day: words and files that are older than the house wants to keep them are let go of."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

from loguru import logger

from bot.policy.customs import Customs
from storage import retention, sending
from storage.retention import Old
from storage.store import Db, Store

BATCHES = 20
"""So many at one look; the next look goes on, so that nothing else has to wait for a great cleaning."""

Find = Callable[[Db, str, datetime], Old]
Drop = Callable[[Db, str, tuple[int, ...]], int]


class Housekeeping:
    """`folder` is where the media folder lies. What is done is not remembered: a restart finds nothing left to do."""

    def __init__(self, account_id: str, store: Store, customs: Customs, folder: Path) -> None:
        self._account, self._store, self._folder = account_id, store, folder / "media"
        self._words, self._files = customs.keep_messages, customs.keep_media
        self._done: date | None = None
        self._counts = {"messages": 0, "files": 0}

    async def tidy(self, now: datetime) -> None:
        """Do what there is to do today, or a good part of it; nothing is old by a clock that nobody trusts."""
        if self._done == now.date() or (await self._store.read(sending.load, self._account)).frozen(now):
            return
        left = BATCHES
        for what, keep, find, drop in (
            ("messages", self._words, retention.old_words, retention.drop_words),
            ("files", self._files, retention.old_files, retention.drop_files),
        ):
            left = await self._clear(what, keep, find, drop, now, left)
            if not left:
                return
        self._done = now.date()
        if any(self._counts.values()):
            logger.bind(action="retention.done", **self._counts).info("what is older than it is kept was let go of")
        self._counts = {"messages": 0, "files": 0}

    async def _clear(self, what: str, keep: timedelta | None, find: Find, drop: Drop, now: datetime, left: int) -> int:
        """How many batches of `left` are left over; 0 says that there is more to do."""
        while keep is not None and left:
            old = await self._store.read(find, self._account, now - keep)
            if not old.ids:
                break
            # The files first: after a crash their messages are found again, files without messages never.
            if old.files:
                await asyncio.to_thread(self._delete, old.files)
            self._counts[what] += await self._store.run(drop, self._account, old.ids)
            left -= 1
        return left

    def _delete(self, files: tuple[str, ...]) -> None:
        for file in files:
            try:
                (self._folder / file).unlink(missing_ok=True)
            except OSError as error:
                # Without its message it would never be looked for again, but the words must not stay for its sake.
                logger.bind(action="retention.stuck").error("a file cannot be deleted: {}", error.strerror)
