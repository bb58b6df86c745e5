"""Where the embedded default begins: shortly before the evening, and never back in time."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.policy.window import instant

BEGIN = time(18, 55)
END = time(21, 30)


def sandbox_start(real_now: datetime, lived_until: datetime | None, zone: ZoneInfo) -> datetime:
    """The virtual time to start at: this evening at first; later where the last run ended, or the next evening."""
    if lived_until is None:
        return instant(real_now.astimezone(zone).date(), BEGIN, zone)
    day = lived_until.astimezone(zone).date()
    if instant(day, BEGIN, zone) <= lived_until < instant(day, END, zone):
        return lived_until + timedelta(seconds=1)
    following = day if lived_until < instant(day, BEGIN, zone) else day + timedelta(days=1)
    return instant(following, BEGIN, zone)


def evening_number(first: date, day: date, count: int) -> int:
    """Which of the written evenings a day plays: 1 on the first day, then in turn."""
    return (day - first).days % count + 1
