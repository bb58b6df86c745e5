"""When the database cannot be written: words go to the spill file, nothing is sent, and everything comes home once."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from bot.inbound.spill import Spill
from tests.faults.look import look, until, until_shows
from tests.scenarios.stage import CATS, DOGS, LAOQIN, OWNER, SHOP, TEAM, XIAOMAN, playing, town

SAID = "SELECT text FROM message WHERE text LIKE '第%' ORDER BY id"
CAT = "第三只猫是英短，四个月大"


@contextmanager
def failing_writes(store, applies=lambda _statement, _number: True):
    """Statements of the writer fail as on a broken disk, where `applies` says so; the list counts them."""
    seen: list[str] = []

    def fail(_connection, _cursor, statement, _parameters, _context, _many):
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            seen.append(statement)
            if applies(statement, len(seen)):
                raise OperationalError(statement, None, sqlite3.OperationalError("disk I/O error"))

    event.listen(store._writer, "before_cursor_execute", fail)
    try:
        yield seen
    finally:
        event.remove(store._writer, "before_cursor_execute", fail)


@contextmanager
def locked(stage):
    """Another program holds the write lock for longer than the bot waits for it."""
    other = sqlite3.connect(stage.app.store.url.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


async def pragma(stage, words):
    """Set something on the writer's one connection."""
    return (await stage.app.store.run(lambda db: db.connection().execute(text(f"PRAGMA {words}")).all()))[0][0]


def spill_of(stage) -> Spill:
    return stage.app.inbound._spill


async def speak_and_post(stage):
    """Three lines of talk, a question, a command, and the evening's posts come due."""
    for line in ("第1句", "第1句之后", CAT):
        stage.say(XIAOMAN, CATS, line)
    stage.say(LAOQIN, CATS, "@毛毛 有人吗")
    stage.say(OWNER, TEAM, "/status")
    await until(lambda: spill_of(stage).holds and spill_of(stage).file.read_bytes().count(b"/status") > 0)
    await stage.at("20:00:00")
    await stage.app.outbound.tick()


async def comes_home(stage):
    """Everything is there once and in order, tagged, and only now the bot speaks again."""
    await until(lambda: not spill_of(stage).holds)
    await until_shows(stage.app.store, SAID, [("第1句",), ("第1句之后",), (CAT,)])
    assert ("英短",) in await look(stage.app.store, "SELECT tag FROM tag_assignment WHERE contact_id = 'xiaoman'")
    await stage.at("20:01:00")
    await until_shows(stage.app.store, "SELECT DISTINCT state FROM delivery", [("confirmed",)])
    posted = [message for message in stage.spoken if message.conversation_id in {CATS, DOGS}]
    assert len({message.id for message in posted}) == len(posted)
    assert await look(stage.app.store, "SELECT count(*), count(DISTINCT room_id) FROM delivery") == [(2, 2)]
    await stage.settle()


async def test_a_locked_database(tmp_path):
    async with playing(tmp_path, opened=SHOP) as stage:
        await stage.settle()
        await pragma(stage, "busy_timeout=50")
        with locked(stage):
            await speak_and_post(stage)
            assert stage.silent()
        await comes_home(stage)


async def test_a_full_disk(tmp_path):
    async with playing(tmp_path, opened=SHOP) as stage:
        await stage.settle()
        full = await pragma(stage, "page_count")
        await pragma(stage, f"max_page_count={full}")
        # What is left of the last pages is used up first, so that every table is full.
        number = 0
        while not spill_of(stage).holds:
            number += 1
            said = stage.say(LAOQIN, CATS, f"占地方{number}" + "字" * 2000)
            await until(lambda said=said: spill_of(stage).holds or said.id in _recorded(stage))
        await speak_and_post(stage)
        assert stage.silent()
        await pragma(stage, f"max_page_count={full + 10_000}")
        await comes_home(stage)
        assert (await look(stage.app.store, "SELECT count(*) FROM message WHERE text LIKE '占地方%'")) == [(number,)]


def _recorded(stage):
    connection = sqlite3.connect(stage.app.store.url.database)
    try:
        return {row for (row,) in connection.execute("SELECT message_id FROM message")}
    finally:
        connection.close()


