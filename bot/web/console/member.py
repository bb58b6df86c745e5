"""A person's card: what /member shows, in full and readable, with the commands of the chat beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.core.operator import Role
from bot.core.purchase import yuan
from bot.core.reply import Reply
from bot.policy import tiers
from bot.policy.command import Call
from bot.policy.words import quoted
from bot.web.console.parcel import attached
from bot.web.console.view import edge_of
from bot.web.site import actor_of, site_of
from handlers.local_day import local_day
from handlers.member_card import Most, card
from handlers.points import last_entries
from handlers.shown import person
from storage import day_counts, operators, purchases, tags
from storage.store import Db

EVERYTHING = Most(rooms=100, tags=100, wishes=50, birthdays=50, campaigns=30)
"""More than a person has; the bound keeps a page from growing without end."""

DAYS = 30
ORDERS = 10
TALLEST = 56
"""How high the tallest bar of the chart is drawn, in the units of its picture."""


@dataclass(frozen=True, slots=True)
class Bar:
    """What was said on one local day, and how high it is drawn."""

    day: date
    words: int
    height: int


async def show_card(request: Request) -> Response:
    """Everything the house remembers of somebody."""
    site = site_of(request)
    try:
        data = await site.app.desk.ask(actor_of(request), _gather, request.path_params["contact_id"])
    except LookupError:
        raise HTTPException(404) from None
    return site.pages.page(request, "console/member.html", **data)


async def export(request: Request) -> Response:
    """The file of /member export, as a download; whoever may not have it is told so on a page."""
    site = site_of(request)
    replies = await _order(request, "export")
    file = next((reply.file for reply in replies if reply.file), None)
    if file is None:
        said = [site.pages.told(request, reply) for reply in replies]
        return site.pages.page(request, "console/member_refused.html", 403, said=said)
    return attached(file)


async def forget(request: Request) -> Response:
    """What would be erased; and once `said` is the word that the chat asks for too, it is done."""
    site, form, contact_id = site_of(request), await request.form(), request.path_params["contact_id"]
    said = str(form.get("said", "")).strip()[:20]
    replies = await _order(request, "forget", said)
    return site.pages.page(
        request,
        "console/_forget.html",
        id=contact_id,
        said=[site.pages.told(request, reply) for reply in replies],
        asks=any(reply.template == "forget_preview" for reply in replies),
        done=any(reply.template == "member_forgotten" for reply in replies),
        again=bool(said),
    )


async def _order(request: Request, action: str, *words: str) -> Sequence[Reply]:
    """What /member answers; nothing while nobody may command yet."""
    if not edge_of(request).may_command:
        return ()
    said = [quoted(word) for word in (request.path_params["contact_id"], *words) if word]
    return await site_of(request).app.desk.order(actor_of(request), " ".join(["/member", action, *said]))


def _gather(db: Db, call: Call, contact_id: str) -> Mapping[str, Any]:
    """`LookupError` for somebody nobody knows."""
    bars = _bars(db, call, contact_id)
    return {
        "card": card(db, call, contact_id, EVERYTHING),
        "bars": bars,
        "most": max(bars, key=lambda bar: bar.words),
        "entries": last_entries(db, call, contact_id),
        "purchases": [
            {"no": item.order_no, "amount": yuan(item.amount_cents), "at": item.ordered_at, "note": item.note}
            for item in purchases.latest(db, call.account_id, contact_id, ORDERS)
        ],
        "removed": [
            {"name": item.name, "by": person(db, call, item.by), "at": item.at}
            for item in tags.removed(db, call.account_id, contact_id)
        ],
        "tiers": tiers.names(call.house.charter.customs),
        "staff": operators.role_of(db, call.account_id, contact_id) >= Role.OPERATOR,
    }


def _bars(db: Db, call: Call, contact_id: str) -> Sequence[Bar]:
    """One for each of the last days, in all rooms together; a day without words has no height."""
    today = local_day(call)
    first = today - timedelta(days=DAYS - 1)
    said: Counter[date] = Counter()
    for _room_id, day, words in day_counts.daily(db, call.account_id, contact_id, first):
        said[min(day, today)] += words
    tallest = max(said.values(), default=1)
    days = [first + timedelta(days=number) for number in range(DAYS)]
    return [Bar(day, said[day], -(-said[day] * TALLEST // tallest)) for day in days]


ROUTES = (
    Route("/console/members/{contact_id}", show_card),
    Route("/console/members/{contact_id}/export", export),
    Route("/console/members/{contact_id}/forget", forget, methods=["POST"]),
)
