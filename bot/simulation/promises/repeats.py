"""Nothing is said twice: no post within its cooldown, no text within a day; and no part of a series before another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from bot.simulation.promises.breach import Breach
from bot.simulation.promises.sighting import Sighting
from bot.simulation.story import Story

DAY = timedelta(days=1)
SLACK = timedelta(minutes=1)


def check(story: Story, seen: Mapping[str, list[Sighting]]) -> Iterator[Breach]:
    """Every repetition of a post that the room may have seen already."""
    for room_id, posts in seen.items():
        last: dict[str, datetime] = {}
        for post in posts:
            if not (post.by_bot and post.counts):
                continue
            before = last.get(post.slug)
            if before is not None:
                yield from _again(story, room_id, post, post.at - before)
            yield from _out_of_order(story, room_id, post, last)
            last[post.slug] = post.at


def _again(story: Story, room_id: str, post: Sighting, since: timedelta) -> Iterator[Breach]:
    if since < DAY:
        yield Breach("duplicate", room_id, post.at, f"{post.slug} again after {since}")
    written = story.library.get(post.slug)
    if written is not None and since < timedelta(days=written.cooldown_days) - SLACK:
        yield Breach("cooldown", room_id, post.at, f"{post.slug} again after {since.days} days")


def _out_of_order(story: Story, room_id: str, post: Sighting, last: Mapping[str, datetime]) -> Iterator[Breach]:
    written = story.library.get(post.slug)
    if written is None or written.part < 2:
        return
    place = (written.series, written.part - 1)
    before = next((other.slug for other in story.library.values() if (other.series, other.part) == place), "")
    if before not in last:
        yield Breach("series", room_id, post.at, f"{post.slug} before {before}")
