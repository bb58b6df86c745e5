"""The bot's time at hand: it runs, stands, runs faster, and travels; and the neighbours talk or are silent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.core.operator import Role
from bot.core.room import RoomRole
from bot.demo import Demo
from bot.policy.command import Call
from bot.web.sandbox import goals
from bot.web.sandbox.answer import refused
from bot.web.sandbox.goals import Goal
from bot.web.sandbox.journey import Journey
from bot.web.site import Site, actor_of, site_of
from storage import rooms
from storage.store import Db

SPEEDS = (1, 60, 600)

FAR = 31
"""Days beyond which a journey is told to take a while."""

GOALS: Mapping[str, Callable[[str], Goal]] = {
    "tonight": lambda _room_id: goals.tonight(),
    "tomorrow": lambda _room_id: goals.tomorrow(),
    "birthday": lambda _room_id: goals.birthday(),
    "promo": goals.refusal,
}


class Clockface:
    """The part of the panel that shows and moves time."""

    def __init__(self, site: Site, demo: Demo) -> None:
        self._clock, self._demo, self._stream = site.app.clock, demo, site.stream
        self.journey = Journey(site)
        site.closing.append(self.journey.end)

    def routes(self) -> Sequence[Route]:
        return (
            Route("/sandbox/time", self.show),
            Route("/sandbox/time", self.turn, methods=["POST"]),
            Route("/sandbox/journey", self.set_out, methods=["POST"]),
            Route("/sandbox/neighbours", self.hush, methods=["POST"]),
        )

    async def show(self, request: Request) -> Response:
        """This part of the panel."""
        data = await self.data(request, request.query_params.get("room", ""))
        return site_of(request).pages.page(request, "sandbox/_time.html", 200, **data)

    async def data(self, request: Request, room_id: str) -> dict[str, object]:
        """What the part is made of."""
        reach = await site_of(request).app.desk.ask(actor_of(request), _reach, room_id)
        return {
            "room": room_id,
            "clock": self._clock,
            "now": self._clock(),
            "zone": str(site_of(request).app.charter.rules.hours.zone),
            "speeds": SPEEDS,
            "journey": self.journey.progress,
            "travelling": self.journey.under_way,
            "talking": self._demo.talking,
            "most": goals.LONGEST,
            "far": FAR,
            **reach,
        }

    async def turn(self, request: Request) -> Response:
        """Stand, run, or run at another speed."""
        form = await request.form()
        wish, speed = str(form.get("do", "")), str(form.get("speed", ""))
        if self.journey.under_way:
            return refused(request, "travelling")
        if wish == "stand":
            self._clock.stand()
        elif wish == "run":
            self._clock.run()
        elif wish == "speed" and speed in map(str, SPEEDS):
            self._clock.run(float(speed))
        else:
            return refused(request, "speed" if wish == "speed" else "time")
        return await self._changed(request, str(form.get("room", "")))

    async def set_out(self, request: Request) -> Response:
        """Begin a journey, or stop the one that is under way."""
        form = await request.form()
        goal, room_id, days = (str(form.get(name, "")) for name in ("goal", "room", "days"))
        if goal == "cancel":
            self.journey.cancel()
            return await self._changed(request, room_id)
        if goal == "days" and not (days.isdecimal() and len(days) < 6 and 1 <= int(days) <= goals.LONGEST):
            return refused(request, "days", most=goals.LONGEST)
        if goal != "days" and goal not in GOALS:
            return refused(request, "goal")
        chosen = goals.after_days(int(days)) if goal == "days" else GOALS[goal](room_id)
        if not self.journey.begin(actor_of(request), chosen):
            return refused(request, "travelling")
        return await self._changed(request, room_id)

    async def hush(self, request: Request) -> Response:
        """Let the neighbours talk, or not."""
        form = await request.form()
        wish = str(form.get("talk", ""))
        if wish not in {"on", "off"}:
            return refused(request, "neighbours")
        self._demo.talking = wish == "on"
        return await self._changed(request, str(form.get("room", "")))

    async def _changed(self, request: Request, room_id: str) -> Response:
        self._stream.tell("time")
        return site_of(request).pages.page(request, "sandbox/_time.html", 200, **await self.data(request, room_id))


def _reach(db: Db, call: Call, room_id: str) -> dict[str, object]:
    """Which goals there are at present: a birthday somebody told, a room whose promotions are counted."""
    room = rooms.find(db, call.account_id, room_id)
    birthday: datetime | None = goals.next_birthday(db, call)
    return {
        "birthday": birthday,
        "tonight": goals.this_evening(call),
        "promotes": room is not None and room.role is RoomRole.CUSTOMER and room.active,
        "owned": call.role >= Role.OPERATOR,
    }
