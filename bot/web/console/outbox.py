"""The outbox: what a person has to decide first, then every delivery by its time, the newest first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.core.delivery import Delivery, DeliveryState
from bot.core.post import PostKind
from bot.core.proposal import Proposal
from bot.core.room import Room, RoomRole
from bot.policy.command import Call
from bot.web.site import actor_of, site_of
from handlers.labels import kind_label, state_label
from handlers.pause import shown_pause
from handlers.shown import delivery_title, person, shown_text, title_of
from storage import deliveries, outbox_pages, pauses, proposals, rooms
from storage.outbox_pages import Place
from storage.store import Db
from storage.types import EPOCH, to_ms

OPEN = 20
"""So many open questions are shown; answering some brings up the others."""

PAUSES = 50
CHOICES = 100
_MARK = re.compile(r"(\d{4}-\d\d-\d\d)\.(\d{1,13})\.(\d{1,17})", re.ASCII)
_STATES = {state.value: state for state in DeliveryState}


async def show_outbox(request: Request) -> Response:
    """Open questions, proposals, pauses, and a page of deliveries; fetched pieces have no frame."""
    site, asked = site_of(request), request.query_params
    state, behind = _STATES.get(asked.get("state", "")), _place(asked.get("before", ""))
    found = await site.app.desk.ask(actor_of(request), _gather, state, asked.get("room", ""), behind)
    piece = "hx-request" in request.headers
    template = "console/_outbox.html" if piece else "console/outbox.html"
    return site.pages.page(request, template, 200, **found)


def _gather(db: Db, call: Call, state: DeliveryState | None, room_id: str, behind: Place | None) -> dict[str, object]:
    managed = rooms.managed(db, call.account_id)
    names = {room.room_id: room.name for room in managed}
    states = (state,) if state else ()
    size = outbox_pages.PAGE
    page = outbox_pages.page(db, call.account_id, states=states, room_id=room_id, behind=behind, size=size + 1)
    counts = outbox_pages.counts(db, call.account_id)
    known = {room.room_id: room for room in managed}
    customers = [room for room in managed if room.role is RoomRole.CUSTOMER]
    return {
        "open": [_line(call, item, names) for item in outbox_pages.open_questions(db, call.account_id, OPEN)],
        "unresolved": deliveries.count_unresolved(db, call.account_id),
        "proposals": [_proposal(db, call, item, known) for item in proposals.waiting(db, call.account_id, call.now)],
        "pauses": _pauses(db, call, names),
        "states": [(item.value, state_label(item), counts[item]) for item in DeliveryState if counts[item]],
        "most": outbox_pages.MOST,
        "lines": [_line(call, item, names) for item in page[:size]],
        "more": _mark(Place.of(page[size - 1])) if len(page) > size else "",
        "before": _mark(behind) if behind else "",
        "state": state.value if state else "",
        "room": room_id,
        "room_name": names.get(room_id, room_id),
        "choices": [(room.room_id, room.name) for room in customers[:CHOICES]],
    }


def _mark(place: Place) -> str:
    """A place as it stands in an address; `_place` reads it."""
    return f"{place.slot_day}.{to_ms(place.due_at)}.{place.id}"


def _place(mark: str) -> Place | None:
    """None for the first page, and for what no page has written."""
    found = _MARK.fullmatch(mark)
    return Place(found[1], EPOCH + timedelta(milliseconds=int(found[2])), int(found[3])) if found else None


def _line(call: Call, item: Delivery, names: Mapping[str, str]) -> dict[str, object]:
    first = " ".join(item.text.split())
    return {
        "id": item.id,
        "room": names.get(item.home_id, item.home_id),
        "private": bool(item.via_room_id),
        "kind": item.kind.value,
        "label": kind_label(item.kind),
        "title": delivery_title(call, item),
        "state": item.state.value,
        "told": state_label(item.state),
        "tone": _tone(item),
        "reason": item.reason,
        "due": item.due_at,
        "dispatched": item.dispatched_at,
        "confirmed": item.confirmed_at,
        "words": f"{first[:60]}…" if len(first) > 60 else first,
        "override": item.override,
    }


def _tone(item: Delivery) -> str:
    """How it is coloured: what is done, what needs somebody, what will not be."""
    if item.state.unresolved or item.state is DeliveryState.FAILED:
        return "bad"
    if item.state in {DeliveryState.CONFIRMED, DeliveryState.SENT}:
        return "good"
    return "warned" if item.state is DeliveryState.HELD else "plain"


def _proposal(db: Db, call: Call, item: Proposal, known: Mapping[str, Room]) -> dict[str, object]:
    first = known.get(item.dues[0][0]) if item.dues else None
    day = call.house.charter.rules.hours.local_day(item.dues[0][1] if item.dues else call.now)
    text = shown_text(call, first, item.content, item.body, day) if first else {"draft": None, "body": item.body}
    names = [known[room_id].name for room_id, _due in item.dues[:5] if room_id in known]
    return {
        **text,
        "code": item.code,
        "by": person(db, call, item.by),
        "kind": item.kind,
        "label": kind_label(PostKind(item.kind)),
        "title": title_of(call, item.content, item.body),
        "rooms": len(item.dues),
        "names": names,
        "first": item.dues[0][1] if item.dues else None,
        "last": item.dues[-1][1] if item.dues else None,
        "people": item.people,
        "confirmed": [person(db, call, contact) for contact in item.confirmed_by],
        "minutes": _minutes(item.expires_at, call.now),
        "override": item.override,
    }


def _minutes(until: datetime, now: datetime) -> int:
    return max(1, int((until - now).total_seconds() // 60))


def _pauses(db: Db, call: Call, names: Mapping[str, str]) -> list[dict[str, object]]:
    active = pauses.active(db, call.account_id, call.now)
    return [shown_pause(db, call, pause, dict(names)) for pause in active[:PAUSES]]


ROUTES = (Route("/console/outbox", show_outbox),)
