"""The chosen room's plan: today's slots with their verdicts, the mix, what a promotion's chances are, and why."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.core.errors import SpeakerError
from bot.core.reply import Reply
from bot.core.room import RoomRole
from bot.policy.command import Call, Command
from bot.policy.room_settings import zone_of
from bot.standing import standing
from bot.web.mix_bar import Share, shares
from bot.web.offer import offer_of
from bot.web.sandbox.answer import refused
from bot.web.site import actor_of, site_of
from handlers.agenda import coming
from handlers.preview import show_preview
from handlers.promo_chance import Chance, chance_now
from handlers.proportions import proportions
from handlers.room_plan import Line, coming_line, lines_of
from handlers.why import show_why
from storage import rooms
from storage.store import Db

AHEAD = 8
"""Days within which the next post after today's is looked for: some rooms post once a week."""


@dataclass(frozen=True, slots=True)
class RoomPlan:
    """`state` is plan, or why there is none: nothing (no room chosen), unmanaged, control, resting or unreadable."""

    state: str
    name: str = ""
    lines: tuple[Line, ...] = ()
    following: Line | None = None
    weights: tuple[Share, ...] = ()
    ten: tuple[Share, ...] = ()
    thirty: tuple[Share, ...] = ()
    promos: int = 0
    most: int | None = None
    chance: Chance | None = None


async def data(request: Request, room_id: str) -> dict[str, object]:
    """What this part of the panel is made of."""
    found = await site_of(request).app.desk.ask(actor_of(request), _gather, room_id)
    return {"room": room_id, "plan": found}


async def show(request: Request) -> Response:
    """This part of the panel."""
    room_id = request.query_params.get("room", "")
    return site_of(request).pages.page(request, "sandbox/_plan.html", 200, **await data(request, room_id))


async def show_story(request: Request) -> Response:
    """Why a post stands where it stands: what /why tells."""
    return await _told(request, "sandbox/_why.html", show_why)


async def show_text(request: Request) -> Response:
    """What a post will say, or has said: what /preview tells."""
    return await _told(request, "sandbox/_text.html", show_preview)


async def try_promotion(request: Request) -> Response:
    """The owner posts the promotion that the gate was asked about, as in the chat; the whole answer is shown."""
    site, form = site_of(request), await request.form()
    room_id = str(form.get("room", ""))
    plan = await site.app.desk.ask(actor_of(request), _gather, room_id)
    if plan.chance is None:
        return refused(request, "promo")
    replies = await site.app.desk.order(actor_of(request), f"/post {plan.chance.post.slug}", room_id)
    return site.pages.page(
        request,
        "sandbox/_said.html",
        asked=f"/post {plan.chance.post.title}",
        said=[site.pages.told(request, reply) for reply in replies],
        slip=any(reply.template.startswith("errors/") for reply in replies),
        offer=next(filter(None, map(offer_of, replies)), None),
    )


async def _told(request: Request, template: str, command: Command) -> Response:
    """The answer of a command that only reads, about the post whose number is in the path."""
    site, which = site_of(request), request.path_params["which"]
    if not (which.isascii() and which.isdecimal() and len(which) < 10):
        raise HTTPException(404)
    try:
        reply = await site.app.desk.ask(actor_of(request), command.run, which)
    except SpeakerError as slip:
        said = site.pages.told(request, Reply(slip.template, slip.data))
        return site.pages.page(request, "sandbox/_said.html", asked="", said=[said], slip=True, offer=None)
    return site.pages.page(request, template, told=reply.data if isinstance(reply, Reply) else {})


def _gather(db: Db, call: Call, room_id: str) -> RoomPlan:
    if not room_id:
        return RoomPlan("nothing")
    room = rooms.find(db, call.account_id, room_id)
    if room is None:
        return RoomPlan("unmanaged")
    if room.role is RoomRole.CONTROL or not room.active:
        return RoomPlan("control" if room.role is RoomRole.CONTROL else "resting", room.name)
    here = standing(db, call.account_id, call.house.charter, room_id, call.now)
    if here.rules is None:
        return RoomPlan("unreadable", room.name)
    lines, _unnumbered = lines_of(db, call, room, 1)
    today = call.now.astimezone(zone_of(room.settings, call.house.zone)).date()
    ahead = (item for item in coming(db, call, room, AHEAD) if item.day > today and item.word != "drop")
    following = next(ahead, None)
    mix = proportions(here.history, here.rules, call.now)
    return RoomPlan(
        "plan",
        room.name,
        tuple(lines),
        coming_line(call, following) if following else None,
        shares(mix["weights"]),
        shares(mix["ten"]),
        shares(mix["thirty"]),
        promos=mix["promos"],
        most=mix["most"],
        chance=chance_now(db, call, room),
    )


ROUTES = (
    Route("/sandbox/plan", show),
    Route("/sandbox/why/{which}", show_story),
    Route("/sandbox/text/{which}", show_text),
    Route("/sandbox/promotion", try_promotion, methods=["POST"]),
)
