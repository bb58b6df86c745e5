"""An import runs against a real database: most tests on SQLite, what depends on queries on both."""

import pytest

from tests.importing.counter import Counter
from tests.storage.databases import (
    database,
    postgres,
    postgres_database,
    sqlite_database,
)

__all__ = ["database", "postgres", "postgres_database", "sqlite_database"]


@pytest.fixture
def counter(tmp_path, sqlite_database, capsys):
    """The shop's counter on SQLite."""
    return Counter(tmp_path, sqlite_database, capsys)


@pytest.fixture
def any_counter(tmp_path, database, capsys):
    """The shop's counter on each database."""
    return Counter(tmp_path, database, capsys)
