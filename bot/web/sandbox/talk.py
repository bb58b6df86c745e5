"""The sandbox's page as a whole, and the conversation in its middle."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.core.delivery import DeliveryState
from bot.web.sandbox import picture
from bot.web.sandbox.hall import Hall
from bot.web.sandbox.line import Line
from bot.web.sandbox.media import lost
from bot.web.sandbox.people import scene
from bot.web.sandbox.rooms import places
from bot.web.sandbox.seat import Seat
from bot.web.sandbox.speak import LONGEST
from storage import deliveries

MARKED = 30
"""How many of the bot's latest messages keep being told what became of them."""


class Talk:
    """The page, and what is new or older in its conversation."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self.routes = (
            Route("/sandbox", self.show),
            Route("/sandbox/talk/new", self.show_news),
            Route("/sandbox/talk/older", self.show_older),
            Route("/sandbox/talk/fates", self.show_fates),
        )

    async def show(self, request: Request) -> Response:
        """Rooms, conversation, time and plan."""
        hall, seat = self._hall, self._hall.seat(request.query_params)
        number = hall.chronicle.number
        page = await hall.reading.page(seat)
        return hall.site.pages.page(
            request,
            "sandbox/page.html",
            **scene(hall, seat),
            **await self._facts(seat, page.lines),
            older=page.edge,
            number=number,
            places=await places(hall, seat),
            longest=LONGEST,
            largest=picture.MOST_BYTES,
        )

    async def show_news(self, request: Request) -> Response:
        """What has happened since the last line that is shown; `from` is the first one."""
        seat = self._hall.seat(request.query_params)
        first, since = (request.query_params.get(name, "") for name in ("from", "since"))
        # A number that is still to come is one of before the bot was started anew.
        known = _number(since) and int(since) <= self._hall.chronicle.number
        lines = self._hall.reading.news(seat, int(since)) if known else None
        if lines is None:
            return Response("", media_type="text/html", headers={"hx-refresh": "true"})
        return self._hall.site.pages.page(
            request,
            "sandbox/_news.html",
            seat=seat,
            back=self._taken_back(seat, lines, range(int(first) if _number(first) else 0, int(since) + 1)),
            **await self._facts(seat, lines),
        )

    async def show_older(self, request: Request) -> Response:
        """The page before the one that is shown."""
        seat, edge = self._hall.seat(request.query_params), request.query_params.get("before", "")
        try:
            page = await self._hall.reading.page(seat, edge)
        except ValueError:
            return Response("", 400, media_type="text/html")
        facts = await self._facts(seat, page.lines)
        return self._hall.site.pages.page(request, "sandbox/_older.html", seat=seat, older=page.edge, **facts)

    async def show_fates(self, request: Request) -> Response:
        """What has become of the bot's latest posts here, among the lines that the page shows: from `from` to `to`."""
        seat = self._hall.seat(request.query_params)
        first, last = (request.query_params.get(name, "") for name in ("from", "to"))
        entries = self._hall.chronicle.before(seat.conversation, None, 4 * MARKED)
        bot = self._hall.world.self_id
        begin = int(first) if _number(first) else 0
        end = int(last) if _number(last) else self._hall.chronicle.number
        own = [
            entry
            for entry in entries
            if begin <= entry.number <= end and entry.message is not None and entry.message.talker_id == bot
        ]
        keys = {entry.message.id: f"c{entry.number}" for entry in own[-MARKED:] if entry.message is not None}
        fates = {keys[message_id]: state for message_id, state in (await self._fates(keys)).items()}
        return self._hall.site.pages.page(request, "sandbox/_fates.html", fates=fates)

    def _taken_back(self, seat: Seat, lines: Sequence[Line], shown: range) -> dict[str, Line]:
        """For each message on the page that was taken back just now, what stands in its place."""
        found = {}
        for line in lines:
            entry = (
                self._hall.chronicle.entry_of(seat.conversation, line.message_id) if line.note == "taken_back" else None
            )
            if entry is not None and entry.number in shown:
                found[f"c{entry.number}"] = line
        return found

    async def _facts(self, seat: Seat, lines: Sequence[Line]) -> dict[str, Any]:
        bot = self._hall.world.self_id
        fates = await self._fates([line.message_id for line in lines if line.talker_id == bot])
        return {
            "lines": lines,
            "bot_id": bot,
            "fates": fates,
            "lost": await lost(self._hall, lines),
            "recallable": self._hall.world.messages.keys(),
        }

    async def _fates(self, message_ids: Sequence[str] | dict[str, str]) -> dict[str, DeliveryState]:
        if not message_ids:
            return {}
        app = self._hall.site.app
        return await app.store.read(deliveries.states_of, app.account, list(message_ids))


def _number(said: str) -> bool:
    """Whether it can be the number of a line."""
    return said.isdecimal() and len(said) < 16
