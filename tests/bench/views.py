"""What there is to see on the page: the paths of its views, and of the pieces that they fetch by themselves."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import quote

import httpx

from tests.bench.past import CALLED, SEGMENTS
from tests.web.house import CATS

CONSOLE = ("", "calendar", "outbox", "members", "segments", "checkins", "birthdays", "content", "audit")
FILTERS = (
    *(f"members?{query}" for query in (f"q={quote(CALLED)}", f"room={quote(CATS)}", f"among={quote('tag:养猫')}")),
    f"members?among={quote('silent>=30d and orders>=3')}&room={quote(CATS)}&q={quote(CALLED)}",
    f"outbox?state=ambiguous&room={quote(CATS)}",
    f"calendar?room={quote(CATS)}",
    *(f"segments?expression={quote(text)}" for text in ("all", *SEGMENTS.values())),
    f"birthdays?days=365&room={quote(CATS)}",
    f"audit?who={quote('zhoulan')}",
    f"content?q={quote('猫')}",
)
PIECES = ("edge", "story?id=7", "segments/saved", "segments/tags", "checkins/1", "members/wxid_bench000001")
"""What a page fetches by itself once it is open, and what is opened on it."""

SANDBOX = ("", "/side", "/rooms", "/people", "/menu", "/time", "/plan", "/talk/new?since=0", "/talk/fates")
VIEWS = (
    *(f"/console/{place}".rstrip("/") for place in (*CONSOLE, *FILTERS, *PIECES)),
    *(f"/sandbox{place}{'&' if '?' in place else '?'}room={quote(CATS)}" for place in SANDBOX),
    *(f"/sandbox/{place}" for place in ("faults", "coping", "why/7", "text/7")),
)
"""Every view by its path, and each piece of one; one that does not answer with a page is left out and said so."""

LATER = ("an older page of the conversation", "the story of a slot ahead", "a later page of the outbox", "a post")
"""Views whose paths stand on other pages, each by what it is."""

DEEP = 12
"""So many pages back the conversation is turned: nearly all that a month of the demo has of one room."""

_LINKS = re.compile(r'(?:hx-get|href)="([^"]+)"')


async def looked_up(browser: httpx.AsyncClient) -> dict[str, str]:
    """The paths of `LATER`, found where a reader finds them; what no page leads to is left out."""
    older = await _last(browser, f"/sandbox?room={quote(CATS)}", "/sandbox/talk/older", DEEP)
    slot = await _last(browser, f"/console/calendar?room={quote(CATS)}", "/console/story?room=", 1)
    outbox = await _last(browser, "/console/outbox", "/console/outbox?state=&room=&before=", 2)
    post = await _last(browser, "/console/content", "/console/content/post/", 1)
    return {name: path for name, path in zip(LATER, (older, slot, outbox, post), strict=True) if path}


async def _last(browser: httpx.AsyncClient, path: str, way: str, pages: int) -> str:
    """Where links that begin with `way` lead to after so many pages, "" if there is none on the first."""
    found = ""
    for _ in range(pages):
        text = (await browser.get(found or path)).text
        link = next((link for link in map(unescape, _LINKS.findall(text)) if link.startswith(way)), "")
        if not link:
            break
        found = link
    return found
