"""Promotion stays rare: by the rolling week, by ten posts in a row and by the local day, staff's own counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from bot.core.post import PostKind
from bot.simulation.promises.breach import Breach
from bot.simulation.promises.sighting import Sighting
from bot.simulation.story import Story
from bot.simulation.town_room import TownRoom

WEEK = timedelta(days=7)
SLACK = timedelta(seconds=60)
"""Between the bot's decision and what the gateway saw some seconds may pass."""

HEARD = timedelta(seconds=10)
"""What staff said less than this before, the bot need not have taken into account."""


def check(story: Story, seen: Mapping[str, list[Sighting]]) -> Iterator[Breach]:
    """Every promotion of the bot's for which the caps left no room when it went out."""
    rooms = {room.room_id: room for room in story.rooms}
    for room_id, posts in seen.items():
        room = rooms.get(room_id)
        counting = [post for post in posts if post.counts]
        for index, post in enumerate(counting):
            if room is not None and post.by_bot and post.kind is PostKind.PROMO:
                known = [item for item in counting[:index] if item.by_bot or item.at < post.at - HEARD]
                yield from _over(room, known, post)


def _over(room: TownRoom, before: Sequence[Sighting], post: Sighting) -> Iterator[Breach]:
    promos = [item.at for item in before if item.kind is PostKind.PROMO]
    week = sum(1 for at in promos if at > post.at - WEEK + SLACK)
    if week >= room.week:
        yield Breach("promo.week", room.room_id, post.at, f"{post.slug} after {week} in 7 × 24 h")
    ten = sum(1 for item in before[-9:] if item.kind is PostKind.PROMO)
    if ten >= room.in_ten:
        yield Breach("promo.ten", room.room_id, post.at, f"{post.slug} after {ten} among the last 9")
    local = post.at.astimezone(room.tz).date()
    day = sum(1 for at in promos if at.astimezone(room.tz).date() == local)
    if day >= room.day:
        yield Breach("promo.day", room.room_id, post.at, f"{post.slug} after {day} on {local}")
