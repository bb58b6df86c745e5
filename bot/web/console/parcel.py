"""A file that a command answered with, as a download."""

from __future__ import annotations

from pathlib import PurePath
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.core.message import File
from bot.web.site import session_of, site_of

TYPES = {".json": "application/json", ".csv": "text/csv; charset=utf-8"}
"""What commands hand out; anything else is bytes."""


async def fetch(request: Request) -> Response:
    """Once, for the session whose command it answers; afterwards a page says how to get it anew."""
    site = site_of(request)
    file = None
    if request.method != "HEAD":
        file = site.parcels.take(session_of(request), request.path_params["key"])
    return attached(file) if file is not None else site.pages.page(request, "console/fetched.html", 404)


def attached(file: File) -> Response:
    """The file to be saved and never shown, under its own name whatever that consists of."""
    kind = PurePath(file.name).suffix.lower()
    name = f"attachment; filename=file{kind if kind in TYPES else ''}; filename*=UTF-8''{quote(file.name, safe='')}"
    media_type = TYPES.get(kind, "application/octet-stream")
    return Response(file.data, media_type=media_type, headers={"content-disposition": name})


ROUTES = (Route("/console/file/{key}", fetch),)
