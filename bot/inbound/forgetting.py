"""Carries out what people were promised who asked to be forgotten, beyond the rows that are already gone.

Their id and names are struck out of what others said and of every text file, their pictures are deleted, and the
database file is rid of leftovers. What is left to do stands in the database, so a crash only delays it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from loguru import logger

from bot import log as logfile
from bot.clock import Clock
from bot.core.errors import StoreError
from bot.inbound.directory import Directory
from bot.inbound.spill import Spill
from bot.policy.traces import Traces
from storage import compaction, erasure, papers, striking
from storage.engine import sqlite_file
from storage.erasure import Erasure
from storage.footprints import FOOTPRINTS, WITHOUT_PEOPLE
from storage.store import Store

ECHOES = timedelta(minutes=2)
"""Answers that were on their way come back as echoes for so long: then it is looked again, once."""


class Forgetting:
    """Looks what is to be done whenever it was told to, and at the start; nothing is held in memory but a second look.

    `log` is where the log is written, which is struck by whoever writes it; so is what waits in memory with somebody's
    words in it: `struck` is called each time.
    """

    def __init__(
        self, store: Store, clock: Clock, directory: Directory, spill: Spill, folder: Path, log: Path | None
    ) -> None:
        self._store, self._clock, self._directory, self._spill = store, clock, directory, spill
        self._folder, self._log = folder, log
        self._asked = True
        self._again: list[tuple[datetime, Traces]] = []
        self.struck: Callable[[], None] = lambda: None

    def ask(self) -> None:
        """Somebody may have asked to be forgotten."""
        self._asked = True

    @property
    def done(self) -> bool:
        """Whether there is nothing to do that anybody has told of, but for a second look."""
        return not self._asked

    async def look(self) -> None:
        """Do what there is to do, and leave for the next time what the disk or the database refuses."""
        if not (self._asked or self._echoed()) or self._spill.holds:
            return
        try:
            if self._asked:
                self._asked = not await self._finish()
            for due in self._echoed():
                await self._strike(due[1])
                await self._compact(due[1])
                self._again.remove(due)
        except (StoreError, OSError) as error:
            self._asked = True
            logger.bind(action="forgetting.waits").error("not everything is forgotten yet: {}", type(error).__name__)

    def _echoed(self) -> list[tuple[datetime, Traces]]:
        return [due for due in self._again if due[0] <= self._clock()]

    async def _finish(self) -> bool:
        """Whether everything that was written down is done."""
        account, done = self._directory.account_id, True
        for waiting in await self._store.read(erasure.waiting, account):
            traces = waiting.traces
            if traces.contact_id:
                # Before anything is struck, nothing more of them may come in.
                await self._directory.reload(self._store)
                traces = await self._carry_out(waiting)
                await self._store.run(erasure.carried_out, waiting.id)
                self._again.append((self._clock() + ECHOES, traces))
            if await self._compact(traces if traces.contact_id else None):
                await self._store.run(erasure.close, waiting.id)
                logger.bind(action="forgetting.done").info("somebody who asked to be forgotten is forgotten")
            else:
                done = False
        return done

    async def _carry_out(self, waiting: Erasure) -> Traces:
        account = self._directory.account_id
        traces = await self._store.read(striking.widened, account, waiting.traces, waiting.spared)
        await self._store.run(erasure.widen, waiting.id, traces.names)
        more = await self._strike(traces)
        files = {*waiting.files, *more}
        used = await self._store.read(erasure.files_in_use, files)
        await asyncio.to_thread(self._delete, files - used)
        return traces

    async def _strike(self, traces: Traces) -> tuple[str, ...]:
        """Every table, every text file, the log, what waits; returns the files of what had still come in."""
        account = self._directory.account_id
        files = await self._store.run(erasure.remove, account, traces.contact_id)
        for table in FOOTPRINTS.keys() - WITHOUT_PEOPLE:
            keys = await self._store.read(striking.find, account, table, traces)
            for start in range(0, len(keys), striking.AT_ONCE):
                await self._store.run(
                    striking.mend, table, keys[start : start + striking.AT_ONCE], traces, self._clock()
                )
        await asyncio.to_thread(self._strike_files, traces)
        self.struck()
        return files

    async def _compact(self, traces: Traces | None) -> bool:
        words = traces.forms() if traces else None
        return await asyncio.to_thread(compaction.compact, self._store.url, words)

    def _delete(self, files: set[str]) -> None:
        for file in files:
            (self._folder / "media" / file).unlink(missing_ok=True)

    def _strike_files(self, traces: Traces) -> None:
        for file in papers.papers(self._folder, self._spared()):
            papers.strike(file, traces)
        logfile.strike(traces.strike)

    def _spared(self) -> Iterator[Path]:
        """Files that are written at this moment, each by somebody who looks after it."""
        yield self._spill.file
        if self._log is not None:
            yield self._log
        database = sqlite_file(self._store.url)
        if database is not None:
            yield database
