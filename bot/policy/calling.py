"""Which posts call for a campaign, in which room, and on which days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from bot.core.checkin import Campaign, Counts
from bot.policy.customs import Customs, Declared

_NOBODYS = Declared(slug="", title="打卡", word="打卡", days=21, goal=7)
"""Stands for a campaign where a call is shown, but none is declared that names it."""


def calls(customs: Customs) -> frozenset[str]:
    """The posts that call for a campaign: they go out only where and when one runs that names them."""
    named = {declared.content for declared in customs.declared.values()}
    return frozenset({*named, customs.call} - {""})


def caller(campaigns: Iterable[Campaign], slug: str, day: date) -> Campaign | None:
    """For which campaign of a room a post calls on a local day."""
    return next((campaign for campaign in campaigns if campaign.content == slug and campaign.counts_on(day)), None)


def begin(declared: Declared, customs: Customs, room_id: str, first: date) -> Campaign:
    """The campaign that a declaration becomes in a room, from its first local day on; it has no id yet."""
    return Campaign(
        id=0,
        room_id=room_id,
        title=declared.title,
        word=declared.word,
        counts=Counts(declared.counts),
        rhythm=frozenset(map(int, declared.rhythm)),
        starts_on=first,
        ends_on=first + timedelta(days=declared.days - 1) if declared.days else None,
        opens=declared.opens,
        closes=declared.closes,
        goal=declared.goal,
        gift=declared.gift,
        points=customs.points.checkin if declared.points is None else declared.points,
        makeups=declared.makeups,
        content=declared.content or customs.call,
        slug=declared.slug,
    )


def shown_for(campaigns: Iterable[Campaign], customs: Customs, slug: str, day: date) -> Campaign | None:
    """With which campaign a post is shown: the one it calls for, else one as it would begin; None for other posts."""
    found = caller(campaigns, slug, day)
    if found is not None or slug not in calls(customs):
        return found
    named = (declared for declared in customs.declared.values() if (declared.content or customs.call) == slug)
    return begin(next(named, _NOBODYS), customs, "", day)


def day_number(campaign: Campaign, day: date) -> int:
    """The how-manieth day of its rhythm that day is, from 1."""
    days = (day - campaign.starts_on).days + 1
    return sum((campaign.starts_on + timedelta(days=number)).isoweekday() in campaign.rhythm for number in range(days))


def days_in_all(campaign: Campaign) -> int:
    """How many days of its rhythm a campaign has; 0 without end."""
    return day_number(campaign, campaign.ends_on) if campaign.ends_on else 0
