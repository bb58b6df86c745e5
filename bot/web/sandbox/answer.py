"""What the panel answers when something cannot be done: one clear sentence, shown on the page as it stands."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from bot.web.said import aloud
from bot.web.site import site_of


def refused(request: Request, key: str, **gaps: object) -> Response:
    """No, and why: the sentence `t.side.no.<key>`, which page.js shows. Nothing was done."""
    pages = site_of(request).pages
    said = pages.fragment(pages.language(request), "sandbox/_no.html", key=key, gaps=gaps).strip()
    return Response(said, 422, aloud(said), media_type="text/plain")
