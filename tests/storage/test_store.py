"""The store keeps its word: a transaction is a function, and nothing else commits."""

import asyncio
import gc
import sqlite3
import threading
import traceback

import pytest
from sqlalchemy import event, text
from sqlmodel import select

from bot.core.errors import StoreError
from storage import accounts, messages
from storage.engine import parse_url
from storage.store import Store
from storage.tables import AccountRow, GapRow, Handling
from tests.storage.given import ACCOUNT, NOW, said

SECRET = "我的手机号是 13800138000"


def know(db, account_id):
    db.add(AccountRow(account_id=account_id, first_seen_at=NOW))
    return account_id


def know_twice(db, account_id):
    know(db, account_id)
    db.flush()
    db.connection().execute(AccountRow.__table__.insert(), {"account_id": account_id, "first_seen_at": NOW})


def know_and_fail(db, account_id):
    know(db, account_id)
    db.flush()
    raise ValueError("a slip after the first write")


def known(db):
    return {row.account_id for row in db.exec(select(AccountRow))} - {ACCOUNT}


class Gate:
    """Holds the writer inside a transaction, so that what is handed over meanwhile shares one commit."""

    def __init__(self):
        self.entered, self.opened = threading.Event(), threading.Event()

    def pass_through(self, db):
        self.entered.set()
        assert self.opened.wait(10)


async def together(store, *works):
    """Run transactions in one group; returns their results or errors."""
    gate = Gate()
    first = asyncio.create_task(store.run(gate.pass_through))
    await asyncio.to_thread(gate.entered.wait, 10)
    tasks = [asyncio.create_task(store.run(*work)) for work in works]
    await asyncio.sleep(0)
    gate.opened.set()
    await first
    return await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_transaction_commits_when_it_returns(store):
    assert await store.run(know, "a") == "a"
    assert await store.read(known) == {"a"}


async def test_a_transaction_that_raises_leaves_nothing_and_reports_its_own_error(store):
    with pytest.raises(ValueError, match="a slip"):
        await store.run(know_and_fail, "a")
    assert await store.read(known) == set()


async def test_one_failing_transaction_of_a_group_leaves_the_others(store):
    done = await together(store, (know, "a"), (know_and_fail, "b"), (know_twice, "c"), (know, "d"))
    assert [done[0], done[3]] == ["a", "d"]
    assert isinstance(done[1], ValueError)
    assert isinstance(done[2], StoreError)
    assert await store.read(known) == {"a", "d"}


async def test_transactions_of_a_group_share_one_commit(store):
    commits = []
    await store.run(lambda db: event.listen(db.get_bind(), "commit", commits.append))
    commits.clear()
    await together(store, *((know, f"a{number}") for number in range(50)))
    assert len(commits) == 1
    assert len(await store.read(known)) == 50


async def test_transactions_run_in_the_order_they_were_handed_over(store):
    order = []
    await together(store, *((lambda db, number: order.append(number), number) for number in range(100)))
    assert order == list(range(100))


async def test_a_group_whose_commit_fails_reports_to_everyone(store):
    def break_commit(db):
        db.connection().detach()
        db.connection().connection.dbapi_connection.close()

    done = await together(store, (know, "a"), (break_commit,), (know, "b"))
    assert all(isinstance(result, Exception) for result in done)
    assert await store.run(know, "later") == "later"
    assert await store.read(known) == {"later"}


async def test_close_finishes_what_was_handed_over(database):
    store = Store(database)
    gate = Gate()
    first = asyncio.create_task(store.run(gate.pass_through))
    await asyncio.to_thread(gate.entered.wait, 10)
    rest = [asyncio.create_task(store.run(know, f"a{number}")) for number in range(200)]
    await asyncio.sleep(0)
    closing = asyncio.create_task(store.close())
    await asyncio.sleep(0)
    gate.opened.set()
    await asyncio.gather(closing, first, *rest)
    again = Store(database)
    assert len(await again.read(known)) == 200
    await again.close()


async def test_a_closed_store_refuses_instead_of_waiting_for_ever(database):
    store = Store(database)
    await store.close()
    async with asyncio.timeout(5):
        with pytest.raises(StoreError, match="closed"):
            await store.run(know, "a")
        with pytest.raises(StoreError, match="closed"):
            await store.read(known)
        await store.close()


async def test_a_waiter_that_gave_up_takes_nobody_along(store):
    gate = Gate()
    first = asyncio.create_task(store.run(gate.pass_through))
    await asyncio.to_thread(gate.entered.wait, 10)
    gone, stays = asyncio.create_task(store.run(know, "a")), asyncio.create_task(store.run(know, "b"))
    await asyncio.sleep(0)
    gone.cancel()
    gate.opened.set()
    assert await stays == "b"
    await first
    assert await store.read(known) == {"a", "b"}


async def test_read_cannot_write(store):
    def sneak(db):
        know(db, "a")
        db.flush()

    if store.url.drivername == "sqlite":
        with pytest.raises(StoreError, match="readonly"):
            await store.read(sneak)
    else:
        await store.read(sneak)
    assert await store.read(known) == set()


async def test_readers_see_what_is_committed_while_the_writer_is_busy(store):
    gate = Gate()
    writing = asyncio.create_task(store.run(gate.pass_through))
    await asyncio.to_thread(gate.entered.wait, 10)
    assert await asyncio.wait_for(store.read(known), 5) == set()
    gate.opened.set()
    await writing


