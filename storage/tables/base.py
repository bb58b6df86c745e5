"""What every table has in common."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, MetaData
from sqlmodel import Field, SQLModel

from storage.types import BigId

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(SQLModel):
    """Gives every constraint a stable name, which migrations on SQLite need."""

    metadata = MetaData(naming_convention=NAMING)


def row_id() -> Any:
    """A surrogate key that grows: 64 bits on PostgreSQL, a rowid on SQLite."""
    return Field(default=None, sa_column=Column(BigId, primary_key=True, autoincrement=True))
