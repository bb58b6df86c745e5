"""A post that somebody commands: what, of which kind, and by whose reason it may go over the plan."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.core.delivery import Delivery, Order, Slot
from bot.core.errors import SpeakerError
from bot.core.post import PostKind
from bot.core.posted import Source
from bot.inquiry import Wish
from bot.policy.command import Call
from bot.policy.staff_post import sounds_like_promo
from handlers.library import find_content, whole_name
from storage import outbox
from storage.store import Db

LONGEST = 1000
"""Characters of a typed post."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """`mark` is what made a typed post a promotion against what was said of it; "" otherwise."""

    kind: PostKind
    content: str = ""
    body: str = ""
    override: str = ""
    mark: str = ""

    def wish(self, room_id: str, due_at: datetime, approved: str = "") -> Wish:
        return Wish(room_id, self.kind, self.content, due_at, self.body, self.override, approved)


def library_post(call: Call, said: str, kind: PostKind | None, override: str) -> Wanted:
    """A post of the library; its kind is its own, whatever it is called."""
    post = find_content(call.house.charter.library, said)
    if post.kind is PostKind.CARE:
        raise SpeakerError("errors/content_care", title=post.title)
    if kind is not None and kind is not post.kind:
        raise SpeakerError("errors/kind_differs", title=post.title, kind=post.kind.value)
    return Wanted(post.kind, post.slug, override=override)


def typed_post(call: Call, said: str, kind: PostKind | None, override: str) -> Wanted:
    """A post typed by hand; one that sounds like promotion counts as promotion."""
    body = said.strip()
    if len(whole_name(call.house.charter.library, body)) == 1:
        return library_post(call, body, kind, override)
    if not body:
        raise SpeakerError("errors/text_empty")
    if len(body) > LONGEST:
        raise SpeakerError("errors/text_long", length=len(body), longest=LONGEST)
    if kind is None:
        raise SpeakerError("errors/kind_needed")
    mark = sounds_like_promo(body)
    promo = PostKind.PROMO if mark else kind
    return Wanted(promo, body=body, override=override, mark=mark if promo is not kind else "")


def enter(
    db: Db,
    call: Call,
    room_id: str,
    due_at: datetime,
    wanted: Wanted,
    plan: str,
    zone: ZoneInfo,
    *,
    by: str = "",
    approved: str = "",
) -> Delivery | None:
    """Put it into the outbox; None when this plan has had it in this room. `by` is who wanted it."""
    day = due_at.astimezone(zone).date().isoformat()
    order = Order(
        plan,
        wanted.kind,
        wanted.content,
        source=Source.COMMAND,
        body=wanted.body,
        by=by or call.talker_id,
        override=wanted.override,
        approved=approved,
    )
    slot = Slot(call.account_id, room_id, day, 1, due_at)
    return outbox.plan(db, slot, order, attempt_id=fingerprint(call.account_id, plan, room_id), now=call.now)


def fingerprint(*parts: str) -> str:
    """The same 32 characters for the same parts: a command that is carried out twice finds its traces."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
