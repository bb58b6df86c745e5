"""The bot is there: every evening on which nothing hindered it each room got its posts, and never more than that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta

from bot.simulation.promises.breach import Breach
from bot.simulation.promises.evenings import DAY, evening_of, openings
from bot.simulation.promises.sighting import Sighting
from bot.simulation.story import Span, Story
from bot.simulation.town_room import TownRoom
from bot.simulation.weather import Fate

MINUTE = timedelta(minutes=1)
HELD = timedelta(days=4)
"""A commanded post waits at most three days for its window."""

LATE = 1
"""After a stop at most one late post a room is made up for."""

AFTERMATH = timedelta(hours=2)
"""After the gateway has complained of our haste a whole evening is excused."""


def check(story: Story, seen: Mapping[str, list[Sighting]]) -> Iterator[Breach]:
    """Evenings without their posts, or with too many. Where staff post too, caps may leave a room short."""
    yield from _too_many(story, seen)
    hindered = [*story.deaf, *story.frozen]
    hindered += [(sent.at, sent.at + AFTERMATH) for sent in story.sent if sent.fate is Fate.TOO_FAST]
    for room in story.rooms:
        if room.adopted_at is not None and not room.busy:
            mine = (stop for stop in story.stops if stop.room_id in {"", room.room_id})
            stops = [(stop.since - MINUTE, stop.lifted_at or story.end) for stop in mine]
            yield from _silent(story, room, seen.get(room.room_id, []), [*hindered, *stops])


def _silent(story: Story, room: TownRoom, posts: list[Sighting], hindered: list[Span]) -> Iterator[Breach]:
    for day, windows in _evenings(story, room):
        start, end = min(window[0] for window in windows), max(window[1] for window in windows)
        if any(since < end and start < until for since, until in hindered):
            continue
        slugs = {post.slug for post in posts if post.by_bot and start <= post.at < end}
        if len(slugs) < room.slots:
            yield Breach("presence", room.room_id, end, f"{len(slugs)} of {room.slots} posts on {day}")


def _too_many(story: Story, seen: Mapping[str, list[Sighting]]) -> Iterator[Breach]:
    """Days with more posts than slots, one late post, and what was commanded since it could have been held back."""
    rooms = {room.room_id: room for room in story.rooms}
    for room_id, posts in seen.items():
        room = rooms.get(room_id)
        if room is None:
            continue
        days = Counter(evening_of(room, post.at) for post in posts if post.by_bot and post.counts)
        for day, count in days.items():
            end = datetime.combine(day + DAY, time(), room.tz)
            ordered = sum(1 for at, where in story.ordered if where == room_id and end - HELD <= at < end)
            if count > room.slots + LATE + ordered:
                yield Breach("slots", room_id, end, f"{count} posts on {day}, {room.slots} slots, {ordered} commanded")


def _evenings(story: Story, room: TownRoom) -> Iterator[tuple[date, list[Span]]]:
    """The local days that lie wholly between the day after the adoption and the end."""
    if room.adopted_at is None:
        return
    day = room.adopted_at.astimezone(room.tz).date() + DAY
    while True:
        windows = list(openings(room, day))
        if max(end for _start, end in windows) > story.end:
            return
        yield day, windows
        day += DAY
