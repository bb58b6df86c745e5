"""What was deleted leaves the database file, and the file is written anew only when that takes it."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import text

from storage.compaction import CHUNK, compact, holds
from storage.engine import parse_url
from storage.store import Store

WORD = "稀奇古怪名".encode()


@pytest.fixture
def littered(tmp_path):
    """A database whose rows were deleted without being overwritten, and where they stand."""
    file = tmp_path / "littered.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA secure_delete=OFF")
        connection.execute("CREATE TABLE told (said TEXT)")
        connection.executemany("INSERT INTO told VALUES (?)", [(f"{n} {WORD.decode()}" * 20,) for n in range(500)])
        connection.execute("DELETE FROM told WHERE rowid > 5")
        connection.execute("UPDATE told SET said = 'x'")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert holds(file, [WORD])
    return file


def free_pages(file):
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute("PRAGMA freelist_count").fetchone()[0]


def test_leftovers_of_a_word_are_gone_afterwards(littered):
    assert compact(parse_url(f"sqlite:///{littered}"), [WORD])
    assert not holds(littered, [WORD])
    assert free_pages(littered) == 0


def test_a_file_without_the_words_is_not_written_anew(littered):
    before = free_pages(littered)
    assert compact(parse_url(f"sqlite:///{littered}"), [b"nobody"])
    assert free_pages(littered) == before > 0


def test_words_that_nobody_remembers_after_a_crash_are_taken_for_found(littered):
    assert compact(parse_url(f"sqlite:///{littered}"), None)
    assert not holds(littered, [WORD])


def test_while_somebody_reads_an_older_state_it_is_put_off(littered, monkeypatch):
    monkeypatch.setattr("storage.compaction.BUSY_MS", 10)
    with closing(sqlite3.connect(littered, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM told").fetchone()
        with closing(sqlite3.connect(littered, isolation_level=None)) as writer:
            writer.execute("INSERT INTO told VALUES ('later')")
        assert not compact(parse_url(f"sqlite:///{littered}"), [WORD])
    assert compact(parse_url(f"sqlite:///{littered}"), [WORD])


def test_while_somebody_writes_it_is_put_off(littered, monkeypatch):
    monkeypatch.setattr("storage.compaction.BUSY_MS", 10)
    with closing(sqlite3.connect(littered, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO told VALUES ('now')")
        assert not compact(parse_url(f"sqlite:///{littered}"), [WORD])
        writer.execute("ROLLBACK")


def test_a_word_across_two_readings_is_found(tmp_path):
    file = tmp_path / "large"
    file.write_bytes(b"." * (CHUNK - 5) + WORD + b"." * 10)
    assert holds(file, [WORD])
    assert not holds(file, [WORD + b"!"])
    assert not holds(file, [])


async def test_the_writer_overwrites_what_it_deletes(sqlite_database):
    store = Store(str(sqlite_database))
    try:
        assert await store.run(lambda db: db.connection().execute(text("PRAGMA secure_delete")).scalar()) == 1
    finally:
        await store.close()


def test_postgresql_looks_after_its_own():
    assert compact(parse_url("postgresql+psycopg://nobody@nowhere/none"), [WORD])
