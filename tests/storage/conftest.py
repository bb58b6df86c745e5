"""Every storage test runs on both databases."""

import pytest

from tests.storage.databases import (
    adopted,
    database,
    empty_database,
    long_lived,
    postgres,
    postgres_database,
    sqlite_database,
    store,
)

pytest.register_assert_rewrite("tests.storage.outbox_machine", "tests.storage.points_machine", "tests.storage.reached")

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
