"""Queries about rewards: points are taken and stock is reserved in the transaction that asks, or nothing happens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from sqlmodel import col, func, select

from bot.core.points import REDEEM, Payment
from bot.core.redemption import Redemption, Stage
from bot.policy.customs import Reward
from storage import points
from storage.store import Db
from storage.tables import AccountRow, RedemptionRow

TAKING = (Stage.ASKED, Stage.GRANTED)
OPEN_LIMIT = 30


def ask(
    db: Db, account_id: str, contact_id: str, reward: Reward, *, room_id: str, day: date, now: datetime
) -> Redemption | None:
    """Take the points and reserve one; None, and nothing changes, with too few points or an empty shelf."""
    # Whoever else redeems at this moment waits here: two may want the last one.
    db.exec(select(AccountRow.account_id).where(AccountRow.account_id == account_id).with_for_update()).one()
    if left(db, account_id, (reward,))[reward.slug] == 0:
        return None
    if points.balance(db, account_id, contact_id) < reward.cost:
        return None
    row = RedemptionRow(
        account_id=account_id,
        contact_id=contact_id,
        reward=reward.slug,
        title=reward.title,
        cost=reward.cost,
        room_id=room_id,
        asked_at=now,
    )
    db.add(row)
    db.flush()
    spent = Payment(contact_id, REDEEM, subject(row.id or 0), -reward.cost, room_id, day, reward.title)
    if not points.take(db, account_id, spent, now):
        db.delete(row)
        db.flush()
        return None
    return _redemption(row)


def subject(number: int) -> str:
    """What the entry in the ledger is called that a redemption takes its points with."""
    return f"{REDEEM}:{number}"


def left(db: Db, account_id: str, rewards: Iterable[Reward]) -> Mapping[str, int | None]:
    """How many there are still of each reward, by its slug; None without end."""
    wanted = {reward.slug: reward.stock for reward in rewards}
    query = (
        select(RedemptionRow.reward, func.count())
        .where(
            RedemptionRow.account_id == account_id,
            col(RedemptionRow.reward).in_(list(wanted)),
            col(RedemptionRow.state).in_(TAKING),
        )
        .group_by(RedemptionRow.reward)
    )
    taken = dict(db.exec(query).all())
    return {slug: None if stock is None else max(0, stock - taken.get(slug, 0)) for slug, stock in wanted.items()}


def find(db: Db, account_id: str, number: int) -> Redemption | None:
    """The redemption with this number."""
    row = db.get(RedemptionRow, number)
    return _redemption(row) if row is not None and row.account_id == account_id else None


def asked(db: Db, account_id: str, contact_id: str | None = None) -> tuple[Redemption, ...]:
    """What waits for a decision, of everybody or of one person; oldest first, at most `OPEN_LIMIT`."""
    query = select(RedemptionRow).where(RedemptionRow.account_id == account_id, RedemptionRow.state == Stage.ASKED)
    if contact_id is not None:
        query = query.where(RedemptionRow.contact_id == contact_id)
    return tuple(map(_redemption, db.exec(query.order_by(col(RedemptionRow.id)).limit(OPEN_LIMIT))))


def decide(
    db: Db, account_id: str, number: int, stage: Stage, *, by: str, now: datetime, reason: str = ""
) -> Redemption | None:
    """Close one that waits; unless it is granted the points come back. None when nothing waits under this number."""
    query = select(RedemptionRow).where(RedemptionRow.account_id == account_id, RedemptionRow.id == number)
    row = db.exec(query.with_for_update().execution_options(populate_existing=True)).first()
    if row is None or row.state != Stage.ASKED:
        return None
    row.state, row.decided_at, row.decided_by, row.reason = stage.value, now, by, reason
    if stage is Stage.CANCELLED:
        row.told_at = now
    if stage is not Stage.GRANTED:
        points.reverse(db, account_id, subject(number), now, by)
    db.flush()
    return _redemption(row)


def untold(db: Db, account_id: str) -> tuple[Redemption, ...]:
    """What was decided without the member knowing yet, oldest first."""
    query = (
        select(RedemptionRow)
        .where(RedemptionRow.account_id == account_id, col(RedemptionRow.told_at).is_(None))
        .where(col(RedemptionRow.state).in_((Stage.GRANTED, Stage.REFUSED)))
    )
    return tuple(map(_redemption, db.exec(query.order_by(col(RedemptionRow.id)))))


def told(db: Db, number: int, now: datetime | None) -> None:
    """The member is being told; None when it was provably not said after all."""
    row = db.get(RedemptionRow, number)
    if row is not None:
        row.told_at = now


def _redemption(row: RedemptionRow) -> Redemption:
    return Redemption(
        number=row.id or 0,
        contact_id=row.contact_id,
        reward=row.reward,
        title=row.title,
        cost=row.cost,
        stage=Stage(row.state),
        room_id=row.room_id,
        asked_at=row.asked_at,
        reason=row.reason,
    )
