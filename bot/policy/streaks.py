"""Rows of check-ins: how long somebody has kept it up, who leads, whose row is about to break, what may be mended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from bot.core.checkin import Campaign, How, Record, Tally

Marks = Mapping[date, How]

LEAVES = 2
"""So many days of a calendar month a member may be excused from."""
BACK = 7
"""A missed day may be made up for at most so many days later."""
AHEAD = 31
"""Leave is asked for at most so many days ahead."""
RISKED = 3
"""A shorter row is not worth a reminder."""
_DAY = timedelta(days=1)
_LATEST = datetime.max.replace(tzinfo=UTC)


class Refusal(StrEnum):
    """Why a day cannot be made up for, or be a leave."""

    QUOTA = "quota"
    NONE_MISSED = "none_missed"
    RHYTHM = "rhythm"
    DONE = "done"
    EXCUSED = "excused"
    REMOVED = "removed"
    EARLY = "early"
    LATE = "late"
    TODAY = "today"


def counted(how: How | None) -> bool:
    """Whether the day itself counts; a leave only keeps the row from breaking."""
    return how is not None and how is not How.LEAVE


def days_back(campaign: Campaign, day: date) -> Iterator[date]:
    """The days of the rhythm from `day` backwards, to the campaign's first."""
    day = day if campaign.ends_on is None else min(day, campaign.ends_on)
    while day >= campaign.starts_on:
        if day.isoweekday() in campaign.rhythm:
            yield day
        day -= _DAY


def streak(campaign: Campaign, marks: Marks, today: date) -> int:
    """Days of the rhythm in a row up to today; today still to be done breaks nothing, an excused day neither."""
    row = 0
    for day in days_back(campaign, today):
        how = marks.get(day)
        if counted(how):
            row += 1
        elif how is None and day != today:
            break
    return row


def longest(campaign: Campaign, marks: Marks, today: date) -> int:
    """The longest row there ever was up to today."""
    best = row = 0
    first = min(marks, default=today)
    for day in days_back(campaign, today):
        how = marks.get(day)
        row = row + counted(how) if how is not None else 0
        best = max(best, row)
        if day < first:
            break
    return best


def total(marks: Marks, today: date) -> int:
    """The days that count up to today."""
    return sum(counted(how) and day <= today for day, how in marks.items())


def tally(campaign: Campaign, record: Record, today: date) -> Tally:
    """A member's figures as of today."""
    row = streak(campaign, record.marks, today)
    return Tally(record.contact_id, row, total(record.marks, today), record.last_at)


def ranked(campaign: Campaign, records: Iterable[Record], today: date) -> Sequence[Tally]:
    """The board: who has most days, then the longest current row, then who had them first; nobody without a day.

    When the newest day was made never changes, so equals keep their places however often it is asked.
    """
    tallies = (tally(campaign, record, today) for record in records)
    return sorted((found for found in tallies if found.total), key=_place)


def place(board: Sequence[Tally], contact_id: str) -> int:
    """Somebody's place on the board, from 1; 0 for who is not on it."""
    return next((number for number, found in enumerate(board, 1) if found.contact_id == contact_id), 0)


def at_risk(campaign: Campaign, record: Record, today: date) -> int:
    """The row of days that breaks unless its owner checks in today; 0 when none worth telling does."""
    if not campaign.counts_on(today) or today in record.marks or today in record.removed:
        return 0
    row = streak(campaign, record.marks, today)
    return row if row >= RISKED else 0


def makeups_left(campaign: Campaign, marks: Marks) -> int:
    """How many missed days may still be made up for."""
    return max(0, campaign.makeups - sum(how is How.MAKEUP for how in marks.values()))


def leaves_left(marks: Marks, day: date) -> int:
    """How many leaves are left in the calendar month of that day."""
    taken = sum(how is How.LEAVE and (on.year, on.month) == (day.year, day.month) for on, how in marks.items())
    return max(0, LEAVES - taken)


def day_to_mend(campaign: Campaign, record: Record, today: date, wanted: date | None = None) -> date | Refusal:
    """The day that a make-up goes to: the one that is wanted, else the last missed one; or why there is none."""
    if makeups_left(campaign, record.marks) == 0:
        return Refusal.QUOTA
    if wanted is not None:
        return _mendable(campaign, record, today, wanted) or wanted
    for day in days_back(campaign, today - _DAY):
        if day < today - BACK * _DAY:
            break
        if day not in record.marks and day not in record.removed:
            return day
    return Refusal.NONE_MISSED


def day_off(campaign: Campaign, record: Record, today: date, day: date) -> Refusal | None:
    """Why that day cannot be a leave; None when it can."""
    if day < today:
        return Refusal.EARLY
    if day > today + AHEAD * _DAY:
        return Refusal.LATE
    taken = _taken(campaign, record, day)
    if taken is not None:
        return taken
    return None if leaves_left(record.marks, day) else Refusal.QUOTA


def _mendable(campaign: Campaign, record: Record, today: date, day: date) -> Refusal | None:
    if day >= today:
        return Refusal.TODAY
    if day < today - BACK * _DAY:
        return Refusal.EARLY
    taken = _taken(campaign, record, day)
    return None if taken is Refusal.EXCUSED else taken


def _taken(campaign: Campaign, record: Record, day: date) -> Refusal | None:
    if not campaign.counts_on(day):
        return Refusal.RHYTHM
    if day in record.removed:
        return Refusal.REMOVED
    how = record.marks.get(day)
    if how is None:
        return None
    return Refusal.EXCUSED if how is How.LEAVE else Refusal.DONE


def _place(found: Tally) -> tuple[int, int, datetime, str]:
    return (-found.total, -found.streak, found.last_at or _LATEST, found.contact_id)
