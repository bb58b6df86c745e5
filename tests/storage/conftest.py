"""Every storage test runs on both databases."""

from tests.storage.databases import (
    adopted,
    database,
    empty_database,
    long_lived,
    postgres,
    postgres_database,
    sqlite_database,
    sqlite_template,
    store,
)

__all__ = [
    "adopted",
    "database",
    "empty_database",
    "long_lived",
    "postgres",
    "postgres_database",
    "sqlite_database",
    "sqlite_template",
    "store",
]
