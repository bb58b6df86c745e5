"""The content library: every post with when and where it went out, and each as it will be posted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from bot.core.errors import RenderError
from bot.core.post import Post, PostKind
from bot.core.reply import Draft
from bot.core.room import Room, RoomRole
from bot.policy.command import Call
from bot.policy.room_rules import rules_of
from bot.policy.text import for_matching
from bot.web.site import actor_of, site_of
from handlers.customer_room import customer_rooms
from handlers.shown import shown_text
from storage import ledger, retired, rooms
from storage.store import Db

PAGE = 50
OUT = "retired"
"""The choice beside the kinds that shows what was taken out."""


PICTURES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg"})
"""Endings of files that a browser shows; others are named."""


@dataclass(frozen=True, slots=True)
class Found:
    """A page of posts; `last` says of each slug in which room and when it was said last."""

    posts: Sequence[Post]
    last: Mapping[str, tuple[str, datetime]]
    retired: frozenset[str]
    counts: Mapping[str, int]
    more: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """One post as it will be posted in a room; `where` says when each room heard it last."""

    post: Post
    room: Room
    rooms: Sequence[Room]
    draft: Draft
    where: Sequence[tuple[str, datetime]]
    retired: bool
    persona: str
    picture: bool


async def show_library(request: Request) -> Response:
    """The posts of a kind, those that hold some words, or those taken out."""
    site, query = site_of(request), request.query_params
    kind, text, said = query.get("kind", ""), query.get("q", "").strip()[:64], query.get("from", "")
    start = int(said) if said.isascii() and said.isdecimal() and len(said) < 6 else 0
    found = await site.app.desk.ask(actor_of(request), _gather, kind, text, start)
    kinds = [*(kind.value for kind in PostKind), OUT]
    return site.pages.page(
        request, "console/content.html", found=found, kind=kind, text=text, start=start, kinds=kinds, page_size=PAGE
    )


async def show_post(request: Request) -> Response:
    """One post, rendered by the bot's own renderer for a chosen room."""
    site = site_of(request)
    slug, room_id = request.path_params["slug"], request.query_params.get("room", "")
    shown = await site.app.desk.ask(actor_of(request), _show, slug, room_id)
    if shown is None:
        raise HTTPException(404)
    try:
        text = site.app.content.renderer.post(shown.draft.post, shown.draft.variables)
    except RenderError as error:
        return site.pages.page(request, "console/post.html", shown=shown, text="", fault=str(error))
    return site.pages.page(request, "console/post.html", shown=shown, text=text, fault="")


async def show_picture(request: Request) -> Response:
    """The picture that goes out with a post of the library; no other file can be asked for."""
    post = site_of(request).app.charter.library.get(request.path_params["slug"])
    if post is None or post.media is None or not post.media.is_file():
        raise HTTPException(404)
    return FileResponse(post.media)


def _gather(db: Db, call: Call, kind: str, text: str, start: int) -> Found:
    library, gone = call.house.charter.library, retired.every(db, call.account_id)
    every = sorted(library.values(), key=lambda post: (list(PostKind).index(post.kind), post.slug))
    counts = {item.value: sum(post.kind is item for post in every) for item in PostKind}
    counts[OUT] = sum(post.slug in gone for post in every)
    if kind == OUT:
        every = [post for post in every if post.slug in gone]
    elif kind in counts:
        every = [post for post in every if post.kind == kind]
    wanted = for_matching(text)
    every = [post for post in every if not wanted or any(wanted in for_matching(name) for name in _names(post))]
    posts = every[start : start + PAGE]
    names = {room.room_id: room.name for room in rooms.managed(db, call.account_id)}
    said = ledger.last_posted(db, call.account_id, [post.slug for post in posts])
    last = {slug: (names.get(room_id, room_id), at) for slug, (room_id, at) in said.items()}
    return Found(posts, last, gone, counts, len(every) > start + PAGE)


def _names(post: Post) -> tuple[str, ...]:
    return (post.slug, post.title, *post.tags)


def _show(db: Db, call: Call, slug: str, room_id: str) -> Shown | None:
    post, managed = call.house.charter.library.get(slug), customer_rooms(db, call)
    if post is None:
        return None
    chosen = next((room for room in managed if room.room_id == room_id), managed[0] if managed else None)
    room = chosen or Room(call.account_id, "", "", RoomRole.CUSTOMER, call.now, call.talker_id)
    rules = rules_of(room.settings, call.house.charter.rules) or call.house.charter.rules
    draft = shown_text(call, room, slug, "", rules.hours.local_day(call.now))["draft"]
    names = {room.room_id: room.name for room in rooms.managed(db, call.account_id)}
    heard = sorted(ledger.posted_where(db, call.account_id, slug).items(), key=lambda item: item[1], reverse=True)
    return Shown(
        post=post,
        room=room,
        rooms=managed,
        draft=draft if isinstance(draft, Draft) else Draft(post, {}),
        where=[(names.get(room_id, room_id), at) for room_id, at in heard],
        retired=slug in retired.every(db, call.account_id),
        persona=call.house.charter.speaker.persona,
        picture=post.media is not None and post.media.suffix.lower() in PICTURES,
    )


ROUTES = (
    Route("/console/content", show_library),
    Route("/console/content/picture/{slug:path}", show_picture),
    Route("/console/content/post/{slug:path}", show_post),
)
