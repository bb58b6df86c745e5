"""Tags and segments: how many people have what, and which people an expression means."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.core.errors import SpeakerError
from bot.core.reply import Reply
from bot.policy.command import Call
from bot.policy.segment import LIMIT
from bot.policy.segment_term import SEGMENT
from bot.web.console.meant import people_meant
from bot.web.console.view import edge_of
from bot.web.kept import Answer
from bot.web.site import actor_of, site_of
from handlers.customer_room import customer_rooms
from handlers.segment import read_segment
from storage import picked, saved_segments, tags
from storage.gathering import Gathering
from storage.picked import Named
from storage.store import Db

T = TypeVar("T")

SHOWN = 20
"""So many people of a segment are named."""


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
    tried = await people_meant(request, expression) if expression else None
    named = await site.app.desk.ask(actor_of(request), _first, tried.people) if tried else ()
    slip = site.pages.told(request, tried.slip) if tried and tried.slip else ""
    return site.pages.page(request, "console/segments.html", expression=expression, tried=tried, named=named, slip=slip)


async def show_saved(request: Request) -> Response:
    """The saved segments with their people counted as of now, or a while ago, a fragment."""
    site = site_of(request)
    found = await _kept(request, _saved)
    slips = {item.name: site.pages.told(request, item.slip) for item in found.value if item.slip}
    return site.pages.page(request, "console/_saved.html", saved=found, slips=slips)


async def show_tags(request: Request) -> Response:
    """Every tag that somebody has, a fragment; the most frequent first."""
    found = await _kept(request, _tags)
    most = max((item.people for item in found.value), default=1)
    return site_of(request).pages.page(request, "console/_tags.html", tags=found, most=most)


async def _kept(request: Request, count: Callable[[Db, Call], T]) -> Answer[T]:
    site = site_of(request)
    return await site.kept.ask(count, edge_of(request).mark, lambda: site.app.desk.ask(actor_of(request), count))


def _first(db: Db, call: Call, meant: frozenset[str]) -> Sequence[Named]:
    return picked.first(db, call.account_id, meant, SHOWN)


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
