"""One process runs an account: the second is refused, and a dead one is taken over."""

import asyncio
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import Clock
from bot.core.errors import LeaseLostError, RefusedError, SetupError, StoreError
from bot.lease import TTL, Tenancy, require_free
from storage import accounts
from storage.engine import parse_url
from storage.store import Store
from tests.storage.databases import (
    database,
    long_lived,
    postgres,
    postgres_database,
    sqlite_database,
    store,
)
from tests.storage.given import ACCOUNT, NOW

__all__ = ["database", "long_lived", "postgres", "postgres_database", "sqlite_database", "store"]

ROOT = Path(__file__).parent.parent
HOLDER = """
import asyncio, sys
from bot.clock import Clock
from bot.lease import Tenancy
from storage.engine import parse_url
from storage.store import Store

async def main():
    store = Store(parse_url(sys.argv[1]))
    tenancy = Tenancy(store, Clock(), "main")
    await tenancy.take()
    print(tenancy.lease.epoch, flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    await tenancy.release()
    await store.close()

asyncio.run(main())
"""


class HandClock(Clock):
    """A clock that moves only when somebody waits; `meanwhile` runs at each wait."""

    def __init__(self, meanwhile=None):
        super().__init__()
        object.__setattr__(self, "moment", [NOW])
        object.__setattr__(self, "meanwhile", meanwhile)
        object.__setattr__(self, "waits", [0])

    def real(self):
        return self.moment[0]

    async def real_sleep(self, seconds):
        self.moment[0] += timedelta(seconds=seconds)
        self.waits[0] += 1
        assert self.waits[0] < 1000, "waits for ever"
        if self.meanwhile is not None:
            await self.meanwhile()


@pytest.fixture
def holder(sqlite_database):
    """A real second process that holds the account on SQLite."""
    command = [sys.executable, "-c", HOLDER, sqlite_database.render_as_string(hide_password=False)]
    with subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdin=-1, stdout=-1, text=True
    ) as process:
        process.epoch = int(process.stdout.readline())
        yield process
        process.kill()


async def test_sqlite_a_second_process_is_refused_by_name(sqlite_database, holder):
    store = Store(sqlite_database)
    tenancy = Tenancy(store, Clock(), ACCOUNT)
    with pytest.raises(RefusedError) as refusal:
        await tenancy.take()
    assert f"account 'main' is already run by process {holder.pid} on " in str(refusal.value)
    assert "stop it first" in str(refusal.value)
    with pytest.raises(LeaseLostError):
        _ = tenancy.lease
    await store.close()


async def test_sqlite_a_second_process_is_refused_before_it_opens_anything(sqlite_database, holder):
    with pytest.raises(RefusedError, match=f"already run by process {holder.pid} on "):
        require_free(str(sqlite_database), ACCOUNT)
    require_free(str(sqlite_database), "another")
    require_free("postgresql+psycopg://localhost/nowhere", ACCOUNT)
    holder.send_signal(signal.SIGKILL)
    holder.wait(10)
    require_free(str(sqlite_database), ACCOUNT)
    assert not list(Path(sqlite_database.database).parent.glob("*another*"))


def test_sqlite_a_lock_that_may_not_be_read_is_a_fault_that_says_where(sqlite_database):
    """Another user's, for one: looking at it before the start ended in a traceback."""
    lock = Path(f"{sqlite_database.database}.{ACCOUNT}.lock")
    lock.mkdir()
    with pytest.raises(SetupError, match=r"main\.lock: cannot be opened: .* \(make the file and its folder writable"):
        require_free(str(sqlite_database), ACCOUNT)


async def test_sqlite_a_killed_process_is_taken_over_at_once(sqlite_database, holder):
    holder.send_signal(signal.SIGKILL)
    holder.wait(10)
    store = Store(sqlite_database)
    before = await store.read(accounts.lease, ACCOUNT)
    assert before.expires_at > Clock().real(), "the row of the dead process has not expired"
    tenancy = Tenancy(store, Clock(), ACCOUNT)
    async with asyncio.timeout(5):
        await tenancy.take()
    assert tenancy.lease.epoch == holder.epoch + 1
    with pytest.raises(LeaseLostError, match="taken over"):
        await store.run(accounts.check_lease, before)
    await tenancy.release()
    await store.close()


async def test_sqlite_a_process_that_ended_well_leaves_the_account_free(sqlite_database, holder):
    holder.communicate("\n", timeout=10)
    assert holder.returncode == 0
    store = Store(sqlite_database)
    assert (await store.read(accounts.lease, ACCOUNT)).holder == ""
    tenancy = Tenancy(store, Clock(), ACCOUNT)
    await tenancy.take()
    await tenancy.release()
    await store.close()


