"""Queries about notices: what the control room must hear, each said once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import col, select, update

from bot.core.notice import Notice
from storage.store import Db
from storage.tables import NoticeRow
from storage.types import EPOCH, to_ms

_TIME = "_at"
"""A key that ends so holds a time: JSON knows none, so it is kept as epoch milliseconds."""


_UNSAID = (
    select(NoticeRow)
    .where(NoticeRow.account_id == bindparam("account"), col(NoticeRow.said_at).is_(None))
    .order_by(col(NoticeRow.id))
)

_NEWEST = (
    select(NoticeRow)
    .where(NoticeRow.account_id == bindparam("account"))
    .order_by(col(NoticeRow.id).desc())
    .limit(bindparam("most"))
)


def post(db: Db, account_id: str, key: str, template: str, data: Mapping[str, object], now: datetime) -> bool:
    """Have something said; False when that key was posted before, said or not.

    `data` is JSON, and times under keys that end in "_at"; `ValueError` for a time under another key.
    """
    known = select(NoticeRow.id).where(NoticeRow.account_id == account_id, NoticeRow.key == key)
    if db.exec(known).first() is not None:
        return False
    db.add(NoticeRow(account_id=account_id, key=key, template=template, data=_packed(data, ""), created_at=now))
    db.flush()
    return True


def unsaid(db: Db, account_id: str) -> tuple[Notice, ...]:
    """What has not been said yet, in the order it happened."""
    return tuple(map(_notice, db.exec(_UNSAID, params={"account": account_id})))


def newest(db: Db, account_id: str, most: int = 30) -> tuple[Notice, ...]:
    """The last alarms and briefs, said or not, newest first."""
    return tuple(map(_notice, db.exec(_NEWEST, params={"account": account_id, "most": most})))


def said(db: Db, ids: Iterable[int], now: datetime) -> None:
    """These have been said."""
    db.exec(update(NoticeRow).where(col(NoticeRow.id).in_(list(ids))).values(said_at=now))


def unsay(db: Db, ids: Iterable[int]) -> None:
    """These were provably not said after all, and are to be said again."""
    db.exec(update(NoticeRow).where(col(NoticeRow.id).in_(list(ids))).values(said_at=None))


def _notice(row: NoticeRow) -> Notice:
    return Notice(row.id or 0, row.key, row.template, _unpacked(row.data, ""), row.created_at)


def _packed(value: object, key: str) -> Any:
    match value:
        case datetime():
            if not key.endswith(_TIME):
                raise ValueError(f"a time in a notice needs a key that ends in {_TIME!r}, not {key!r}")
            return to_ms(value)
        case Mapping():
            return {name: _packed(held, name) for name, held in value.items()}
        case list() | tuple():
            return [_packed(held, key) for held in value]
        case _:
            return value


def _unpacked(value: Any, key: str) -> Any:
    match value:
        case bool() | str() | None:
            return value
        case int() if key.endswith(_TIME):
            return EPOCH + timedelta(milliseconds=value)
        case dict():
            return {name: _unpacked(held, name) for name, held in value.items()}
        case list():
            return [_unpacked(held, key) for held in value]
        case _:
            return value
