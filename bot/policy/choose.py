"""Chooses when in the evening a post goes out, and which one: the same answer for the same ledger and seed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from bot.core.post import Post, PostKind
from bot.policy.window import Opening

EARLIEST = 0.10
LATEST = 0.45
"""The part of a window in which the evening's post is placed: late enough that people are there, early
enough that they can talk about it."""


def moment(opening: Opening, *seed: str) -> datetime:
    """The instant inside the opening at which the seed's post is due, to the second."""
    length = (opening.end - opening.start).total_seconds()
    share = EARLIEST + (LATEST - EARLIEST) * _fraction(opening.day.isoformat(), *seed)
    return opening.start + timedelta(seconds=int(length * share))


def post_for(
    posts: Iterable[Post], kind: PostKind, last_posted: Mapping[str, datetime], day: date, now: datetime, *seed: str
) -> Post | None:
    """The post of this kind for a room's day: valid, out of its cooldown, least recently used; the seed breaks ties."""
    fresh = [
        post
        for post in posts
        if post.kind is kind and post.valid_on(day) and not _cooling(post, last_posted.get(post.slug), now)
    ]
    return min(
        fresh,
        key=lambda post: (_used(last_posted.get(post.slug)), _fraction(post.slug, *seed), post.slug),
        default=None,
    )


def _cooling(post: Post, last: datetime | None, now: datetime) -> bool:
    return last is not None and now < last + timedelta(days=post.cooldown_days)


def _used(last: datetime | None) -> float:
    return last.timestamp() if last else 0.0


def _fraction(*parts: str) -> float:
    """A number in [0, 1) that depends on nothing but the parts."""
    digest = hashlib.sha256("\x1f".join(parts).encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64
