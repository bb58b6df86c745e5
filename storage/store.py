"""The store: the only place that commits. A transaction is a function."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy.exc import DataError, DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlmodel import Session

from bot.core.errors import StoreError
from storage.engine import open_readers, open_writer, parse_url

Db = Session
P = ParamSpec("P")
R = TypeVar("R")

GROUP = 64
"""At most so many waiting transactions share one commit."""


class _Job:
    """One transaction on its way to the writer, and where its result goes."""

    __slots__ = ("args", "error", "future", "kwargs", "loop", "result", "work")

    def __init__(self, work: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self.work, self.args, self.kwargs = work, args, kwargs
        self.loop = asyncio.get_running_loop()
        self.future: asyncio.Future[Any] = self.loop.create_future()
        self.result: Any = None
        self.error: BaseException | None = None

    def settle(self) -> None:
        """Hand the outcome to whoever waits; runs on the loop."""
        if self.future.done():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


class Store:
    """Runs functions as transactions, off the event loop.

    `run(work, …)` calls `work(db, …)` on the one writer thread, commits when it returns and rolls back when it
    raises. A function cannot await, so it cannot hold the database while the network is slow. Transactions
    that wait together share one commit; each keeps its own savepoint, so one that fails takes no other along.
    `read(work, …)` runs on reader threads and never commits. Database faults arrive as `StoreError`.
    """

    def __init__(self, url: str) -> None:
        self.url = parse_url(url)
        self._writer = open_writer(self.url)
        self._readers, size = open_readers(self.url)
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._pool = ThreadPoolExecutor(size, thread_name_prefix="store-read")
        self._closed = False
        self._thread = threading.Thread(target=self._write_forever, name="store-write", daemon=True)
        self._thread.start()

    async def run(self, work: Callable[Concatenate[Db, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run `work` as one durable transaction and return what it returns."""
        self._require_open()
        job = _Job(work, args, kwargs)
        self._jobs.put(job)
        result: R = await job.future
        return result

    async def read(self, work: Callable[Concatenate[Db, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run `work` on a reader's connection; what it writes is refused or rolled back."""
        self._require_open()
        return await asyncio.get_running_loop().run_in_executor(self._pool, lambda: self._read(work, args, kwargs))

    def _require_open(self) -> None:
        if self._closed:
            raise StoreError("the store is closed")

    def _read(self, work: Callable[..., R], args: tuple[Any, ...], kwargs: dict[str, Any]) -> R:
        with Session(self._readers, expire_on_commit=False) as db:
            try:
                return work(db, *args, **kwargs)
            except SQLAlchemyError as error:
                raise StoreError(_reason(error)) from error

    async def close(self) -> None:
        """Finish what was handed over, then let go of every connection; what comes later is a `StoreError`."""
        self._closed = True
        self._jobs.put(None)
        await asyncio.get_running_loop().run_in_executor(None, self._thread.join)
        self._pool.shutdown(wait=True)
        self._writer.dispose()
        self._readers.dispose()

    def _write_forever(self) -> None:
        while (first := self._jobs.get()) is not None:
            jobs, last = [first], False
            while len(jobs) < GROUP and not self._jobs.empty():
                following = self._jobs.get()
                if following is None:
                    last = True
                    break
                jobs.append(following)
            self._commit_together(jobs)
            jobs[0].loop.call_soon_threadsafe(_settle_all, jobs)
            if last:
                return

    def _commit_together(self, jobs: list[_Job]) -> None:
        try:
            with Session(self._writer, expire_on_commit=False) as db, db.begin():
                for job in jobs:
                    self._try(db, job, alone=len(jobs) == 1)
        # The writer thread must outlive whatever a transaction or the driver does; every waiter is told.
        except BaseException as error:  # noqa: BLE001
            for job in jobs:
                job.error = job.error or _translated(error)

    def _try(self, db: Session, job: _Job, *, alone: bool) -> None:
        """Run one transaction; when it shares the commit, inside a savepoint of its own."""
        if alone:
            job.result = job.work(db, *job.args, **job.kwargs)
            return
        try:
            with db.begin_nested():
                job.result = job.work(db, *job.args, **job.kwargs)
        # Whatever it is, it belongs to the waiter; only a broken database concerns the others too.
        except Exception as error:
            job.error = _translated(error)
            if isinstance(error, OperationalError | InterfaceError):
                raise


class InlineStore(Store):
    """The same transactions at once, on the caller's own thread and without waiting for the disk.

    For virtual time, in which nothing may be in flight: what is committed outlives the process, not the machine.
    """

    def __init__(self, url: str) -> None:
        self.url = parse_url(url)
        self._writer = open_writer(self.url, durable=False)
        self._readers, _size = open_readers(self.url, snapshots=False)
        self._db = Session(self._writer, expire_on_commit=False)
        self._reader = Session(self._readers, expire_on_commit=False)
        self._closed = False

    async def run(self, work: Callable[Concatenate[Db, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run `work` as one transaction, now, and return what it returns."""
        self._require_open()
        try:
            with self._db.begin():
                return work(self._db, *args, **kwargs)
        except SQLAlchemyError as error:
            raise _translated(error) from error
        finally:
            self._db.expunge_all()

    async def read(self, work: Callable[Concatenate[Db, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run `work` on the reader's connection, now. Nobody writes meanwhile, so one session serves all readings."""
        self._require_open()
        try:
            return work(self._reader, *args, **kwargs)
        except SQLAlchemyError as error:
            self._reader.rollback()
            raise _translated(error) from error
        finally:
            self._reader.expunge_all()

    async def close(self) -> None:
        """Let go of every connection; what comes later is a `StoreError`."""
        self._closed = True
        self._db.close()
        self._reader.close()
        self._writer.dispose()
        self._readers.dispose()


def _settle_all(jobs: list[_Job]) -> None:
    for job in jobs:
        job.settle()


def _translated(error: BaseException) -> BaseException:
    if not isinstance(error, SQLAlchemyError):
        return error
    wrapped = StoreError(_reason(error))
    wrapped.__cause__ = error
    return wrapped


def _reason(error: SQLAlchemyError) -> str:
    """The driver's own words, without the statement and its values, which hold what people said.

    PostgreSQL quotes both below its first line, and in the first line where a value cannot be read.
    """
    if not isinstance(error, DBAPIError) or isinstance(error, DataError):
        return type(getattr(error, "orig", None) or error).__name__
    return next(iter(str(error.orig).strip().splitlines()), type(error.orig).__name__)
