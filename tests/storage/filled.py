"""Fills every table with rows that name one person in every column that could, whatever tables there are."""

from datetime import datetime

from sqlalchemy import JSON, Boolean, Integer, String, TypeDecorator, insert

from storage.footprints import BY, DATA, FOOTPRINTS, KEY, OWN, TEXT
from storage.tables import Base
from storage.types import Instant

SKIPPED = {"account", "forgotten", "erasure"}


def fill(db, account_id, contact_id, name, now):
    """One row about them in every table that has such, and one about somebody else that names them throughout."""
    for table in Base.metadata.sorted_tables:
        if table.name in SKIPPED:
            continue
        about_them = _row(table, account_id, contact_id, name, now, own=contact_id, number=1)
        about_another = _row(table, account_id, contact_id, name, now, own="somebody-else", number=2)
        alone = table.name in {"account_lease", "sending"}
        rows = [about_another] if alone else [about_them, about_another]
        for row in rows:
            db.execute(insert(table).values(row))


def _row(table, account_id, contact_id, name, now, *, own, number):
    return {
        column.name: _value(table, column, account_id, contact_id, name, now, own, number)
        for column in table.columns
        if not (column.primary_key and column.autoincrement is True)
    }


def _value(table, column, account_id, contact_id, name, now, own, number):
    if column.name == "account_id":
        return account_id
    match FOOTPRINTS[table.name].get(column.name):
        case trace if trace is OWN:
            return own
        case trace if trace is BY:
            return contact_id
        case trace if trace is TEXT or trace is KEY:
            return f"{number}: @{name}\u2005({contact_id}) {name}!"
        case trace if trace is DATA:
            return {"who": name, contact_id: [contact_id, {"said": f"找{name}"}], "n": number}
        case _:
            return _plain(column, now, number)


def _plain(column, now, number):
    kind = column.type.impl if isinstance(column.type, TypeDecorator) else column.type
    if isinstance(column.type, Instant) or isinstance(kind, datetime):
        return now
    if isinstance(kind, JSON):
        return []
    if isinstance(kind, Boolean):
        return False
    if isinstance(kind, String):
        return f"{column.name}-{number}"
    if isinstance(kind, Integer):
        return number
    return None


def everything(db):
    """Every value of every table, as one text: JSON is read, so that nothing hides behind its escapes."""
    return "\n".join(
        f"{table.name}.{column}={value!r}"
        for table in Base.metadata.sorted_tables
        for row in db.execute(table.select()).mappings()
        for column, value in row.items()
    )
