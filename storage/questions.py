"""Queries about what the bot has asked members, each asked once and answered at most once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.core.question import Question
from storage.store import Db
from storage.tables import QuestionRow


def ask(
    db: Db,
    account_id: str,
    key: str,
    *,
    contact_id: str,
    conversation_id: str,
    about: str,
    data: Mapping[str, object],
    now: datetime,
    expires_at: datetime,
    said: bool = True,
) -> bool:
    """Note a question; False when that key was asked before. Not `said` ones wait in `unsaid` for their turn.

    `data` is JSON. An older open question to the same person in the same conversation is closed unanswered: a yes
    means the last thing that was asked.
    """
    known = select(QuestionRow.id).where(QuestionRow.account_id == account_id, QuestionRow.key == key)
    if db.exec(known).first() is not None:
        return False
    row = QuestionRow(
        account_id=account_id,
        key=key,
        contact_id=contact_id,
        conversation_id=conversation_id,
        about=about,
        data=dict(data),
        created_at=now,
        asked_at=now if said else None,
        expires_at=expires_at,
    )
    if said:
        _supersede(db, account_id, conversation_id, contact_id, now)
    db.add(row)
    db.flush()
    return True


def unsaid(db: Db, account_id: str, now: datetime) -> tuple[Question, ...]:
    """What is to be asked and has not been, oldest first; what has expired meanwhile is left out."""
    query = _open(account_id).where(col(QuestionRow.asked_at).is_(None), QuestionRow.expires_at > now)
    return tuple(_question(row) for row in db.exec(query.order_by(col(QuestionRow.id))))


def said(db: Db, question_id: int, now: datetime, expires_at: datetime) -> None:
    """It is being asked now."""
    row = db.get_one(QuestionRow, question_id)
    _supersede(db, row.account_id, row.conversation_id, row.contact_id, now)
    row.asked_at, row.expires_at = now, expires_at


def unsay(db: Db, question_id: int) -> None:
    """It was provably not asked after all."""
    db.get_one(QuestionRow, question_id).asked_at = None


def open_to(db: Db, account_id: str, conversation_id: str, contact_id: str, now: datetime) -> Question | None:
    """What this person was last asked there and has not answered yet."""
    query = _open(account_id).where(
        QuestionRow.contact_id == contact_id,
        QuestionRow.conversation_id == conversation_id,
        col(QuestionRow.asked_at).is_not(None),
        QuestionRow.expires_at > now,
    )
    row = db.exec(query.order_by(col(QuestionRow.id).desc())).first()
    return _question(row) if row else None


def answer(db: Db, question_id: int, *, yes: bool, now: datetime) -> None:
    """Close it with what the person said."""
    row = db.get_one(QuestionRow, question_id)
    row.answer, row.answered_at = "yes" if yes else "no", now


def awaited(db: Db, account_id: str) -> set[tuple[str, str]]:
    """The (conversation, contact) that have an open question."""
    query = _open(account_id).where(col(QuestionRow.asked_at).is_not(None))
    return {(row.conversation_id, row.contact_id) for row in db.exec(query)}


def _supersede(db: Db, account_id: str, conversation_id: str, contact_id: str, now: datetime) -> None:
    query = _open(account_id).where(
        QuestionRow.contact_id == contact_id,
        QuestionRow.conversation_id == conversation_id,
        col(QuestionRow.asked_at).is_not(None),
    )
    for row in db.exec(query).all():
        row.answer, row.answered_at = "none", now


def _open(account_id: str) -> SelectOfScalar[QuestionRow]:
    return select(QuestionRow).where(QuestionRow.account_id == account_id, QuestionRow.answer == "")


def _question(row: QuestionRow) -> Question:
    return Question(
        row.id or 0, row.contact_id, row.conversation_id, row.about, row.asked_at or row.created_at, row.data
    )
