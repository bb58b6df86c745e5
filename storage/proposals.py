"""Queries about proposals: mass actions that wait until enough people have said yes."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import col, select

from bot.core.proposal import Proposal
from storage.store import Db
from storage.tables import ProposalRow
from storage.types import EPOCH, to_ms


def add(db: Db, account_id: str, proposal: Proposal) -> None:
    """Keep a proposal under its code; `ValueError` while another one waits under it. Those that are over make room."""
    before = db.get(ProposalRow, (account_id, proposal.code))
    if before is not None:
        if before.done_at is None and before.expires_at > proposal.created_at:
            raise ValueError(f"proposal {proposal.code} still waits")
        db.delete(before)
        db.flush()
    db.add(
        ProposalRow(
            account_id=account_id,
            code=proposal.code,
            by=proposal.by,
            kind=proposal.kind,
            content=proposal.content,
            body=proposal.body,
            override=proposal.override,
            seal=proposal.seal,
            dues=[[room_id, to_ms(due_at)] for room_id, due_at in proposal.dues],
            people=proposal.people,
            confirmed_by=list(proposal.confirmed_by),
            created_at=proposal.created_at,
            expires_at=proposal.expires_at,
            done_at=proposal.done_at,
        )
    )
    db.flush()


def find(db: Db, account_id: str, code: str) -> Proposal | None:
    """The proposal with this code, be it done or past its time."""
    row = db.get(ProposalRow, (account_id, code))
    return _proposal(row) if row else None


def waiting(db: Db, account_id: str, now: datetime) -> tuple[Proposal, ...]:
    """Those that may still be confirmed, oldest first."""
    query = select(ProposalRow).where(
        ProposalRow.account_id == account_id, col(ProposalRow.done_at).is_(None), ProposalRow.expires_at > now
    )
    return tuple(map(_proposal, db.exec(query.order_by(col(ProposalRow.created_at), col(ProposalRow.code)))))


def confirm(db: Db, account_id: str, code: str, by: str, now: datetime) -> Proposal:
    """Note somebody's yes; the same person's second yes counts once. `ValueError` when it is done or too old."""
    row = db.get_one(ProposalRow, (account_id, code))
    if row.done_at is not None or row.expires_at <= now:
        raise ValueError(f"proposal {code} takes no confirmation any more")
    if by not in row.confirmed_by:
        row.confirmed_by = [*row.confirmed_by, by]
    return _proposal(row)


def done(db: Db, account_id: str, code: str, now: datetime) -> None:
    """It has been carried out, and counts no second time."""
    db.get_one(ProposalRow, (account_id, code)).done_at = now


def cancel(db: Db, account_id: str, code: str, now: datetime) -> bool:
    """Forget a proposal; False when there is none, it was carried out, or nobody may confirm it any more."""
    row = db.get(ProposalRow, (account_id, code))
    if row is None or row.done_at is not None or row.expires_at <= now:
        return False
    db.delete(row)
    db.flush()
    return True


def _proposal(row: ProposalRow) -> Proposal:
    return Proposal(
        code=row.code,
        by=row.by,
        kind=row.kind,
        content=row.content,
        body=row.body,
        override=row.override,
        seal=row.seal,
        dues=tuple((room_id, EPOCH + timedelta(milliseconds=due)) for room_id, due in row.dues),
        people=row.people,
        confirmed_by=tuple(row.confirmed_by),
        created_at=row.created_at,
        expires_at=row.expires_at,
        done_at=row.done_at,
    )
