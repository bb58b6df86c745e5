"""The first page of the console: the house, its alarms, and every room at a glance."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.core.delivery import Delivery, DeliveryState
from bot.core.errors import RenderError
from bot.core.glance import Glance
from bot.core.notice import Notice
from bot.core.pause import Pause
from bot.core.post import PostKind
from bot.core.reply import Reply
from bot.core.room import Room, RoomRole
from bot.policy.command import Call
from bot.policy.room_rules import rules_of
from bot.policy.room_settings import zone_of
from bot.policy.text import for_matching
from bot.web.site import actor_of, site_of
from handlers.labels import kind_label
from handlers.proportions import proportions
from handlers.shown import delivery_title, title_of
from handlers.status import house
from storage import glances, notices, pauses, rooms
from storage.store import Db

PAGE = 50
ALARMS = 5
PAUSES = 20
UNADOPTED = 20
WORDS_DAYS = 14
POSTS_DAYS = timedelta(days=30)
"""A room's last posts are looked for so far back: at a post a day, all thirty that the bar shows."""


async def show_overview(request: Request) -> Response:
    """The house and a page of rooms; a fetched piece of it has no frame."""
    site = site_of(request)
    said, number = request.query_params.get("q", "")[:60], request.query_params.get("page", "")
    page = max(1, int(number)) if number.isdecimal() and len(number) < 6 else 1
    found = await site.app.desk.ask(actor_of(request), _gather, said, page)
    spilled = await site.app.inbound.spilled()
    alarms = [_alarm(request, notice) for notice in await site.app.store.read(notices.newest, site.app.account, ALARMS)]
    piece = "hx-request" in request.headers
    template = "console/_overview.html" if piece else "console/overview.html"
    return site.pages.page(request, template, 200, **found, spilled=spilled, alarms=alarms)


def _alarm(request: Request, notice: Notice) -> dict[str, object]:
    """An alarm in words; one that an older version wrote and nobody can tell any more is named."""
    try:
        told = site_of(request).pages.told(request, Reply(notice.template, {"items": [notice.data]}))
    except RenderError:
        told = notice.key
    first, _, rest = told.strip().partition("\n")
    if first.endswith(("：", ":")):
        # A heading says nothing by itself: what it stands over comes with it.
        following, _, rest = rest.partition("\n")
        first += following.removeprefix("· ") if first.endswith("：") else f" {following.removeprefix('· ')}"
    return {"id": notice.id, "at": notice.created_at, "first": first, "rest": rest.strip()}


def _gather(db: Db, call: Call, said: str, page: int) -> dict[str, object]:
    managed = rooms.managed(db, call.account_id)
    customers = [room for room in managed if room.role is RoomRole.CUSTOMER]
    wanted = for_matching(said).strip()
    found = [room for room in customers if wanted in for_matching(room.name)] if wanted else customers
    troubled = glances.troubled(db, call.account_id)
    # Where a person has to look comes first; the others stay in the order of their names.
    ordered = sorted(found, key=lambda room: (not troubled[room.room_id], room.active))
    pages = max(1, -(-len(ordered) // PAGE))
    page = min(page, pages)
    ids = {room.room_id for room in managed}
    return {
        "house": house(db, call, {room.room_id: room.name for room in managed}, PAUSES),
        "rooms": _shown(db, call, ordered[(page - 1) * PAGE : page * PAGE]),
        "control": next((room.name for room in managed if room.role is RoomRole.CONTROL), ""),
        "count": len(customers),
        "matching": len(found),
        "said": said,
        "number": page,
        "pages": pages,
        "unadopted": [room for room in call.house.known_rooms if room.room_id not in ids][:UNADOPTED],
    }


def _shown(db: Db, call: Call, page: Sequence[Room]) -> list[dict[str, object]]:
    since = call.now.date() - timedelta(days=WORDS_DAYS)
    ids = [room.room_id for room in page]
    known = glances.of(db, call.account_id, ids, call.now - POSTS_DAYS, since)
    active = pauses.active(db, call.account_id, call.now)
    return [_room(call, room, known[room.room_id], active) for room in page]


def _room(call: Call, room: Room, seen: Glance, active: Sequence[Pause]) -> dict[str, object]:
    today = call.now.astimezone(zone_of(room.settings, call.house.zone)).date()
    rules = rules_of(room.settings, call.house.charter.rules)
    held = [item for item in seen.waiting if item.state is DeliveryState.HELD]
    days = [today - timedelta(days=back) for back in reversed(range(WORDS_DAYS))]
    last = seen.posts[-1] if seen.posts else None
    return {
        "id": room.room_id,
        "name": room.name,
        "active": room.active,
        "readable": rules is not None,
        "paused": any(_stops(pause, room, call.now) for pause in active),
        "held": len(held),
        "unresolved": seen.unresolved,
        "last": _post(last.at, last.kind, title_of(call, last.content, ""), None) if last else None,
        "next": _next(call, seen.waiting),
        "mix": proportions(seen.posts, rules, call.now),
        "people": seen.people,
        "today": seen.words.get(today, 0),
        "words": _line(days, seen),
    }


def _stops(pause: Pause, room: Room, now: datetime) -> bool:
    return pause.stops(PostKind.VALUE, room.room_id, now)


def _next(call: Call, waiting: Sequence[Delivery]) -> dict[str, object] | None:
    if not waiting:
        return None
    item = waiting[0]
    return _post(item.due_at, item.kind, delivery_title(call, item), item)


def _post(at: datetime, kind: PostKind, title: str, item: Delivery | None) -> dict[str, object]:
    held = item is not None and item.state is DeliveryState.HELD
    reason = item.reason if item is not None and held else None
    return {"at": at, "kind": kind.value, "label": kind_label(kind), "title": title, "reason": reason}


def _line(days: Sequence[date], seen: Glance) -> list[tuple[date, int]]:
    return [(day, seen.words.get(day, 0)) for day in days]


ROUTES = (Route("/console", show_overview),)
