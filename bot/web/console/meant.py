"""Whom an expression means: asked of everybody, and kept for a while."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request

from bot.core.errors import SpeakerError
from bot.core.reply import Reply
from bot.policy.command import Call
from bot.policy.segment_term import UNSUBSCRIBED
from bot.web.console.view import edge_of
from bot.web.site import actor_of, site_of
from handlers.segment import people_of
from storage import people, picked
from storage.store import Db


@dataclass(frozen=True, slots=True)
class Meant:
    """Ids alone are kept: what people are called is for each page to ask, and nobody's name outlives being forgotten.

    `slip` says what is wrong with the expression, `at` is the character, from 1. `since` is when they were counted, in
    the bot's time, where that was not just now.
    """

    people: frozenset[str] = frozenset()
    unsubscribed: int = 0
    slip: Reply | None = None
    at: int = 0
    since: datetime | None = None


async def people_meant(request: Request, expression: str, text: str = "", room_id: str = "") -> Meant:
    """Those in the customer rooms of whom it is true, staff left out.

    With a text they are those who have it in a name, an alias, their id or number; with a room those who are in it.
    """
    site = site_of(request)
    try:
        answer = await site.kept.ask(
            ("meant", expression, text, room_id),
            edge_of(request).mark,
            lambda: site.app.desk.ask(actor_of(request), _count, expression, text, room_id),
        )
    except SpeakerError as error:
        at = error.data.get("at", 0)
        return Meant(slip=Reply(error.template, error.data), at=at if isinstance(at, int) else 0)
    people, unsubscribed = answer.value
    return Meant(people, unsubscribed, since=answer.at if answer.again else None)


def _count(db: Db, call: Call, expression: str, text: str, room_id: str) -> tuple[frozenset[str], int]:
    there, found = people_of(db, call, expression)
    if text:
        found &= people.matching(db, call.account_id, text)
    if room_id:
        found &= picked.present(db, call.account_id, room_id)
    return found, len(found & there.having(UNSUBSCRIBED, ""))
