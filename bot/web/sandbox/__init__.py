"""The sandbox's page: the demo's group chats as members know them, with time and faults at hand; loopback only."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.routing import Route

from bot.demo import Demo
from bot.web.sandbox import side, talk
from bot.web.site import Site


def routes(site: Site, demo: Demo) -> Sequence[Route]:
    """The page's routes: the conversation with its rooms and people, and what stands beside it."""
    return (*talk.routes(site, demo), *side.routes(site, demo))
