"""The right to run an account: one process at a time, proven by a file lock and a row."""

from __future__ import annotations

import fcntl
import os
import socket
import uuid
from datetime import timedelta
from pathlib import Path
from typing import IO

from bot.clock import Clock
from bot.core.errors import LeaseLostError, RefusedError, SetupError
from storage import accounts
from storage.accounts import Lease
from storage.engine import parse_url, sqlite_file
from storage.store import Db, Store

TTL = timedelta(seconds=20)
RENEW_SECONDS = 5.0
POLL_SECONDS = 0.5


def require_free(database: str, account_id: str) -> None:
    """Raise the `RefusedError` that `Tenancy.take` would, before anything is opened; it creates and takes nothing.

    Only a lock on a file tells so early. On PostgreSQL the row has to be watched, with the database open.
    """
    file = sqlite_file(parse_url(database))
    path = _lock_file(file, account_id) if file is not None else None
    if path is None or not path.exists():
        return
    with _opened(path, "r") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _refused(account_id, lock.read().strip()) from None


class Tenancy:
    """Holds the lease while the process runs.

    On SQLite a lock on a file beside the database shows whether the last holder still lives, so its row can be
    taken over at once. On PostgreSQL a holder that vanished is waited for until its row expires; one that
    renews it meanwhile is alive, and the start is refused.
    """

    def __init__(self, store: Store, clock: Clock, account_id: str) -> None:
        self._store, self._clock, self._account = store, clock, account_id
        self._holder = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        self._file: IO[str] | None = None
        self._lease: Lease | None = None

    @property
    def lease(self) -> Lease:
        """The lease as last seen; checked against the row in every transaction that intends to send."""
        if self._lease is None:
            raise LeaseLostError("the account is not held")
        return self._lease

    async def take(self) -> None:
        """Become the one process of this account, or raise `RefusedError` that names the other."""
        database = sqlite_file(self._store.url)
        if database is not None:
            self._lock(database)
            self._lease = await self._store.run(self._claim, force=True)
            return
        first = await self._store.read(accounts.lease, self._account)
        while self._lease is None:
            self._lease = await self._store.run(self._claim, force=False)
            if self._lease is None:
                seen = await self._store.read(accounts.lease, self._account)
                if seen is not None and (first is None or seen.expires_at > first.expires_at):
                    raise _refused(self._account, seen.holder)
                await self._clock.real_sleep(POLL_SECONDS)

    async def renew(self) -> None:
        """Keep the account; raises `LeaseLostError` when another process took it."""
        await self._store.run(accounts.renew_lease, self.lease, self._clock.real(), TTL)

    async def release(self) -> None:
        """Let go; a process that starts next need not wait. The file is let go of even if the row cannot be."""
        try:
            if self._lease is not None:
                await self._store.run(accounts.release_lease, self._lease, self._clock.real())
        finally:
            self._lease = None
            if self._file is not None:
                self._file.close()
                self._file = None

    def _claim(self, db: Db, *, force: bool) -> Lease | None:
        accounts.ensure(db, self._account, self._clock())
        return accounts.take_lease(db, self._account, self._holder, self._clock.real(), TTL, force=force)

    def _lock(self, database: Path) -> None:
        self._file = _opened(_lock_file(database, self._account), "a+")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.seek(0)
            holder = self._file.read().strip()
            self._file.close()
            self._file = None
            raise _refused(self._account, holder) from None
        self._file.truncate(0)
        self._file.write(self._holder)
        self._file.flush()


def _lock_file(database: Path, account_id: str) -> Path:
    return database.with_name(f"{database.name}.{account_id}.lock")


def _opened(path: Path, mode: str) -> IO[str]:
    try:
        return path.open(mode, encoding="utf-8")
    except OSError as error:
        hint = "make the file and its folder writable for this user"
        raise SetupError(f"cannot be opened: {error.strerror}", where=str(path), hint=hint) from None


def _refused(account_id: str, holder: str) -> RefusedError:
    host, pid, *_run = [*holder.split(":"), "?", "?"]
    hint = "stop it first, or give this one another chat.account and database"
    fault = f"account {account_id!r} is already run by process {pid} on {host}"
    return RefusedError(fault, where="chat.account", hint=hint)
