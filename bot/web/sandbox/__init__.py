"""The sandbox's page: the demo's group chats as members know them, with time and faults at hand; loopback only."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.routing import Route

from bot.demo import Demo
from bot.web.sandbox import views
from bot.web.site import Site


def routes(_site: Site, _demo: Demo) -> Sequence[Route]:
    """The page's routes."""
    return views.ROUTES