@pytest.mark.parametrize("nth", [1, 2, 3, 5, 8])
async def test_any_write_may_fail(tmp_path, nth):
    async with playing(tmp_path, opened=SHOP) as stage:
        await stage.settle()
        with failing_writes(stage.app.store, lambda _statement, number: number >= nth):
            stage.say(XIAOMAN, CATS, "第1句")
            await until(lambda: spill_of(stage).holds or "第1句" in _texts(stage))
            stage.say(XIAOMAN, CATS, "第1句之后")
            await until(lambda: spill_of(stage).holds or "第1句之后" in _texts(stage))
            stage.say(XIAOMAN, CATS, CAT)
            stage.say(OWNER, TEAM, "/status")
            await until(lambda: spill_of(stage).holds or "/status" in _texts(stage))
            await stage.at("20:00:00")
            assert stage.silent()
        await comes_home(stage)


def _texts(stage):
    connection = sqlite3.connect(stage.app.store.url.database)
    try:
        return {row for (row,) in connection.execute("SELECT text FROM message")}
    finally:
        connection.close()


async def test_nothing_is_posted_while_words_wait_outside_a_database_that_takes_all_else(tmp_path):
    async with playing(tmp_path, opened=SHOP) as stage:
        await stage.settle()
        with failing_writes(stage.app.store, lambda statement, _number: statement.startswith("INSERT INTO message")):
            await speak_and_post(stage)
            assert stage.silent()
            assert await look(stage.app.store, "SELECT DISTINCT state FROM delivery") == [("planned",)]
        await comes_home(stage)


async def test_spilled_words_survive_a_kill_and_come_home_at_the_next_start(tmp_path):
    world = town()
    async with playing(tmp_path, world=world, opened=SHOP) as stage:
        await stage.settle()
        with failing_writes(stage.app.store):
            await speak_and_post(stage)
            spilled = spill_of(stage).file.read_bytes()
    spill_of(stage).file.write_bytes(spilled + b'{"is": "MessageRec')
    async with playing(tmp_path, at="20:00:30", world=world) as stage:
        await comes_home(stage)


async def test_with_the_spill_file_unwritable_as_well_nothing_is_lost_and_the_bot_speaks_again(tmp_path, monkeypatch):
    """Once both had failed, the bot went on hearing and never answered again."""
    async with playing(tmp_path, opened=SHOP) as stage:
        await stage.settle()
        tried = []

        def refuse(events):
            tried.append(events)
            raise OSError(28, "No space left on device")

        with failing_writes(stage.app.store), monkeypatch.context() as patch:
            patch.setattr(spill_of(stage), "add", refuse)
            for line in ("第1句", "第1句之后", CAT):
                stage.say(XIAOMAN, CATS, line)
            stage.say(OWNER, TEAM, "/status")
            await until(lambda: len(tried) >= 2)
            await stage.at("20:00:00")
            assert stage.silent()
        await comes_home(stage)
        stage.spoken.clear()
        stage._heard = 0
        stage.say(OWNER, TEAM, "/status")
        await stage.hear(TEAM, "猫咪会客厅")


async def test_a_spill_file_that_filled_up_comes_home_when_only_the_database_is_well_again(tmp_path, monkeypatch):
    """A batch that could not be spilled used to keep the replay out for as long as the file could not be written."""
    async with playing(tmp_path, opened=SHOP) as stage:
        await stage.settle()
        tried = []

        def refuse(events):
            tried.append(events)
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patch:
            with failing_writes(stage.app.store):
                stage.say(XIAOMAN, CATS, "第1句")
                await until(lambda: spill_of(stage).holds)
                patch.setattr(spill_of(stage), "add", refuse)
                stage.say(XIAOMAN, CATS, "第1句之后")
                stage.say(XIAOMAN, CATS, CAT)
                await until(lambda: bool(tried))
            await comes_home(stage)


async def test_a_replay_that_breaks_off_goes_on_where_it_stopped(tmp_path, monkeypatch):
    """What had come home before the break was acted on again: a command in a room nobody adopted ran twice."""
    monkeypatch.setattr("bot.inbound.pipeline.BATCH", 2)
    async with playing(tmp_path, opened=SHOP) as stage:
        await stage.settle()
        with failing_writes(stage.app.store):
            stage.say(XIAOMAN, CATS, "第1句")
            await until(lambda: spill_of(stage).holds)
            stage.say(OWNER, "other@room", "/status")
            for line in ("第1句之后", CAT):
                stage.say(XIAOMAN, CATS, line)
            await until(lambda: spill_of(stage).file.read_bytes().count(b"\n") >= 4)
        inserts = []

        def second_fails(statement, _number):
            if statement.startswith("INSERT INTO message"):
                inserts.append(statement)
            return len(inserts) == 2 and statement.startswith("INSERT INTO message")

        with failing_writes(stage.app.store, second_fails):
            await until(lambda: not spill_of(stage).holds)
        assert len(inserts) >= 3
        await comes_home(stage)
        orders = await look(stage.app.store, "SELECT count(*) FROM audit WHERE command = '/status'")
        assert orders == [(1,)]


