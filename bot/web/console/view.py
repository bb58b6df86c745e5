"""What every view of the console goes through: who looks, what stands at its edge, and a database that is gone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from loguru import logger
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.core.errors import StoreError
from bot.core.operator import Role
from bot.policy.command import Call
from bot.web.said import aloud
from bot.web.site import actor_of, session_of, site_of
from handlers.shown import person
from storage import audit, deliveries, notices
from storage.store import Db

ALARMS_FOR = timedelta(days=1)
"""So long an alarm is counted beside the overview."""

View = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Edge:
    """What stands around every view. `actor` is "" while the bot has no owner: then one may look, not command.

    `mark` is the number of the newest entry of the audit: a command may have changed what was counted before it.
    `claim_code` is there as long as somebody may become the owner with it. `now` is the bot's time, aware UTC, `speed`
    how many of its seconds pass in a real one. `commands` are the names of those that this role may give.
    """

    actor: str
    mark: int
    name: str
    role: Role
    claim_code: str
    connected: bool
    gateway: str
    now: datetime
    speed: float
    zone: str
    unresolved: int
    alarms: int
    commands: tuple[str, ...]

    @property
    def may_command(self) -> bool:
        return bool(self.actor)


def guarded(routes: Sequence[Route]) -> tuple[Route, ...]:
    """The same routes, each behind the console's door."""
    return tuple(Route(route.path, view(route.endpoint), methods=list(route.methods or ())) for route in routes)


def view(show: View) -> View:
    """The view for operators only; templates find the `Edge` as `edge`.

    Others get a page that says why; so does everybody while the database cannot be read or written.
    """

    async def shown(request: Request) -> Response:
        site = site_of(request)
        actor = actor_of(request)
        try:
            clock = site.app.clock
            edge = await site.app.desk.ask(actor, _edge, 0.0 if clock.stands else clock.speed)
            # Without an owner, whoever can read the bot's terminal is the one who is about to become it.
            waiting = not actor and not session_of(request).contact_id
            if edge.role < Role.OPERATOR and not waiting:
                return _refusal(request, "console/no_role.html", 403, "no_role")
            request.state.edge = edge
            return await show(request)
        except StoreError as error:
            logger.bind(action="web.unreachable").warning("a page could not be shown: {}", error)
            return _refusal(request, "console/unreachable.html", 503, "unreachable")

    return shown


def edge_of(request: Request) -> Edge:
    """What the door of the console has found out."""
    edge: Edge = request.state.edge
    return edge


def _edge(db: Db, call: Call, speed: float) -> Edge:
    since = call.now - ALARMS_FOR
    return Edge(
        actor=call.talker_id,
        mark=audit.newest(db, call.account_id),
        name=person(db, call, call.talker_id),
        role=call.role,
        claim_code=call.house.claim_code,
        connected=call.house.connected,
        gateway=call.house.gateway,
        now=call.now,
        speed=speed,
        zone=call.house.zone,
        unresolved=deliveries.count_unresolved(db, call.account_id),
        alarms=sum(notice.alarming and notice.created_at >= since for notice in notices.newest(db, call.account_id)),
        commands=tuple(command.name for command in call.house.commands if command.role <= call.role),
    )


def _refusal(request: Request, template: str, status: int, word: str) -> Response:
    """A page; a piece of a page cannot be seen, so it is also said in a header."""
    pages = site_of(request).pages
    answer = pages.page(request, template, status)
    answer.headers.update(aloud(pages.word(request, "console", word)))
    return answer
