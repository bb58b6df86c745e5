"""/content: what the library holds, how long it lasts, one post as it would be said, and taking posts out."""

from __future__ import annotations

import math
from collections.abc import Sequence

from bot.core.errors import UsageError
from bot.core.operator import Role
from bot.core.post import MIX, Post, PostKind
from bot.core.reply import Reply
from bot.core.room import Room, RoomRole
from bot.policy.command import Call, command
from bot.policy.room_rules import RoomRules, rules_of
from bot.policy.stock import days_left, shares
from bot.standing import prospects
from handlers.customer_room import customer_rooms, room_here
from handlers.labels import KINDS, kind_label
from handlers.library import find_content
from handlers.shown import shown_text
from storage import deliveries, outlooks, retired
from storage.store import Db

LIST, SHOW = {"list", "列表"}, {"show", "看", "查看"}
RETIRE, RESTORE = {"retire", "下架"}, {"restore", "上架", "恢复"}
LINES = 30
ROOMS = 20
"""The days that content lasts are those of the first so many rooms; more would take too long for an answer."""


@command("content", aliases=("内容",), role=Role.OPERATOR)
def manage_content(db: Db, call: Call, action: str = "list", what: str = "") -> Reply:
    """`list` alone or with a kind; the other words need a post."""
    if action.lower() in LIST and (not what or what.lower() in KINDS):
        return _list(db, call, KINDS[what.lower()] if what else None)
    if not what or action.lower() not in SHOW | RETIRE | RESTORE:
        raise UsageError("errors/usage", command="content")
    post = find_content(call.house.charter.library, what)
    if action.lower() in SHOW:
        return _show(db, call, post)
    if action.lower() in RETIRE:
        changed = retired.retire(db, call.account_id, post.slug, call.talker_id, call.now)
        waiting = [item for item in deliveries.waiting(db, call.account_id) if item.content == post.slug]
        data = {"title": post.title, "slug": post.slug, "changed": changed, "ids": [item.id for item in waiting]}
        return Reply("content_retired", data)
    changed = retired.restore(db, call.account_id, post.slug)
    return Reply("content_restored", {"title": post.title, "slug": post.slug, "changed": changed})


def _list(db: Db, call: Call, kind: PostKind | None) -> Reply:
    gone = retired.every(db, call.account_id)
    posts = [post for post in call.house.charter.library.values() if post.slug not in gone]
    rooms = _rooms(db, call)
    listed = [post for post in posts if post.kind is kind]
    return Reply(
        "content_list",
        {
            "kinds": _stock(db, call, posts, rooms),
            "care": sum(post.kind is PostKind.CARE for post in posts),
            "rooms": len(rooms),
            "kind": kind_label(kind) if kind else None,
            "posts": [{"slug": post.slug, "title": post.title} for post in listed[:LINES]],
            "more": max(0, len(listed) - LINES),
            "retired": sorted(slug for slug in gone if slug in call.house.charter.library)[:LINES],
        },
    )


def _rooms(db: Db, call: Call) -> Sequence[Room]:
    here = room_here(db, call)
    return [here] if here else customer_rooms(db, call)[:ROOMS]


def _stock(db: Db, call: Call, posts: Sequence[Post], rooms: Sequence[Room]) -> list[dict[str, object]]:
    """Each kind of the mix with its number of posts, and for how many days the poorest room has new ones."""
    known = prospects(db, call.account_id, call.house.charter, rooms, call.now) if rooms else {}
    ruled = [(known[room.room_id], rules_of(room.settings, call.house.charter.rules)) for room in rooms]
    lines = []
    for kind in MIX:
        mine = [post for post in posts if post.kind is kind]
        days = [
            days_left(
                mine,
                here.last_posted,
                _rate(rules, kind),
                rules.tags,
                call.now.astimezone(rules.hours.zone),
                here.shares,
            )
            for here, rules in ruled
            if rules is not None
        ]
        least = min(days, default=math.inf)
        shown = None if math.isinf(least) else int(least)
        lines.append({"kind": kind_label(kind), "count": len(mine), "days": shown})
    return lines


def _rate(rules: RoomRules, kind: PostKind) -> dict[PostKind, float]:
    """How many posts of this kind the room has a day."""
    rates = shares(rules.weights, sum(rules.slots) / len(rules.slots))
    return {kind: rates[kind]} if kind in rates else {}


def _show(db: Db, call: Call, post: Post) -> Reply:
    here = next(iter(_rooms(db, call)), None)
    room = here or Room(call.account_id, "", "", RoomRole.CUSTOMER, call.now, call.talker_id)
    rules = rules_of(room.settings, call.house.charter.rules) or call.house.charter.rules
    last = outlooks.of(db, call.account_id, [room], call.now)[room.room_id].last_posted if here else {}
    return Reply(
        "content_show",
        {
            **shown_text(call, room, post.slug, "", rules.hours.local_day(call.now)),
            "slug": post.slug,
            "title": post.title,
            "kind": kind_label(post.kind),
            "tags": list(post.tags),
            "audience": "" if post.audience == "all" else post.audience,
            "cooldown": post.cooldown_days,
            "since": post.valid_from,
            "until": post.valid_to,
            "festival": post.festival,
            "media": post.media.name if post.media else "",
            "retired": post.slug in retired.every(db, call.account_id),
            "room": here.name if here else "",
            "last": last.get(post.slug),
        },
    )
