"""Posting windows: when a room's own evening lets a post in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY = timedelta(days=1)
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Window:
    """A local half-open stretch `[start, end)`; it crosses midnight when `end` is before `start`."""

    start: time
    end: time

    @classmethod
    def parse(cls, text: str) -> Window:
        """Read "19:00-21:00" (also "－", "—", "~" or "至" between); `ValueError` says what is wrong."""
        for dash in ("－", "–", "—", "~", "～", "至", "到"):
            text = text.replace(dash, "-")
        parts = text.replace("：", ":").split("-")
        if len(parts) != 2:
            raise ValueError(f"{text!r} is not a window such as 19:00-21:00")
        start, end = (_time_of_day(part.strip()) for part in parts)
        if start == end:
            raise ValueError(f"the window {text!r} starts and ends at the same time")
        return cls(start, end)

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"


@dataclass(frozen=True, slots=True)
class Opening:
    """A window on one real evening, as aware UTC instants, half-open."""

    day: date
    start: datetime
    end: datetime

    def __contains__(self, now: datetime) -> bool:
        return self.start <= now < self.end


@dataclass(frozen=True, slots=True)
class Hours:
    """A room's windows by weekday (0 is Monday) in its own zone. The local rule is kept, never its UTC image."""

    zone: ZoneInfo
    days: tuple[tuple[Window, ...], ...]

    @classmethod
    def of(cls, zone: str, windows: Sequence[str], weekdays: Mapping[str, Sequence[str]] | None = None) -> Hours:
        """From configuration: windows for every day, and other ones for named weekdays (an empty list closes)."""
        other = weekdays or {}
        per_day = (other.get(day, windows) for day in WEEKDAYS)
        return cls(ZoneInfo(zone), tuple(tuple(map(Window.parse, texts)) for texts in per_day))

    def local_day(self, now: datetime) -> date:
        return now.astimezone(self.zone).date()

    def openings(self, first: date, days: int) -> Iterator[Opening]:
        """The openings that start on `days` local days from `first`, in order."""
        for offset in range(days):
            day = first + offset * _DAY
            for window in sorted(self.days[day.weekday()], key=lambda item: item.start):
                end_day = day if window.end > window.start else day + _DAY
                start, end = instant(day, window.start, self.zone), instant(end_day, window.end, self.zone)
                if start < end:
                    yield Opening(day, start, end)

    def current(self, now: datetime) -> Opening | None:
        """The opening that is open now, the longest-lasting of several. Yesterday's may still be, after midnight."""
        open_now = (item for item in self.openings(self.local_day(now) - _DAY, 2) if now in item)
        return max(open_now, key=lambda item: item.end, default=None)

    def next_opening(self, now: datetime) -> Opening | None:
        """The first opening that starts after now; None when every day is closed.

        It looks a fortnight ahead: a weekly window may lie wholly in the hour that a change of clocks skips.
        """
        return next((item for item in self.openings(self.local_day(now) - _DAY, 17) if item.start > now), None)


def instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The UTC instant of a local time. One that does not exist moves to the first valid one; of two, the first."""
    local = datetime.combine(day, at)
    early = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    found = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) == local:
        return found
    return _transition(early, found, zone)


def _transition(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The instant at which the zone's offset changes between two others, to the second."""
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) / 2
        middle = middle.replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after


def _time_of_day(text: str) -> time:
    found = _TIME.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is not a time of day such as 19:00")
    return time(int(found.group(1)), int(found.group(2)))
