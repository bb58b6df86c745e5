"""Queries about check-in campaigns: which run where, when they begin and end, and what a member makes of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import bindparam
from sqlmodel import col, select

from bot.core.checkin import Campaign, Counts, Summary
from bot.policy import streaks
from storage import punch_records
from storage.store import Db
from storage.tables import CampaignRow, PunchRow, RoomRow

# Asked for every post: building a statement anew costs more than running it.
_RUNNING = (
    select(CampaignRow)
    .where(CampaignRow.account_id == bindparam("account"), col(CampaignRow.ended_at).is_(None))
    .order_by(col(CampaignRow.id))
)
_HERE = _RUNNING.where(CampaignRow.room_id == bindparam("room"))


def running(db: Db, account_id: str) -> Mapping[str, tuple[Campaign, ...]]:
    """The campaigns that nobody has ended, by room, oldest first."""
    found: dict[str, tuple[Campaign, ...]] = {}
    for row in db.exec(_RUNNING, params={"account": account_id}):
        found[row.room_id] = (*found.get(row.room_id, ()), _campaign(row))
    return found


def here(db: Db, account_id: str, room_id: str) -> tuple[Campaign, ...]:
    """The campaigns of one room that nobody has ended, oldest first."""
    return tuple(map(_campaign, db.exec(_HERE, params={"account": account_id, "room": room_id})))


def by_id(db: Db, account_id: str, ids: Collection[int]) -> Mapping[int, Campaign]:
    """These campaigns, ended ones too."""
    query = select(CampaignRow).where(CampaignRow.account_id == account_id, col(CampaignRow.id).in_(list(ids)))
    return {row.id or 0: _campaign(row) for row in db.exec(query)}


def ended(db: Db, account_id: str, room_id: str, limit: int) -> tuple[Campaign, ...]:
    """Those that have ended last, in one room or ("") in all, the newest first."""
    query = select(CampaignRow).where(CampaignRow.account_id == account_id, col(CampaignRow.ended_at).is_not(None))
    if room_id:
        query = query.where(CampaignRow.room_id == room_id)
    newest = query.order_by(col(CampaignRow.ended_at).desc(), col(CampaignRow.id).desc()).limit(limit)
    return tuple(map(_campaign, db.exec(newest)))


def begun(db: Db, account_id: str, slugs: Collection[str]) -> set[tuple[str, str]]:
    """In which rooms these declared campaigns were ever started, as (room id, slug)."""
    query = select(CampaignRow.room_id, CampaignRow.slug).where(
        CampaignRow.account_id == account_id, col(CampaignRow.slug).in_(list(slugs))
    )
    return set(db.exec(query))


def start(db: Db, account_id: str, campaign: Campaign, by: str, now: datetime) -> Campaign:
    """Begin a campaign as it is given, and return it with its id; its room is told at the next look."""
    row = CampaignRow(
        account_id=account_id,
        room_id=campaign.room_id,
        slug=campaign.slug,
        title=campaign.title,
        word=campaign.word,
        counts=campaign.counts.value,
        rhythm="".join(map(str, sorted(campaign.rhythm))),
        opens=campaign.opens,
        closes=campaign.closes,
        goal=campaign.goal,
        gift=campaign.gift,
        points=campaign.points,
        makeups=campaign.makeups,
        content=campaign.content,
        starts_on=campaign.starts_on.isoformat(),
        ends_on=campaign.ends_on.isoformat() if campaign.ends_on else "",
        started_by=by,
        created_at=now,
    )
    db.add(row)
    db.flush()
    return replace(campaign, id=row.id or 0)


def end(db: Db, campaign_id: int, now: datetime) -> None:
    """Nothing counts any more; its room hears the result at the next look."""
    db.get_one(CampaignRow, campaign_id).ended_at = now
    db.flush()


def unannounced(db: Db, account_id: str) -> tuple[Campaign, ...]:
    """Those whose room has not heard of their start, oldest first."""
    query = select(CampaignRow).where(
        CampaignRow.account_id == account_id, col(CampaignRow.told_at).is_(None), col(CampaignRow.ended_at).is_(None)
    )
    return tuple(map(_campaign, db.exec(query.order_by(col(CampaignRow.id)))))


def unsettled(db: Db, account_id: str) -> tuple[Campaign, ...]:
    """Those that have ended, and whose room has not heard the result, oldest first."""
    query = select(CampaignRow).where(
        CampaignRow.account_id == account_id,
        col(CampaignRow.ended_at).is_not(None),
        col(CampaignRow.result_at).is_(None),
    )
    return tuple(map(_campaign, db.exec(query.order_by(col(CampaignRow.id)))))


def announced(db: Db, campaign_id: int, at: datetime | None) -> None:
    """Its room has heard of its start; None: it has not after all."""
    row = db.get(CampaignRow, campaign_id)
    if row is not None:
        row.told_at = at


def settled(db: Db, campaign_id: int, at: datetime | None) -> None:
    """Its room has heard the result; None: it has not after all."""
    row = db.get(CampaignRow, campaign_id)
    if row is not None:
        row.result_at = at


def summary(db: Db, account_id: str, contact_id: str, today: date) -> tuple[Summary, ...]:
    """How a member stands in each campaign they took part in, the newest first."""
    taken = select(PunchRow.campaign_id).where(PunchRow.account_id == account_id, PunchRow.contact_id == contact_id)
    query = (
        select(CampaignRow, RoomRow.topic)
        .join(
            RoomRow,
            (col(RoomRow.account_id) == col(CampaignRow.account_id))
            & (col(RoomRow.room_id) == col(CampaignRow.room_id)),
        )
        .where(CampaignRow.account_id == account_id, col(CampaignRow.id).in_(taken.distinct()))
        .order_by(col(CampaignRow.id).desc())
    )
    found = [(_campaign(row), topic) for row, topic in db.exec(query)]
    held = punch_records.records(db, account_id, [campaign.id for campaign, _topic in found], [contact_id])
    summaries = []
    for campaign, topic in found:
        record = held.get((campaign.id, contact_id))
        if record is not None and record.marks:
            summaries.append(
                Summary(
                    title=campaign.title,
                    room=topic or campaign.room_id,
                    streak=streaks.streak(campaign, record.marks, today),
                    longest=streaks.longest(campaign, record.marks, today),
                    total=streaks.total(record.marks, today),
                    running=campaign.ended_at is None,
                    daily=campaign.daily,
                )
            )
    return tuple(summaries)


def _campaign(row: CampaignRow) -> Campaign:
    return Campaign(
        id=row.id or 0,
        room_id=row.room_id,
        title=row.title,
        word=row.word,
        counts=Counts(row.counts),
        rhythm=frozenset(map(int, row.rhythm)),
        starts_on=date.fromisoformat(row.starts_on),
        ends_on=date.fromisoformat(row.ends_on) if row.ends_on else None,
        opens=row.opens,
        closes=row.closes,
        goal=row.goal,
        gift=row.gift,
        points=row.points,
        makeups=row.makeups,
        content=row.content,
        slug=row.slug,
        ended_at=row.ended_at,
    )
