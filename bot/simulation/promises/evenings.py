"""Posts go out where and when they may: in adopted rooms, in the room's window, in season, and never in a pause."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta

from bot.core.post import PostKind
from bot.simulation.promises.breach import Breach
from bot.simulation.promises.sighting import Sighting
from bot.simulation.shelf import FESTIVE
from bot.simulation.story import Span, Story
from bot.simulation.town_room import TownRoom

LAST_START = timedelta(seconds=30)
SLACK = timedelta(seconds=1)
DAY = timedelta(days=1)
QINGMING = frozenset({date(2026, 4, 5), date(2027, 4, 5)})
"""The quiet days of the simulated years: no promotion."""


def openings(room: TownRoom, day: date) -> Iterator[Span]:
    """The room's windows that begin on a local day, as instants."""
    for start, end in room.windows:
        last = day if end > start else day + DAY
        yield (
            datetime.combine(day, start, room.tz).astimezone(UTC),
            datetime.combine(last, end, room.tz).astimezone(UTC),
        )


def opening_at(room: TownRoom, at: datetime) -> tuple[date, Span] | None:
    """The window that is open at an instant, and the local day on which it began."""
    today = at.astimezone(room.tz).date()
    for day in (today, today - DAY):
        for start, end in openings(room, day):
            if start <= at < end:
                return day, (start, end)
    return None


def evening_of(room: TownRoom, at: datetime) -> date:
    """The local day to whose evening an instant belongs: the one before, while its window is open past midnight."""
    found = opening_at(room, at)
    return found[0] if found else at.astimezone(room.tz).date()


def check(story: Story, seen: Mapping[str, list[Sighting]]) -> Iterator[Breach]:
    """Every post that went out where or when none may."""
    rooms = {room.room_id: room for room in story.rooms}
    for room_id, posts in seen.items():
        room = rooms.get(room_id)
        for post in posts:
            if not post.by_bot:
                continue
            if room is None or room.adopted_at is None or post.at < room.adopted_at:
                yield Breach("adopted", room_id, post.at, f"{post.slug} in a room that is not the bot's")
                continue
            yield from _in_window(room, post)
            yield from _in_season(story, room, post)
            yield from _in_peace(story, post)


def _in_window(room: TownRoom, post: Sighting) -> Iterator[Breach]:
    found = opening_at(room, post.at)
    local = post.at.astimezone(room.tz)
    if found is None:
        yield Breach("window", room.room_id, post.at, f"{post.slug} at {local:%H:%M:%S}, open {room.window}")
        return
    _day, (_start, end) = found
    if post.at > end - LAST_START + SLACK:
        yield Breach("last_start", room.room_id, post.at, f"{post.slug} at {local:%H:%M:%S}, open {room.window}")


def _in_season(story: Story, room: TownRoom, post: Sighting) -> Iterator[Breach]:
    written = story.library.get(post.slug)
    if written is None:
        return
    local = post.at.astimezone(room.tz).date()
    found = opening_at(room, post.at)
    days = {local, found[0] if found else local}
    if not any(written.valid_on(day) for day in days):
        yield Breach("season", room.room_id, post.at, f"{post.slug} is not valid on {local}")
    if written.festival and not any(FESTIVE[written.festival] == (day.month, day.day) for day in days):
        yield Breach("season", room.room_id, post.at, f"{post.slug} is for {written.festival}, not for {local}")
    if written.audience != "all" and written.audience.removeprefix("tag:") not in room.tags:
        yield Breach("audience", room.room_id, post.at, f"{post.slug} is for {written.audience}, not for {room.tags}")
    if post.kind is PostKind.PROMO and days <= QINGMING:
        yield Breach("quiet", room.room_id, post.at, f"{post.slug} on a quiet day")


def _in_peace(story: Story, post: Sighting) -> Iterator[Breach]:
    for stop in story.stops:
        concerned = stop.room_id in {"", post.room_id} and (not stop.promo_only or post.kind is PostKind.PROMO)
        if concerned and stop.since <= post.at < stop.until:
            yield Breach("pause", post.room_id, post.at, f"{post.slug} during a pause")
