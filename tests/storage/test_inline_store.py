"""The inline store: the same transactions, done on the spot, by the same rules."""

import threading

import pytest
from sqlalchemy import text

from bot.core.errors import StoreError
from storage import accounts
from storage.store import InlineStore
from tests.storage.given import ACCOUNT, NOW


@pytest.fixture
async def inline(sqlite_database):
    store = InlineStore(sqlite_database)
    yield store
    await store.close()


def exists(db):
    return accounts.lease(db, ACCOUNT) is not None or accounts.first_seen_at(db, ACCOUNT) is not None


async def test_it_works_on_the_callers_thread_and_commits(inline, sqlite_database):
    def work(db):
        accounts.ensure(db, ACCOUNT, NOW)
        return threading.current_thread()

    assert await inline.run(work) is threading.current_thread()
    assert await inline.read(lambda _db: threading.current_thread()) is threading.current_thread()
    again = InlineStore(sqlite_database)
    assert await again.read(exists)
    await again.close()


async def test_what_raises_leaves_nothing_behind(inline):
    def fails(db):
        accounts.ensure(db, ACCOUNT, NOW)
        raise RuntimeError("half-way")

    with pytest.raises(RuntimeError, match="half-way"):
        await inline.run(fails)
    assert not await inline.read(exists)


async def test_a_fault_of_the_database_is_a_store_error_in_run_and_in_read(inline):
    for doing in (inline.run, inline.read):
        with pytest.raises(StoreError):
            await doing(lambda db: db.execute(text("SELECT * FROM nowhere")))


async def test_a_reader_cannot_write(inline):
    with pytest.raises(StoreError):
        await inline.read(lambda db: (accounts.ensure(db, ACCOUNT, NOW), db.flush()))


async def test_a_closed_store_says_so(inline):
    await inline.close()
    for doing in (inline.run, inline.read):
        with pytest.raises(StoreError, match="closed"):
            await doing(exists)


async def test_it_does_not_wait_for_the_disk(inline):
    assert await inline.run(lambda db: db.execute(text("PRAGMA synchronous")).scalar()) == 0