async def test_a_fault_is_told_without_the_statement_or_what_people_said(store):
    message = said(SECRET, message_id="m-secret")
    await store.run(messages.record, [(message, Handling.NONE)], NOW)
    with pytest.raises(StoreError) as fault:
        await store.run(messages.record, [(message, Handling.NONE)], NOW)
    for hidden in ("INSERT", SECRET, "13800138000", "m-secret"):
        assert hidden not in str(fault.value)
    assert "\n" not in str(fault.value)
    assert "unique" in str(fault.value).lower()


async def test_a_fault_of_a_read_is_a_store_error_too(store):
    with pytest.raises(StoreError) as fault:
        await store.read(lambda db: db.connection().execute(text("SELECT secret_column FROM account")))
    assert "SELECT" not in str(fault.value)


async def test_a_value_the_database_cannot_read_is_not_quoted(postgres_database):
    store = Store(postgres_database)
    with pytest.raises(StoreError) as fault:
        await store.read(lambda db: db.connection().execute(text("SELECT CAST(:it AS integer)"), {"it": SECRET}))
    assert "13800138000" not in str(fault.value)
    await store.close()


async def test_the_cause_keeps_the_whole_story_for_the_engineer(store):
    with pytest.raises(StoreError) as fault:
        await store.run(know, ACCOUNT)
    assert "INSERT" in "".join(traceback.format_exception(fault.value))


async def test_a_locked_database_is_a_store_error_and_passes(sqlite_database):
    store = Store(sqlite_database)
    await store.run(lambda db: db.connection().exec_driver_sql("PRAGMA busy_timeout=20") and None)
    other = sqlite3.connect(sqlite_database.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match=r"^database is locked$"):
        await store.run(know, "a")
    failed = await asyncio.gather(*(store.run(know, f"b{number}") for number in range(3)), return_exceptions=True)
    assert all(isinstance(error, StoreError) for error in failed)
    other.execute("ROLLBACK")
    other.close()
    assert await store.run(know, "c") == "c"
    assert await store.read(known) == {"c"}
    await store.close()


async def test_a_full_disk_is_a_store_error_and_passes(sqlite_database):
    store = Store(sqlite_database)

    def limit(db, pages):
        db.connection().exec_driver_sql(f"PRAGMA max_page_count={pages}")

    await store.run(accounts.ensure, ACCOUNT, NOW)
    await store.run(limit, 1)
    large = [(said(SECRET * 1000), Handling.NONE) for _ in range(200)]
    with pytest.raises(StoreError, match=r"^database or disk is full$"):
        await store.run(messages.record, large, NOW)
    grouped = await together(store, (messages.record, large, NOW), (know, "a"))
    assert isinstance(grouped[0], StoreError)
    await store.run(limit, 1_000_000)
    await store.run(messages.record, large, NOW)
    assert await store.read(messages.count_since, ACCOUNT, None, NOW) == 200
    await store.close()


async def test_a_read_only_database_is_a_store_error(sqlite_database):
    store = Store(parse_url(f"sqlite:///file:{sqlite_database.database}?mode=ro&uri=true"))
    with pytest.raises(StoreError, match="readonly"):
        await store.run(know, "a")
    assert await store.read(known) == set()
    await store.close()


async def test_a_lost_connection_is_a_store_error_and_the_next_transaction_works(postgres_database):
    store = Store(postgres_database)

    def lose(db):
        know(db, "a")
        db.flush()
        db.connection().execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(StoreError):
        await store.run(lose)
    assert await store.run(know, "b") == "b"
    assert await store.read(known) == {"b"}
    await store.close()


async def test_sqlite_is_durable_patient_and_strict(sqlite_database):
    store = Store(sqlite_database)

    def pragmas(db):
        names = ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")
        return [db.connection().exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]

    assert await store.run(pragmas) == ["wal", 2, 5000, 1]
    assert await store.read(pragmas) == ["wal", 2, 5000, 1]
    await store.close()


async def test_a_write_takes_its_lock_at_the_beginning(sqlite_database):
    """A transaction that first reads and then writes would fail at once if it began as a reader."""
    store = Store(sqlite_database)

    def read_only_so_far(db):
        known(db)
        other = sqlite3.connect(sqlite_database.database, isolation_level=None, timeout=0)
        try:
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("BEGIN IMMEDIATE")
        finally:
            other.close()

    await store.run(read_only_so_far)
    await store.close()


async def test_a_read_takes_no_write_lock(sqlite_database):
    store = Store(sqlite_database)

    def while_reading(db):
        known(db)
        other = sqlite3.connect(sqlite_database.database, isolation_level=None, timeout=0)
        other.execute("BEGIN IMMEDIATE")
        other.close()

    await store.read(while_reading)
    await store.close()


async def test_rows_stay_readable_after_the_commit(store):
    def make(db):
        row = GapRow(account_id=ACCOUNT, since=NOW, until=NOW)
        db.add(row)
        db.flush()
        return row

    row = await store.run(make)
    assert row.id > 0
    assert row.since == NOW


async def test_a_closed_store_leaves_no_connection_behind(database):
    store = Store(database)
    await store.run(know, "a")
    await store.read(known)
    await store.close()
    del store
    gc.collect()
