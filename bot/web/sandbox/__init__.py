"""The sandbox's page: the demo's group chats as members know them, with time and faults at hand; loopback only."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.routing import Route

from bot.demo import Demo
from bot.web.sandbox import side
from bot.web.sandbox.chronicle import Chronicle
from bot.web.sandbox.hall import Hall
from bot.web.sandbox.media import Media
from bot.web.sandbox.people import People
from bot.web.sandbox.reading import Reading
from bot.web.sandbox.rooms import Rooms
from bot.web.sandbox.speak import Speak
from bot.web.sandbox.talk import Talk
from bot.web.site import Site


def routes(site: Site, demo: Demo) -> Sequence[Route]:
    """The page's routes: the conversation with its rooms and people, and what stands beside it."""
    chronicle = Chronicle(demo.world, site.app.clock, site.stream.tell)
    hall = Hall(site, demo, chronicle, Reading(site.app, demo.world, chronicle))
    views = (Talk(hall), Rooms(hall), People(hall), Speak(hall), Media(hall))
    return (*(route for view in views for route in view.routes), *side.routes(site, demo))
