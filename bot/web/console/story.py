"""One post, opened: its exact text as it will be posted, how it came to where it is, and what can be done with it."""

from __future__ import annotations

from datetime import date

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.core.delivery import Delivery
from bot.core.errors import SpeakerError
from bot.core.post import MIX
from bot.core.reply import Reply
from bot.inquiry import Wish, ask
from bot.policy.command import Call
from bot.policy.question import Approval
from bot.policy.room_settings import zone_of
from bot.standing import standing
from bot.web.site import actor_of, site_of
from handlers.delivery import find_delivery
from handlers.labels import state_label
from handlers.shown import shown_text
from handlers.why import show_why
from storage import retired, rooms
from storage.store import Db


async def show_story(request: Request) -> Response:
    """A fragment for the delivery `id`, or for a slot without a row: the post `content` in `room` on `day`."""
    site, asked = site_of(request), request.query_params
    try:
        if "id" in asked:
            found = await site.app.desk.ask(actor_of(request), _delivered, asked["id"])
        else:
            found = await site.app.desk.ask(
                actor_of(request), _foreseen, asked.get("room", ""), asked.get("content", ""), asked.get("day", "")
            )
    except SpeakerError as slip:
        told = site.pages.told(request, Reply(slip.template, slip.data))
        return site.pages.page(request, "console/_slip.html", 404, told=told)
    why = found.pop("why", None)
    told = site.pages.told(request, why) if isinstance(why, Reply) else ""
    return site.pages.page(request, "console/_story.html", 200, **found, told=told)


def _delivered(db: Db, call: Call, which: str) -> dict[str, object]:
    item = find_delivery(db, call, which)
    room = rooms.find(db, call.account_id, item.home_id)
    text: dict[str, object] = {"draft": None, "body": item.body}
    if item.state.waiting and room is not None:
        text = shown_text(call, room, item.content, item.body, date.fromisoformat(item.slot_day))
    elif item.text:
        text = {"draft": None, "body": item.text}
    post = call.house.charter.library.get(item.content)
    zone = zone_of(room.settings if room else {}, call.house.zone)
    return {
        **text,
        "id": item.id,
        "waiting": item.state.waiting,
        "unresolved": item.state.unresolved,
        "state": state_label(item.state),
        "due": f"{item.due_at.astimezone(zone):%H:%M}",
        "picture": post is not None and post.media is not None,
        "approval": item.state.waiting and _needs_approval(db, call, item),
        "own": item.by == call.talker_id,
        "library": _library(db, call, item) if item.state.waiting else {},
        "why": show_why.run(db, call, str(item.id)),
    }


def _needs_approval(db: Db, call: Call, item: Delivery) -> bool:
    here = standing(db, call.account_id, call.house.charter, item.room_id, call.now, item.via_room_id)
    asked = ask(here, call.house.charter, Wish.of(item), call.now)
    return asked.approval in {Approval.NEEDED, Approval.STALE}


def _library(db: Db, call: Call, item: Delivery) -> dict[str, list[tuple[str, str]]]:
    """What may come instead, by kind: slug and title; the gate is asked once one is chosen."""
    gone = retired.every(db, call.account_id)
    posts = sorted(call.house.charter.library.values(), key=lambda post: post.slug)
    here = [post for post in posts if post.slug not in gone and post.slug != item.content]
    order = sorted(MIX, key=lambda kind: kind is not item.kind)
    return {kind.value: [(post.slug, post.title) for post in here if post.kind is kind] for kind in order}


def _foreseen(db: Db, call: Call, room_id: str, content: str, day: str) -> dict[str, object]:
    room, post = rooms.find(db, call.account_id, room_id), call.house.charter.library.get(content)
    try:
        when = date.fromisoformat(day)
    except ValueError:
        when = None
    if room is None or post is None or when is None:
        raise SpeakerError("errors/content_unknown", said=content, nearest="")
    return {
        **shown_text(call, room, content, "", when),
        "id": 0,
        "waiting": False,
        "unresolved": False,
        "state": None,
        "picture": post.media is not None,
        "approval": False,
        "own": False,
        "library": {},
    }


ROUTES = (Route("/console/story", show_story),)
