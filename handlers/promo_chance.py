"""Whether a promotion could go out in a room now, and at which slot to come one would be refused next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.core.post import Post, PostKind
from bot.core.reason import NO_REASON, Reason
from bot.core.room import Room
from bot.core.verdict import Allow, Drop
from bot.inquiry import Wish, ask, foretell
from bot.policy import audience, gate
from bot.policy.calendar import suits
from bot.policy.command import Call
from bot.policy.question import Finding
from bot.standing import Standing, standing
from handlers.agenda import after, coming
from storage.store import Db

RULES = frozenset({"promo.none", "promo.week", "promo.ten", "promo.day", "quiet.day"})
"""The rules that promotion alone is held to."""


@dataclass(frozen=True, slots=True)
class Chance:
    """The gate's verdict on a promotion: `post` is what it was asked about, `findings` are those of `RULES`."""

    post: Post
    at: datetime
    allowed: bool
    reason: Reason
    findings: tuple[Finding, ...]

    @property
    def refused(self) -> bool:
        """Whether it is a promo rule that says no."""
        return self.reason.rule in RULES


def chance_now(db: Db, call: Call, room: Room) -> Chance | None:
    """What the gate says to the first promotion that suits the room; None if the library has none for it today."""
    here = standing(db, call.account_id, call.house.charter, room.room_id, call.now)
    post = _first(here, call, call.now)
    if post is None:
        return None
    question = ask(here, call.house.charter, _wish(room, post, call.now), call.now)
    verdict = gate.decide(question, call.now)
    reason = NO_REASON if isinstance(verdict, Allow) else verdict.reason
    findings = tuple(item for item in gate.examine(question, call.now) if item.rule in RULES)
    return Chance(post, call.now, isinstance(verdict, Allow), reason, findings)


def next_refusal(db: Db, call: Call, room: Room, days: int) -> datetime | None:
    """The next slot, within so many days, at which a promotion in its place would be dropped for being one.

    What the plan will have posted before that slot is taken for posted. Care goes out at hours of its own, at which no
    promotion would be.
    """
    here = standing(db, call.account_id, call.house.charter, room.room_id, call.now)
    for item in coming(db, call, room, days):
        at = item.wish.due_at
        post = _first(here, call, at)
        if at > call.now and post is not None and item.wish.kind is not PostKind.CARE:
            verdict = foretell(here, call.house.charter, _wish(room, post, at), call.now)
            if isinstance(verdict, Drop) and verdict.reason.rule in RULES:
                return at
        here = after(here, item, call.now)
    return None


def _first(here: Standing, call: Call, at: datetime) -> Post | None:
    """The first promotion of the library, by its file's name, that is meant for the room and good on that day."""
    if here.rules is None:
        return None
    day = at.astimezone(here.rules.hours.zone).date()
    for slug, post in sorted(call.house.charter.library.items()):
        meant = audience.fits(post.audience, here.rules.tags, here.shares)
        if (
            post.kind is PostKind.PROMO
            and slug not in here.retired
            and post.valid_on(day)
            and suits(post, day)
            and meant
        ):
            return post
    return None


def _wish(room: Room, post: Post, at: datetime) -> Wish:
    return Wish(room.room_id, PostKind.PROMO, post.slug, at)
