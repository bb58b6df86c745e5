"""How long the posts that a room has not seen yet will last."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from bot.core.post import Post, PostKind
from bot.policy import audience


def unused(
    posts: Iterable[Post],
    last_posted: Mapping[str, datetime],
    tags: frozenset[str],
    now: datetime,
    shares: Mapping[str, float] = audience.NOBODY,
) -> Iterator[Post]:
    """The posts a room with these tags and members could get on an ordinary day: for it, valid now and out of cooldown.

    `last_posted` is by slug. `now` carries the room's zone: its date is the local day. Posts of a festival do not
    count, they fill one evening a year.
    """
    for post in posts:
        last = last_posted.get(post.slug)
        cooling = last is not None and now < last + timedelta(days=post.cooldown_days)
        ordinary = not post.festival and post.valid_on(now.date())
        if ordinary and not cooling and audience.fits(post.audience, tags, shares):
            yield post


def days_left(
    posts: Iterable[Post],
    last_posted: Mapping[str, datetime],
    kinds_per_day: Mapping[PostKind, float],
    tags: frozenset[str],
    now: datetime,
    shares: Mapping[str, float] = audience.NOBODY,
) -> float:
    """Days until the first of these kinds has no unused post left; infinite if none of them is posted at all."""
    left = Counter(post.kind for post in unused(posts, last_posted, tags, now, shares))
    return min((left[kind] / rate for kind, rate in kinds_per_day.items() if rate > 0), default=math.inf)


def shares(weights: Mapping[PostKind, int], slots_per_day: float) -> dict[PostKind, float]:
    """How many posts of each kind a day has, when its slots are divided by weight."""
    total = sum(weights.values())
    return {kind: slots_per_day * weight / total for kind, weight in weights.items() if weight > 0}
