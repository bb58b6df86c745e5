"""What was commanded: by whom, through which door, and what came of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.core.audit import AuditEntry, Outcome
from bot.core.reason import NO_REASON, Reason
from bot.inbound.desk import VIA
from bot.policy.command import Call
from bot.policy.text import for_matching, visible
from bot.render import safe_name
from bot.web.site import actor_of, site_of
from storage import audit, members, operators, people, rooms
from storage.store import Db

PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One command or refusal; `console` says that it came through this door, `reason` is without that mark.

    `slip` is the reason as one that can be told in words, if it has any.
    """

    number: int
    entry: AuditEntry
    command: str
    name: str
    target: str
    room: str
    console: bool
    reason: str
    slip: Reason


@dataclass(frozen=True, slots=True)
class Found:
    """A page of the audit; `next` is the number behind which the next one begins, 0 at the end."""

    lines: Sequence[Line]
    staff: Mapping[str, str]
    next: int


async def show_audit(request: Request) -> Response:
    """The newest first, of one actor or outcome or of all."""
    site, query = site_of(request), request.query_params
    who, said = visible(query.get("who", "")).strip()[:64], query.get("outcome", "")
    outcome = Outcome(said) if said in set(Outcome) else None
    mark = query.get("page", "")
    before = int(mark) if mark.isascii() and mark.isdecimal() and len(mark) < 19 else None
    words = site.app.content.renderer.reasons.keys()
    found = await site.app.desk.ask(actor_of(request), _gather, who, outcome, before, words)
    return site.pages.page(
        request,
        "console/audit.html",
        found=found,
        begun=before is not None,
        who=who,
        outcome=outcome.value if outcome else "",
        outcomes=[item.value for item in Outcome],
    )


def _gather(db: Db, call: Call, who: str, outcome: Outcome | None, before: int | None, words: Collection[str]) -> Found:
    staff = {operator.contact_id: operator.name for operator in operators.every(db, call.account_id)}
    actors = _meant(db, call, who, staff) if who else None
    found = audit.page(db, call.account_id, actors=actors, outcome=outcome, before=before, limit=PAGE + 1)
    shown = found[:PAGE]
    called = {**staff, **people.names(db, call.account_id, {entry.actor_id for _number, entry in shown} | staff.keys())}
    known = {room.room_id: room.name for room in call.house.known_rooms}
    known |= {room.room_id: room.name for room in rooms.managed(db, call.account_id)}
    lines = [_line(number, entry, called, known, words) for number, entry in shown]
    named = {contact_id: called.get(contact_id) or contact_id for contact_id in staff}
    return Found(lines, named, shown[-1][0] if len(found) > PAGE else 0)


def _meant(db: Db, call: Call, who: str, staff: Mapping[str, str]) -> set[str]:
    """The people who go by this: operators by a part of their name, everybody by id or whole name."""
    called = {**staff, **people.names(db, call.account_id, staff.keys())}
    part = for_matching(who)
    near = {contact_id for contact_id, name in called.items() if part and part in for_matching(name)}
    return near | set(members.find(db, call.account_id, who)) | {who}


def _line(
    number: int, entry: AuditEntry, called: Mapping[str, str], known: Mapping[str, str], words: Collection[str]
) -> Line:
    console = entry.reason == VIA or entry.reason.startswith(f"{VIA}: ")
    reason = visible(entry.reason.removeprefix(VIA).removeprefix(": ") if console else entry.reason)
    slip = f"slip.{reason.partition(':')[0]}"
    # Without words the audit keeps the room it was said in, which has a column of its own: nobody typed it.
    typed = "" if entry.target == entry.room_id and not console else entry.target
    target = " ".join(safe_name(known[word]) if word in known else visible(word) for word in typed.split(" "))
    return Line(
        number=number,
        entry=entry,
        command=visible(entry.command),
        name=called.get(entry.actor_id, ""),
        target=target,
        room=known.get(entry.room_id, entry.room_id),
        console=console,
        reason=reason,
        slip=Reason(slip) if slip in words else NO_REASON,
    )


ROUTES = (Route("/console/audit", show_audit),)
