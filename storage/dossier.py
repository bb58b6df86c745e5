"""Everything that is kept about one person, out of every table, as plain values."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, false, func, select

from storage.exports import iso
from storage.footprints import FOOTPRINTS, Trace, columns_of
from storage.store import Db
from storage.tables import Base

ACTED = {"audit": ("actor_id",), "ledger": ("talker_id", "room_id"), "delivery": ("room_id",), "care": ("room_id",)}
"""Where else a row is about them: what they commanded and posted, and what was posted to them alone."""


def of(db: Db, account_id: str, contact_id: str, now: datetime) -> dict[str, Any]:
    """`tables` has every table that knows them, each row by its columns; times are ISO 8601 in UTC.

    How many people they brought along is told as a number: who that was is those people's own.
    """
    tables = {}
    for name in sorted(FOOTPRINTS):
        rows = _rows(db, Base.metadata.tables[name], account_id, contact_id)
        if rows:
            tables[name] = rows
    return {
        "contact_id": contact_id,
        "account_id": account_id,
        "exported_at": iso(now),
        "invited": _invited(db, account_id, contact_id),
        "tables": tables,
    }


def _rows(db: Db, table: Table, account_id: str, contact_id: str) -> list[dict[str, Any]]:
    mine: ColumnElement[bool] = false()
    for column in (*columns_of(table.name, Trace.OWN), *ACTED.get(table.name, ())):
        mine = mine | (table.c[column] == contact_id)
    if table.name == "message":
        mine = mine | (table.c.room_id.is_(None) & (table.c.listener_id == contact_id))
    if table.name == "failure":
        said = Base.metadata.tables["message"]
        own = select(said.c.message_id).where(said.c.account_id == account_id, said.c.talker_id == contact_id)
        mine = mine | table.c.message_id.in_(own)
    query = select(table).where(table.c.account_id == account_id, mine).order_by(*table.primary_key)
    return [{name: _plain(value) for name, value in row.items()} for row in db.execute(query).mappings()]


def _plain(value: Any) -> Any:
    return iso(value) if isinstance(value, datetime) else value


def _invited(db: Db, account_id: str, contact_id: str) -> int:
    table = Base.metadata.tables["membership"]
    query = select(func.count()).where(table.c.account_id == account_id, table.c.inviter_id == contact_id)
    return db.scalar(query) or 0