@pytest.mark.parametrize("written", [False, True])
async def test_an_intent_whose_commit_fails_is_never_followed_by_a_send(tmp_path, written):
    """Not written, the post is still planned and goes out later, once; written all the same, it stays unknown."""
    async with playing(tmp_path) as stage:
        stage.app._ticker._scheduler.remove_job("outbound")
        await stage.open_shop()
        await stage.settle()
        await stage.at("18:58:00")
        store, stage.gateway.faults.wire_log[:] = stage.app.store, []
        intents = []

        def remember(_connection, _cursor, statement, *_):
            if statement.startswith("INSERT INTO ledger"):
                intents.append(statement)

        def fail(connection):
            if len(intents) == 1:
                intents.append("failed")
                if written:
                    connection.exec_driver_sql("COMMIT")
                raise OperationalError("COMMIT", None, sqlite3.OperationalError("disk I/O error"))

        event.listen(store._writer, "before_cursor_execute", remember)
        event.listen(store._writer, "commit", fail)
        try:
            await stage.at("20:00:00")
        finally:
            event.remove(store._writer, "before_cursor_execute", remember)
            event.remove(store._writer, "commit", fail)
        assert stage.gateway.faults.wire_log == []
        assert len(intents) == 2
        for clock in ("20:00:10", "20:03:00", "20:30:00"):
            await stage.at(clock)
        await stage.settle()
        states = {state for (state,) in await look(store, "SELECT state FROM delivery")}
        sent = [entry.conversation_id for entry in stage.gateway.faults.wire_log if entry.conversation_id != TEAM]
        assert len(set(sent)) == len(sent) == (1 if written else 2)
        assert states == ({"confirmed", "ambiguous"} if written else {"confirmed"})


async def test_an_outcome_that_cannot_be_written_leaves_the_post_unknown_until_its_echo(tmp_path):
    async with playing(tmp_path) as stage:
        stage.app._ticker._scheduler.remove_job("outbound")
        stage.gateway.faults.echo_off()
        await stage.open_shop()
        await stage.at("18:58:00")
        stage.gateway.faults.wire_log.clear()

        def outcome(statement, _number):
            return statement.startswith("UPDATE delivery") and "sent_message_id" in statement

        with failing_writes(stage.app.store, outcome):
            await stage.at("20:00:00")
        for clock in ("20:00:10", "20:03:00", "20:30:00"):
            await stage.at(clock)
        sent = [entry.conversation_id for entry in stage.gateway.faults.wire_log if entry.conversation_id != TEAM]
        assert sorted(sent) == [CATS, DOGS]
        found = await look(stage.app.store, "SELECT state FROM delivery ORDER BY dispatched_at")
        assert found == [("ambiguous",), ("unconfirmed",)]


async def test_a_fault_of_the_database_ends_neither_the_roster_nor_the_pictures(tmp_path):
    """Either task ended with the first fault, and the bot with it."""
    from bot.core.message import File

    async with playing(tmp_path, opened=SHOP) as stage:
        await stage.settle()
        with failing_writes(
            stage.app.store, lambda statement, _number: not statement.startswith("INSERT INTO message")
        ):
            stage.app.roster.sync()
            stage.world.send_file(XIAOMAN, CATS, File("猫.png", b"\x89PNG" + b"x" * 1000))
            await until(lambda: spill_of(stage).holds)
        await until(lambda: not spill_of(stage).holds)
        with failing_writes(
            stage.app.store, lambda statement, _number: "media_state" in statement and "UPDATE" in statement
        ):
            stage.world.send_file(XIAOMAN, CATS, File("狗.png", b"\x89PNG" + b"y" * 1000))
            stage.app.roster.sync()
            await stage.settle()
            await stage.app.media.idle()
        assert not any(task.done() for task in stage.app._tasks)
