"""Whom a post is for: every room, rooms by their tags, or rooms most of whose members belong to a segment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache

from bot.core.post import Post
from bot.core.profile import Profile
from bot.policy.segment import parse
from bot.policy.segment_term import TAG

ENOUGH = 0.5
"""A room is meant by an expression about members when at least this share of those present satisfy it."""

NOBODY: Mapping[str, float] = {}
"""The shares of a room about whose members nothing is known."""


def fits(audience: str, tags: frozenset[str], shares: Mapping[str, float]) -> bool:
    """Whether a room with these tags is meant.

    An expression that consists of tags speaks of the room's tags. Any other one speaks of its members: `shares` says
    which part of those present satisfies it, by expression; an expression without a share means no room.
    """
    if of_members(audience):
        return shares.get(audience, 0.0) >= ENOUGH
    return parse(audience).includes(_room(tags))


@cache
def of_members(audience: str) -> bool:
    """Whether the expression speaks of a room's members, and not only of the room's tags."""
    return not parse(audience).asks() <= {TAG}


def asked_of_members(posts: Iterable[Post]) -> frozenset[str]:
    """The audiences of these posts for which somebody has to look at the members."""
    return frozenset(post.audience for post in posts if of_members(post.audience))


def share(audience: str, present: Iterable[Profile], tags: frozenset[str]) -> float:
    """Which part of a room's members satisfies the expression, 0 of nobody; the room's tags count as theirs.

    Who has unsubscribed is left out: no post is meant for them.
    """
    segment = parse(audience)
    wanted = (person for person in present if not person.unsubscribed)
    tagged = (replace(person, tags=person.tags | tags) if tags else person for person in wanted)
    found = [segment.includes(person) for person in tagged]
    return sum(found) / len(found) if found else 0.0


@cache
def _room(tags: frozenset[str]) -> Profile:
    return Profile(tags=tags)
