"""Rows of check-ins that break tonight: their owners are reminded once, together, while there is still time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta

from bot.core.checkin import Campaign
from bot.policy import streaks
from bot.policy.caring import Due, Part, Round
from bot.policy.reopening import LAST_START
from bot.policy.window import instant
from storage import checkins, members, punch_records
from storage.store import Db

OCCASION = "streak"
CONTENT = "care/streak-risk"
BEFORE = timedelta(hours=1)
"""So long before the room's day of check-ins closes."""
NAMED = 8
"""At most so many are named, the longest rows first."""


def rows_at_risk(db: Db, rounds: Sequence[Round]) -> Iterable[tuple[Round, Due]]:
    """Who has kept it up for some time and has not checked in yet, in the last hour of the room's day.

    Only then is it known who they are. Their places in the reminder are numbered, and each number is used once a day:
    who comes up in somebody's stead later is not reminded by a second post.
    """
    if not rounds:
        return
    running = checkins.running(db, rounds[0].account_id)
    for due_round in rounds:
        for campaign in running.get(due_round.room.room_id, ()):
            if campaign.counts_on(due_round.day) and _last_hour(due_round, campaign):
                yield from _due(db, due_round, campaign)


def still_at_risk(db: Db, account_id: str, part: Part) -> bool:
    """Whether the row of somebody in a reminder breaks even now: the post may have waited while they checked in."""
    campaign_id = int(part.subject.partition(":")[0])
    campaign = checkins.by_id(db, account_id, [campaign_id]).get(campaign_id)
    if campaign is None or campaign.ended_at is not None:
        return False
    held = punch_records.record(db, account_id, campaign, part.contact_id)
    return streaks.at_risk(campaign, held, date.fromisoformat(part.turn)) > 0


def _last_hour(due_round: Round, campaign: Campaign) -> bool:
    """Whether the hour has come before the care window or the campaign's own span closes, whichever is first."""
    ends = [opening.end for opening in due_round.rules.care_hours.openings(due_round.day, 1)]
    if not ends:
        return False
    end = min(max(ends), _closes(due_round, campaign) or max(ends))
    return end - BEFORE <= due_round.now <= end - LAST_START


def _closes(due_round: Round, campaign: Campaign) -> datetime | None:
    if not campaign.closes:
        return None
    hour, minute = map(int, campaign.closes.split(":"))
    return instant(due_round.day, time(hour, minute), due_round.rules.hours.zone)


def _due(db: Db, due_round: Round, campaign: Campaign) -> Iterator[tuple[Round, Due]]:
    held = punch_records.present(db, due_round.account_id, campaign)
    rows = [(streaks.at_risk(campaign, record, due_round.day), record.contact_id) for record in held]
    risked = sorted((-row, contact_id) for row, contact_id in rows if row)
    wanted = (pair for pair in risked if _greetable(db, due_round, pair[1]))
    for number, (row, contact_id) in zip(range(NAMED), wanted, strict=False):
        about = {"days": -row, "campaign": campaign.title}
        subject, turn = f"{campaign.id}:{number}", due_round.day.isoformat()
        yield due_round, Due(OCCASION, subject, turn, contact_id, CONTENT, about=about, due_at=due_round.now)


def _greetable(db: Db, due_round: Round, contact_id: str) -> bool:
    return members.greetable(db, due_round.account_id, due_round.room.room_id, contact_id) is not None
