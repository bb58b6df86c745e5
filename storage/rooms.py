"""Queries about managed rooms."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import col, select

from bot.core.room import Room, RoomRole
from storage.store import Db
from storage.tables import RoomRow

# Columns rather than rows: five hundred rooms are read at every look.
_MANAGED = (
    select(RoomRow)
    .where(RoomRow.account_id == bindparam("account"), col(RoomRow.released_at).is_(None))
    .with_only_columns(
        *(col(RoomRow.account_id), col(RoomRow.room_id), col(RoomRow.topic), col(RoomRow.role)),
        *(col(RoomRow.adopted_at), col(RoomRow.adopted_by), col(RoomRow.active), col(RoomRow.settings)),
    )
)

_ROLES = {role.value: role for role in RoomRole}


def managed(db: Db, account_id: str) -> tuple[Room, ...]:
    """Every room the account looks after, by name."""
    found = (
        Room(account, room_id, topic, _ROLES[role], adopted_at, adopted_by, active, dict(settings))
        for account, room_id, topic, role, adopted_at, adopted_by, active, settings in db.execute(
            _MANAGED, {"account": account_id}
        )
    )
    return tuple(sorted(found, key=lambda room: (room.name, room.room_id)))


def find(db: Db, account_id: str, room_id: str) -> Room | None:
    """The managed room with this id."""
    row = db.get(RoomRow, (account_id, room_id))
    return _room(row) if row is not None and row.released_at is None else None


def adopt(db: Db, account_id: str, room_id: str, *, topic: str, role: RoomRole, by: str, now: datetime) -> Room:
    """Begin to look after a room, or change what a managed one is for; its settings survive a release."""
    row = db.get(RoomRow, (account_id, room_id))
    if row is None:
        row = RoomRow(account_id=account_id, room_id=room_id, role=role, adopted_at=now, adopted_by=by)
        db.add(row)
    elif row.released_at is not None:
        row.adopted_at, row.adopted_by, row.released_at = now, by, None
    row.role, row.topic, row.active = role, topic or row.topic, True
    db.flush()
    return _room(row)


def release(db: Db, account_id: str, room_id: str, now: datetime) -> None:
    """Stop looking after a room: from now on nothing is stored about it or posted in it."""
    db.get_one(RoomRow, (account_id, room_id)).released_at = now


def set_setting(db: Db, account_id: str, room_id: str, key: str, value: str | None) -> None:
    """Give the room its own value for a setting; None returns it to config.toml's."""
    row = db.get_one(RoomRow, (account_id, room_id))
    kept = {name: old for name, old in row.settings.items() if name != key}
    row.settings = kept if value is None else {**kept, key: value}


def set_topic(db: Db, account_id: str, room_id: str, topic: str) -> None:
    """Follow a managed room's name; other rooms leave no row."""
    row = db.get(RoomRow, (account_id, room_id))
    if row is not None and row.released_at is None and topic:
        row.topic = topic


def set_active(db: Db, account_id: str, room_id: str, *, active: bool) -> None:
    """Mark whether the bot is still in the room."""
    row = db.get(RoomRow, (account_id, room_id))
    if row is not None and row.released_at is None:
        row.active = active


def _room(row: RoomRow) -> Room:
    return Room(
        account_id=row.account_id,
        room_id=row.room_id,
        topic=row.topic,
        role=RoomRole(row.role),
        adopted_at=row.adopted_at,
        adopted_by=row.adopted_by,
        active=row.active,
        settings=dict(row.settings),
    )
