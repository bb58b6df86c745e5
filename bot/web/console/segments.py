"""Tags and segments: how many people have what, and which people an expression means."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.core.errors import SpeakerError
from bot.core.reply import Reply
from bot.policy.command import Call
from bot.policy.segment import LIMIT
from bot.policy.segment_term import SEGMENT, UNSUBSCRIBED
from bot.web.site import actor_of, site_of
from handlers.customer_room import customer_rooms
from handlers.segment import people_of, read_segment
from storage import picked, saved_segments, tags
from storage.gathering import Gathering
from storage.picked import Named
from storage.store import Db

SHOWN = 20
"""So many people of a segment are named."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What an expression came to; `slip` says what is wrong with it, `at` is the character, from 1."""

    people: Sequence[Named] = ()
    count: int = 0
    unsubscribed: int = 0
    slip: Reply | None = None
    at: int = 0


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved segment; `count` is None and `slip` says why when its expression cannot be read any more."""

    name: str
    expression: str
    count: int | None
    slip: Reply | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """How many people have a tag, by its source, and by each rule that gave it."""

    tag: str
    people: int
    sources: Mapping[str, int]
    rules: Mapping[str, int]


async def show_segments(request: Request) -> Response:
    """The box to try an expression in; what has to be counted over all people is fetched behind it."""
    site = site_of(request)
    expression = request.query_params.get("expression", "").strip()[: LIMIT + 1]
    tried = await site.app.desk.ask(actor_of(request), _try, expression) if expression else None
    slip = site.pages.told(request, tried.slip) if tried and tried.slip else ""
    return site.pages.page(request, "console/segments.html", expression=expression, tried=tried, slip=slip)


async def show_saved(request: Request) -> Response:
    """The saved segments with their people counted as of now, a fragment."""
    site = site_of(request)
    found = await site.app.desk.ask(actor_of(request), _saved)
    slips = {item.name: site.pages.told(request, item.slip) for item in found if item.slip}
    return site.pages.page(request, "console/_saved.html", saved=found, slips=slips)


async def show_tags(request: Request) -> Response:
    """Every tag that somebody has, a fragment; the most frequent first."""
    site = site_of(request)
    found = await site.app.desk.ask(actor_of(request), _tags)
    return site.pages.page(
        request, "console/_tags.html", tags=found, most=max((item.people for item in found), default=1)
    )


def _try(db: Db, call: Call, expression: str) -> Tried:
    try:
        there, found = people_of(db, call, expression)
    except SpeakerError as error:
        at = error.data.get("at", 0)
        return Tried(slip=Reply(error.template, error.data), at=at if isinstance(at, int) else 0)
    named = picked.first(db, call.account_id, found, SHOWN)
    return Tried(named, len(found), len(found & there.having(UNSUBSCRIBED, "")))


def _saved(db: Db, call: Call) -> Sequence[Saved]:
    """What several of them ask for is looked up once."""
    rooms, saved = customer_rooms(db, call), saved_segments.every(db, call.account_id)
    there = Gathering(db, call.account_id, call.house.charter, rooms, call.now)
    found = []
    for name, expression in saved.items():
        try:
            segment = read_segment(call, f"{SEGMENT}:{name}", rooms, saved)
        except SpeakerError as error:
            found.append(Saved(name, expression, None, Reply(error.template, error.data)))
        else:
            found.append(Saved(name, expression, len(segment.among(there))))
    return found


def _tags(db: Db, call: Call) -> Sequence[Counted]:
    found = []
    for tag, given in tags.sources(db, call.account_id, call.now).items():
        sources: Counter[str] = Counter()
        rules: Counter[str] = Counter()
        for (source, rule), people in given.items():
            sources[source] += people
            if rule:
                rules[rule] += people
        found.append(Counted(tag, given.total(), dict(sources.most_common()), dict(rules.most_common())))
    return sorted(found, key=lambda item: (-item.people, item.tag))


ROUTES = (
    Route("/console/segments", show_segments),
    Route("/console/segments/saved", show_saved),
    Route("/console/segments/tags", show_tags),
)
