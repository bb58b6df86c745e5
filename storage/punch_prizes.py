"""What a check-in brings its member: points, the badges of a long row, and the gift at the goal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlmodel import select

from bot.core.checkin import Campaign, How, Record
from bot.core.points import REVERSE, Payment
from bot.policy import streaks
from bot.policy.customs import Customs
from storage import badges, points, tasks
from storage.store import Db
from storage.tables import PunchRow

RULE = "checkin"
"""The rule under which check-ins stand in the ledger of points."""
TURNS = 16
"""So often an operator may take a day away and give it back."""

Fresh = Sequence[tuple[Campaign, PunchRow]]


def give(
    db: Db,
    account_id: str,
    fresh: Fresh,
    held: Mapping[tuple[int, str], Record],
    customs: Customs,
    now: datetime,
    *,
    again: bool = False,
) -> None:
    """Pay for days that now count, and note in their rows which badges and which goal they brought.

    A day that is made up for is not paid: it mends the row. `again`: the day was taken away before.
    """
    _pay(db, account_id, fresh, customs, now, again=again)
    waiting: dict[tuple[int, str], set[str]] = defaultdict(set)
    for campaign, row in fresh:
        waiting[campaign.id, row.contact_id].add(row.day)
    for campaign, row in fresh:
        # Of several days that were heard together, each is judged without those after it.
        key = (campaign.id, row.contact_id)
        waiting[key].discard(row.day)
        marks = {on: how for on, how in held[key].marks.items() if on.isoformat() not in waiting[key]}
        _judge(db, account_id, campaign, row, marks, customs, now)
    db.flush()


def take_back(
    db: Db, account_id: str, campaign: Campaign, held: Record, row: PunchRow, customs: Customs, now: datetime
) -> None:
    """What was paid for a day that an operator took away, and the badges that were won here by a row it broke.

    `held` are the days that are left. A gift that was promised stays on the list: whoever hands it over decides.
    """
    day = date.fromisoformat(row.day)
    _turn(db, account_id, subject(campaign, held.contact_id, day), row.removed_by, now)
    left = streaks.longest(campaign, held.marks, max(held.marks, default=day))
    lost = {name for length, name in customs.badges.items() if length > left}
    query = select(PunchRow).where(
        PunchRow.account_id == account_id,
        PunchRow.campaign_id == campaign.id,
        PunchRow.contact_id == held.contact_id,
    )
    for other in db.exec(query):
        for name in lost.intersection(other.won):
            badges.remove(db, account_id, held.contact_id, name)
            other.won = [kept for kept in other.won if kept != name]
    db.flush()


def subject(campaign: Campaign, contact_id: str, day: date) -> str:
    """What the payment for a day is known by."""
    return f"punch:{campaign.id}:{contact_id}:{day.isoformat()}"


def _judge(
    db: Db,
    account_id: str,
    campaign: Campaign,
    row: PunchRow,
    marks: Mapping[date, How],
    customs: Customs,
    now: datetime,
) -> None:
    """What the row of days is with this one, and was not without it."""
    last = max(marks)
    length = streaks.longest(campaign, marks, last)
    others = {on: how for on, how in marks.items() if on.isoformat() != row.day}
    before = streaks.longest(campaign, others, last)
    row.won = [
        name
        for wanted, name in sorted(customs.badges.items())
        if before < wanted <= length and badges.add(db, account_id, row.contact_id, name, campaign.room_id, now)
    ]
    reached = campaign.goal > 0 and before < campaign.goal <= length
    row.reached = reached and (not campaign.gift or _promise(db, account_id, campaign, row.contact_id, now))


def _pay(db: Db, account_id: str, fresh: Fresh, customs: Customs, now: datetime, *, again: bool) -> None:
    due = []
    for campaign, row in fresh:
        day = date.fromisoformat(row.day)
        name = subject(campaign, row.contact_id, day)
        if row.how == How.MAKEUP or campaign.points <= 0 or (again and _turn(db, account_id, name, row.by, now)):
            continue
        due.append(
            Payment(row.contact_id, RULE, name, campaign.points, row.room_id, day, note=campaign.title, by=row.by)
        )
    points.pay_all(db, account_id, due, now, cap=customs.points.daily_cap)


def _turn(db: Db, account_id: str, name: str, by: str, now: datetime) -> bool:
    """Undo the last entry there is for a day: the payment, its reversal, the reversal of that; False without any."""
    return any(points.reverse(db, account_id, REVERSE * turn + name, now, by) for turn in range(TURNS))


def _promise(db: Db, account_id: str, campaign: Campaign, contact_id: str, now: datetime) -> bool:
    """Have somebody of the house hand over the gift; False when it was promised before."""
    return tasks.add(
        db,
        account_id,
        f"checkin:{campaign.id}:{contact_id}",
        "gift",
        contact_id=contact_id,
        room_id=campaign.room_id,
        data={"what": campaign.gift, "why": campaign.title},
        now=now,
    )
