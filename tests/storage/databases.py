"""Fixtures that run a test on both databases: SQLite in a real file, and a real PostgreSQL."""

import asyncio

import pytest
from sqlalchemy import delete

from storage import accounts, rooms
from storage.engine import parse_url
from storage.store import Store
from storage.tables import Base
from tests.storage import postgres as server
from tests.storage.blank import lay
from tests.storage.given import ACCOUNT, CUSTOMER, NOW, OPERATOR, ROOM

__all__ = [
    "adopted",
    "database",
    "empty_database",
    "long_lived",
    "postgres",
    "postgres_database",
    "sqlite_database",
    "store",
]

SQLITE_AND_POSTGRES = ("sqlite", "postgres")


@pytest.fixture(scope="session")
def postgres():
    """The PostgreSQL of this test process; skips visibly where the package is missing."""
    yield server.acquire()
    server.release()


@pytest.fixture
def sqlite_database(tmp_path):
    """The URL of a migrated SQLite file without rows."""
    file = tmp_path / "qunzhu.db"
    lay(file)
    return parse_url(f"sqlite:///{file}")


@pytest.fixture
def postgres_database(postgres):
    """The URL of a migrated PostgreSQL database without rows."""
    return postgres.emptied()


@pytest.fixture(params=SQLITE_AND_POSTGRES)
def database(request):
    """The URL of a migrated database without rows."""
    return request.getfixturevalue(f"{request.param}_database")


@pytest.fixture(params=SQLITE_AND_POSTGRES)
def empty_database(request, tmp_path):
    """The URL of a database without tables."""
    if request.param == "postgres":
        return request.getfixturevalue("postgres").create()
    return parse_url(f"sqlite:///{tmp_path}/data/qunzhu.db")


@pytest.fixture(scope="session", params=SQLITE_AND_POSTGRES)
def long_lived(request, tmp_path_factory):
    """One open store for all tests of a database: opening one costs more than most tests do."""
    if request.param == "postgres":
        url = request.getfixturevalue("postgres").shared
    else:
        file = tmp_path_factory.mktemp("store") / "qunzhu.db"
        lay(file)
        url = parse_url(f"sqlite:///{file}")
    opened = Store(url)
    yield opened
    asyncio.run(opened.close())


@pytest.fixture
async def store(long_lived):
    """An open store that knows the account and nothing else."""
    await long_lived.run(begin_anew)
    return long_lived


def begin_anew(db):
    """No rows but the account's."""
    for table in Base.metadata.tables.values():
        db.execute(delete(table))
    accounts.ensure(db, ACCOUNT, NOW)


@pytest.fixture
async def adopted(store):
    """The store after an operator adopted the room."""
    await store.run(rooms.adopt, ACCOUNT, ROOM, topic="宝妈群", role=CUSTOMER, by=OPERATOR, now=NOW)
    return store