async def test_sqlite_two_accounts_share_a_database(sqlite_database, holder):
    store = Store(sqlite_database)
    other = Tenancy(store, Clock(), "second")
    await other.take()
    assert other.lease.account_id == "second"
    await other.release()
    await store.close()


async def test_sqlite_a_lock_that_cannot_be_made_is_a_setup_error(sqlite_database):
    Path(f"{sqlite_database.database}.main.lock").mkdir()
    store = Store(sqlite_database)
    with pytest.raises(SetupError, match="cannot be opened"):
        await Tenancy(store, Clock(), ACCOUNT).take()
    await store.close()


async def test_sqlite_whoever_was_refused_can_try_again(sqlite_database):
    store = Store(sqlite_database)
    first, second = Tenancy(store, Clock(), ACCOUNT), Tenancy(store, Clock(), ACCOUNT)
    await first.take()
    with pytest.raises(RefusedError):
        await second.take()
    await first.release()
    await second.take()
    assert second.lease.epoch == 2
    await second.release()
    await store.close()


async def test_postgres_a_vanished_holder_is_waited_for_and_then_replaced(postgres_database):
    store, clock = Store(postgres_database), HandClock()
    dead = await store.run(accounts.take_lease, ACCOUNT, "there:1:x", NOW, TTL, force=False)
    tenancy = Tenancy(store, clock, ACCOUNT)
    await tenancy.take()
    assert TTL <= clock.real() - NOW < TTL + timedelta(seconds=2)
    assert tenancy.lease.epoch == dead.epoch + 1
    with pytest.raises(LeaseLostError):
        await store.run(accounts.renew_lease, dead, clock.real(), TTL)
    await store.close()


async def test_postgres_a_holder_that_renews_is_alive_and_the_start_is_refused(postgres_database):
    store = Store(postgres_database)
    held = await store.run(accounts.take_lease, ACCOUNT, "there:41:x", NOW, TTL, force=False)

    async def renew():
        if clock.waits[0] == 6:
            await store.run(accounts.renew_lease, held, clock.real(), TTL)

    clock = HandClock(renew)
    with pytest.raises(RefusedError, match="already run by process 41 on there"):
        await Tenancy(store, clock, ACCOUNT).take()
    assert clock.waits[0] <= 7
    await store.run(accounts.check_lease, held)
    await store.close()


async def test_postgres_a_free_account_is_taken_at_once(postgres_database):
    store, clock = Store(postgres_database), HandClock()
    for epoch in (1, 2):
        tenancy = Tenancy(store, clock, ACCOUNT)
        await tenancy.take()
        assert (tenancy.lease.epoch, clock.waits[0]) == (epoch, 0)
        await tenancy.release()
    await store.close()


async def test_postgres_two_that_start_at_the_same_time_end_with_one(postgres_database):
    """Both found no row; the second used to fail with a database fault, or to wait as long as the first lived."""
    stores = [Store(postgres_database) for _ in range(4)]

    async def winner_lives():
        held = await stores[0].read(accounts.lease, ACCOUNT)
        await stores[0].run(accounts.renew_lease, held, NOW + TTL, TTL)

    tenancies = [Tenancy(each, HandClock(winner_lives), ACCOUNT) for each in stores]
    ends = await asyncio.gather(*(tenancy.take() for tenancy in tenancies), return_exceptions=True)
    assert sorted(type(end).__name__ for end in ends) == ["NoneType", "RefusedError", "RefusedError", "RefusedError"]
    for each in stores:
        await each.close()


async def test_the_holder_keeps_the_account_by_renewing(store):
    clock = HandClock()
    tenancy = Tenancy(store, clock, ACCOUNT)
    await tenancy.take()
    await clock.real_sleep(15)
    await tenancy.renew()
    assert (await store.read(accounts.lease, ACCOUNT)).expires_at == clock.real() + TTL
    await tenancy.release()
    with pytest.raises(LeaseLostError, match="not held"):
        await tenancy.renew()


async def test_the_holder_that_was_replaced_learns_it_when_renewing(store):
    clock = HandClock()
    tenancy = Tenancy(store, clock, ACCOUNT)
    await tenancy.take()
    await store.run(accounts.take_lease, ACCOUNT, "there:2:y", clock.real(), TTL, force=True)
    with pytest.raises(LeaseLostError, match="taken over"):
        await tenancy.renew()
    await tenancy.release()
    assert (await store.read(accounts.lease, ACCOUNT)).holder == "there:2:y", "a late release frees nothing"


async def test_a_database_fault_while_renewing_is_not_a_lost_lease(database):
    store = Store(database)
    tenancy = Tenancy(store, HandClock(), ACCOUNT)
    await tenancy.take()
    await store.close()
    with pytest.raises(StoreError):
        await tenancy.renew()
    again = Store(parse_url(database.render_as_string(hide_password=False)))
    await again.run(accounts.check_lease, tenancy.lease)
    await again.close()
    tenancy._file and tenancy._file.close()
