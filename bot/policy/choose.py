"""Chooses which post fills a slot: the same answer for the same ledger, library and seed."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.core.post import Post, PostKind
from bot.policy import audience
from bot.policy.calendar import suits


@dataclass(frozen=True, slots=True)
class Evening:
    """For what a post is chosen: the local day, the instant it is due, and the weekday's theme ("" for none).

    `themed` are the tags that are themes of some weekday: posts that carry them are kept for their own day. `calls`
    are the posts that call for a check-in of that day, `uncalled` those that call for one that is not on.
    """

    day: date
    due_at: datetime
    theme: str = ""
    themed: frozenset[str] = frozenset()
    calls: frozenset[str] = frozenset()
    uncalled: frozenset[str] = frozenset()


def shelf(
    posts: Iterable[Post], tags: frozenset[str], shares: Mapping[str, float] = audience.NOBODY
) -> Mapping[PostKind, tuple[Post, ...]]:
    """What the library holds for a room with these tags and members, by kind."""
    shelves: dict[PostKind, list[Post]] = {kind: [] for kind in PostKind}
    for post in posts:
        if audience.fits(post.audience, tags, shares):
            shelves[post.kind].append(post)
    return {kind: tuple(found) for kind, found in shelves.items()}


def post_for(posts: Sequence[Post], used: Mapping[str, datetime], evening: Evening, *seed: str) -> Post | None:
    """The post for an evening, of those on the shelf that may go out then; None when there is none.

    The call for the day's check-in comes first, then festival posts on their day, then the weekday's theme, then the
    next part of a series that has begun, then what the room has not had or had longest ago; weight and seed decide
    among equals.
    """
    series = _progress(posts, used)
    able = [post for post in posts if _may(post, used.get(post.slug), evening, series)]
    return min(able, key=lambda post: _rank(post, used.get(post.slug), evening, series, seed), default=None)


def _may(post: Post, last: datetime | None, evening: Evening, series: Mapping[str, int]) -> bool:
    if not post.valid_on(evening.day) or (post.festival and not suits(post, evening.day)):
        return False
    if post.slug in evening.uncalled:
        return False
    if post.series and post.part != series[post.series] + 1:
        return False
    return last is None or evening.due_at >= last + timedelta(days=post.cooldown_days)


def _progress(posts: Sequence[Post], used: Mapping[str, datetime]) -> Mapping[str, int]:
    """How many parts of each series the room has had this time round; after the last it begins again."""
    parts: dict[str, dict[int, datetime | None]] = {}
    for post in posts:
        if post.series:
            parts.setdefault(post.series, {})[post.part] = used.get(post.slug)
    return {name: _reached(times) for name, times in parts.items()}


def _reached(times: Mapping[int, datetime | None]) -> int:
    reached, before = 0, None
    for part in sorted(times):
        at = times[part]
        if at is None or (before is not None and at < before):
            return reached
        reached, before = part, at
    return 0


def _rank(
    post: Post, last: datetime | None, evening: Evening, series: Mapping[str, int], seed: Sequence[str]
) -> tuple[bool, bool, bool, bool, bool, float, float, str]:
    return (
        post.slug not in evening.calls,
        not post.festival,
        not (evening.theme and evening.theme in post.tags),
        bool(evening.themed.intersection(post.tags)) and evening.theme not in post.tags,
        not (post.series and series[post.series] > 0),
        last.timestamp() if last else 0.0,
        -math.log(1 - fraction(post.slug, *seed)) / post.weight,
        post.slug,
    )


def fraction(*parts: str) -> float:
    """A number in [0, 1) that depends on nothing but the parts."""
    digest = hashlib.sha256("\x1f".join(parts).encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64
