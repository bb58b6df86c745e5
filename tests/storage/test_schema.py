"""A database is brought to exactly today's tables, or the start is refused in one line."""

import gc
import os
import sqlite3
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, make_url, text

import storage
from bot.core.errors import RefusedError, SetupError
from storage.engine import parse_url, sqlite_file
from storage.schema import KNOWN, migrate, require_current, revision
from storage.tables import Base

TABLES = {*Base.metadata.tables, "alembic_version"}


def ask(url, question):
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            return question(connection)
    finally:
        engine.dispose()


def tables(url):
    return set(ask(url, lambda connection: inspect(connection).get_table_names()))


def differences(connection):
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    return compare_metadata(context, Base.metadata)


def refused(url, error=SetupError):
    """The one line that a start on this database ends with."""
    with pytest.raises(error) as fault:
        migrate(url)
    gc.collect()
    line = str(fault.value)
    assert "\n" not in line
    return line


def test_migrations_make_exactly_the_declared_tables(empty_database):
    migrate(empty_database)
    assert tables(empty_database) == TABLES
    assert ask(empty_database, differences) == []


def test_the_comparison_would_notice_a_difference(empty_database):
    migrate(empty_database)
    ask(empty_database, lambda connection: connection.execute(text("ALTER TABLE room ADD COLUMN extra VARCHAR")))
    ask(empty_database, lambda connection: connection.execute(text("DROP INDEX ix_message_pending")))
    found = {difference[0] for difference in ask(empty_database, differences)}
    assert found == {"remove_column", "add_index"}


def test_migrating_twice_is_harmless(database):
    insert = text("INSERT INTO account_lease VALUES ('main', 'me', 7, 0)")
    ask(database, lambda connection: connection.execute(insert))
    migrate(database)
    migrate(database)
    assert ask(database, lambda connection: connection.execute(text("SELECT epoch FROM account_lease")).scalar()) == 7
    assert ask(database, differences) == []


def test_two_processes_may_migrate_at_once(empty_database):
    """Now and then the second used to find a new SQLite file locked while the first changed it to WAL."""
    faults, start = [], threading.Barrier(2)

    def go():
        start.wait(10)
        try:
            migrate(empty_database)
        except SetupError as fault:
            faults.append(fault)

    threads = [threading.Thread(target=go) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert tables(empty_database) == TABLES


def test_a_migration_that_fails_half_way_leaves_nothing(empty_database):
    if file := sqlite_file(empty_database):
        file.parent.mkdir()
    ask(empty_database, lambda connection: connection.execute(text("CREATE TABLE tag_assignment (id INTEGER)")))
    assert "already exists" in refused(empty_database)
    assert tables(empty_database) == {"tag_assignment"}


def test_a_database_that_a_newer_version_moved_on_is_refused(database):
    ask(database, lambda connection: connection.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    line = refused(database, RefusedError)
    assert "9999" in line
    assert "newer version" in line
    ask(database, lambda connection: connection.execute(text("UPDATE alembic_version SET version_num = '0006'")))


def test_the_revisions_are_those_of_alembic():
    scripts = ScriptDirectory(str(Path(storage.__file__).parent / "migrations"))
    assert [script.revision for script in scripts.walk_revisions()] == list(reversed(KNOWN))
    assert scripts.get_current_head() == KNOWN[-1]


def test_the_revision_is_told(empty_database):
    if file := sqlite_file(empty_database):
        file.parent.mkdir()
    assert revision(empty_database) == (None, "0006")
    migrate(empty_database)
    assert revision(empty_database) == ("0006", "0006")


def test_commands_that_only_read_want_a_database_of_today(empty_database):
    if file := sqlite_file(empty_database):
        with pytest.raises(SetupError, match="there is no database yet"):
            require_current(empty_database)
        file.parent.mkdir()
        file.touch()
    with pytest.raises(SetupError, match="revision None"):
        require_current(empty_database)
    migrate(empty_database)
    require_current(empty_database)


@pytest.mark.parametrize("check", [revision, require_current])
def test_asking_a_broken_database_for_its_revision_is_a_setup_error(check, tmp_path):
    file = tmp_path / "qunzhu.db"
    file.write_text("this is a letter, not a database; " * 100)
    with pytest.raises(SetupError, match="not a database"):
        check(parse_url(f"sqlite:///{file}"))


def test_a_file_in_the_place_of_the_folder(tmp_path):
    (tmp_path / "data").write_text("")
    line = refused(parse_url(f"sqlite:///{tmp_path}/data/qunzhu.db"))
    assert line.startswith(f"{tmp_path}/data/qunzhu.db: the data folder cannot be written")
    assert "storage.url" in line


def test_a_folder_in_the_place_of_the_file(tmp_path):
    (tmp_path / "qunzhu.db").mkdir()
    assert "unable to open database file" in refused(parse_url(f"sqlite:///{tmp_path}/qunzhu.db"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written(tmp_path):
    tmp_path.chmod(0o500)
    try:
        for place in ("qunzhu.db", "data/qunzhu.db"):
            assert "make the folder writable" in refused(parse_url(f"sqlite:///{tmp_path}/{place}"))
    finally:
        tmp_path.chmod(0o700)


def test_a_file_that_is_no_database(tmp_path):
    file = tmp_path / "qunzhu.db"
    file.write_text("this is a letter, not a database; " * 100)
    assert "not a database" in refused(parse_url(f"sqlite:///{file}"))
    assert file.read_text().startswith("this is a letter")


def test_a_database_that_somebody_else_keeps_locked(tmp_path, monkeypatch):
    monkeypatch.setattr("storage.engine.BUSY_MS", 20)
    other = sqlite3.connect(tmp_path / "qunzhu.db", isolation_level=None)
    other.execute("PRAGMA journal_mode=WAL")
    other.execute("BEGIN IMMEDIATE")
    try:
        assert "locked" in refused(parse_url(f"sqlite:///{tmp_path}/qunzhu.db"))
    finally:
        other.close()


def test_a_postgresql_that_is_not_there(tmp_path):
    line = refused(make_url(f"postgresql+psycopg://bot:hunter2@/bot?host={tmp_path}"))
    assert "is PostgreSQL running" in line
    assert "hunter2" not in line


def test_a_postgresql_that_refuses_the_password(postgres):
    rules = postgres.data / "pg_hba.conf"
    before = rules.read_text()
    postgres.say("CREATE ROLE careful LOGIN PASSWORD 'right'")
    rules.write_text("local all careful scram-sha-256\n" + before)
    postgres.say("SELECT pg_reload_conf()")
    try:
        line = refused(postgres.shared.set(username="careful", password="hunter2"))
        assert "password authentication failed" in line
        assert "hunter2" not in line
    finally:
        rules.write_text(before)
        postgres.say("SELECT pg_reload_conf()")
        postgres.say("DROP ROLE careful")


def test_a_postgresql_without_the_database(postgres):
    assert '"nowhere" does not exist' in refused(postgres.url.set(database="nowhere"))


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("qunzhu.db", "cannot be read"),
        ("mysql://bot@localhost/bot", "'mysql' is not supported"),
        ("postgresql://bot@localhost/bot", "'postgresql' is not supported"),
        ("sqlite://", "forgets everything"),
        ("sqlite:///:memory:", "forgets everything"),
    ],
)
def test_a_url_that_cannot_be_used_says_which_can(url, problem):
    with pytest.raises(SetupError, match=problem) as fault:
        parse_url(url)
    assert "sqlite:///data/qunzhu.db" in str(fault.value)
    assert fault.value.where == "storage.url"
