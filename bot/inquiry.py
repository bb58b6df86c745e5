"""Asks the gate about a post, and the plan about a room, as things stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.delivery import Delivery
from bot.core.post import Post, PostKind
from bot.core.room import Room
from bot.core.verdict import Drop, Hold, Verdict
from bot.policy import audience, gate, planner, seal
from bot.policy.calendar import quiet, suits
from bot.policy.calling import caller, calls
from bot.policy.charter import Charter
from bot.policy.planner import Planned
from bot.policy.question import Approval, ContentFacts, Question
from bot.policy.room_rules import RoomRules, rules_of
from bot.standing import Standing, prospects, standing
from storage import retired
from storage.store import Db


@dataclass(frozen=True, slots=True)
class Wish:
    """A post that somebody, or the plan, wants to go out in a room: a delivery, or one before it has a row.

    `body` is the literal text of a typed post; `approved` the seal it was approved with; `ahead` how many sends
    must come before it; `via_room_id` the room through which somebody is known who is written to in private.
    """

    room_id: str
    kind: PostKind
    content: str
    due_at: datetime
    body: str = ""
    override: str = ""
    approved: str = ""
    ahead: int = 0
    via_room_id: str = ""

    @classmethod
    def of(cls, delivery: Delivery) -> Wish:
        return cls(
            delivery.room_id,
            delivery.kind,
            delivery.content,
            delivery.due_at,
            delivery.body,
            delivery.override,
            delivery.approved,
            via_room_id=delivery.via_room_id,
        )

    @property
    def home_id(self) -> str:
        """The managed room whose rules hold."""
        return self.via_room_id or self.room_id


def ask(here: Standing, charter: Charter, wish: Wish, at: datetime) -> Question:
    """The question to the gate, for this instant."""
    day = at.astimezone((here.rules or charter.rules).hours.zone).date()
    return Question(
        kind=wish.kind,
        due_at=wish.due_at,
        managed=here.room is not None,
        active=here.room is not None and here.room.active,
        room_id=wish.home_id,
        rules=here.rules,
        history=here.history,
        pauses=here.pauses,
        sending=here.sending,
        content=_facts(here, charter, wish, at),
        quiet=quiet(day, charter.quiet),
        approval=_approval(here, charter, wish),
        override=bool(wish.override),
        used_today=here.used_today,
        most_today=here.most_today,
        pieces=pieces(charter, wish.content),
        account_age=here.age,
        ahead=wish.ahead,
        spacing=charter.pace.spacing,
    )


def decide(db: Db, account_id: str, charter: Charter, wish: Wish, now: datetime) -> Verdict:
    """The gate's verdict as things stand."""
    here = standing(db, account_id, charter, wish.room_id, now, wish.via_room_id)
    return gate.decide(ask(here, charter, wish, now), now)


def foresee(db: Db, account_id: str, charter: Charter, wish: Wish, now: datetime) -> Verdict:
    """The verdict for the time the wish is due, as far as that can be seen now."""
    return foretell(standing(db, account_id, charter, wish.room_id, now, wish.via_room_id), charter, wish, now)


def foretell(here: Standing, charter: Charter, wish: Wish, now: datetime) -> Verdict:
    """The same for a given standing: what would be dropped after waiting for its window is refused now."""
    at = max(wish.due_at, now)
    verdict = gate.decide(ask(here, charter, wish, at), at)
    if isinstance(verdict, Hold) and verdict.reason.rule.startswith("window.") and verdict.reason.next_at is not None:
        later = verdict.reason.next_at
        then = gate.decide(ask(here, charter, wish, later), later)
        return then if isinstance(then, Drop) else verdict
    return verdict


def forecast(db: Db, account_id: str, charter: Charter, room: Room, days: int, now: datetime) -> tuple[Planned, ...]:
    """What the plan will put into the room's free slots of so many local days from today; () if unreadable."""
    rules = rules_of(room.settings, charter.rules)
    if rules is None:
        return ()
    outlook = prospects(db, account_id, charter, [room], now)[room.room_id]
    first = rules.hours.local_day(now)
    return planner.project(outlook, rules, charter, retired.every(db, account_id), first, days, now)


def seal_of(charter: Charter, wish: Wish, room: Room, rules: RoomRules) -> str:
    """What an approval of this post in this room binds."""
    post = charter.library.get(wish.content)
    greeting = room.settings.get("greeting", charter.speaker.greeting)
    meant = post.audience if post else ""
    return seal.of_post(post, wish.body, wish.kind, meant, str(rules.hours), greeting, [room.room_id])


def pieces(charter: Charter, content: str) -> int:
    """How many messages a post takes."""
    post = charter.library.get(content)
    return 2 if post is not None and post.media is not None else 1


def _facts(here: Standing, charter: Charter, wish: Wish, at: datetime) -> ContentFacts:
    if wish.body:
        return ContentFacts(wish.content)
    post = charter.library.get(wish.content)
    if post is None:
        return ContentFacts(wish.content, gone=True)
    day = at.astimezone((here.rules or charter.rules).hours.zone).date()
    return ContentFacts(
        wish.content,
        retired=wish.content in here.retired,
        valid=post.valid_on(day) and suits(post, day),
        meant=audience.fits(post.audience, (here.rules or charter.rules).tags, here.shares),
        in_turn=_in_turn(post, charter, here.last_posted),
        called=post.slug not in calls(charter.customs) or caller(here.campaigns, post.slug, day) is not None,
        # Two birthdays within weeks are two people's: care is bound by its occasion.
        cooldown=timedelta() if post.kind is PostKind.CARE else timedelta(days=post.cooldown_days),
        last_posted=here.last_posted.get(wish.content),
    )


def _in_turn(post: Post, charter: Charter, used: Mapping[str, datetime]) -> bool:
    """Whether the part before it has been posted since it was itself; the first part may always begin."""
    if not post.series or post.part == 1:
        return True
    parts = (other for other in charter.library.values() if other.series == post.series)
    before = next((used.get(other.slug) for other in parts if other.part == post.part - 1), None)
    own = used.get(post.slug)
    return before is not None and (own is None or own < before)


def _approval(here: Standing, charter: Charter, wish: Wish) -> Approval:
    if here.room is None or here.rules is None or wish.kind not in here.rules.approval:
        return Approval.UNNEEDED
    if not wish.approved:
        return Approval.NEEDED
    return Approval.GIVEN if wish.approved == seal_of(charter, wish, here.room, here.rules) else Approval.STALE
