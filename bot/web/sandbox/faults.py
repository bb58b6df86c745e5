"""What can go wrong behind the gateway, at the flick of a switch, and how the bot copes with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from loguru import logger
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.chat.sandbox.message import Message
from bot.core.errors import SetupError
from bot.core.message import MessageKind
from bot.demo import Demo
from bot.render import safe_name
from bot.web.sandbox import coping
from bot.web.sandbox.answer import refused
from bot.web.site import Site, actor_of, site_of

SLOW = 2.0
"""Real seconds before a slow gateway does anything; a call is given up after five."""

SEND = "MessageSendText"
VERDICTS = ("sent", "unsent", "again")


class FaultBoard:
    """Switches that stay as they are put, and buttons for what happens once."""

    def __init__(self, site: Site, demo: Demo) -> None:
        self._demo, self._gateway, self._faults = demo, demo.gateway, demo.gateway.faults
        self._stream, self._repeated = site.stream, ""
        self._faults.struck = self._tell
        self._switches: Mapping[str, tuple[Callable[[], bool], Callable[[], None], Callable[[], None]]] = {
            "slow": (lambda: self._faults.latency > 0, self._slow, self._swift),
            "lost": (lambda: self._faults.drop_rate > 0, self._lose, self._keep),
            "echoless": (lambda: self._faults.echo_delay is None, self._faults.echo_off, self._faults.echo_on),
            "frozen": (lambda: self._faults.frozen, self._faults.freeze, self._faults.thaw),
        }
        self._buttons: Mapping[str, Callable[[], bool]] = {
            "hang": self._hang,
            "repeat": self._repeat,
            "tear": self._tear,
        }

    def routes(self) -> Sequence[Route]:
        return (
            Route("/sandbox/faults", self.show),
            Route("/sandbox/faults", self.put, methods=["POST"]),
            Route("/sandbox/coping", self.show_coping),
            Route("/sandbox/resolve", self.resolve, methods=["POST"]),
        )

    async def data(self, request: Request) -> dict[str, object]:
        """What this part of the panel is made of."""
        switches = {name: is_on() for name, (is_on, _turn_on, _turn_off) in self._switches.items()}
        return {
            "switches": {"down": not self._gateway.running, **switches},
            "buttons": tuple(self._buttons),
            "hanging": self._faults.planned(SEND),
            "repeated": self._repeated,
            "coping": await coping.look(request),
        }

    async def show(self, request: Request) -> Response:
        """The switches."""
        return site_of(request).pages.page(request, "sandbox/_faults.html", 200, **await self.data(request))

    async def show_coping(self, request: Request) -> Response:
        """How the bot copes; nothing (204) while it is what the page shows already."""
        found = await coping.look(request)
        if request.query_params.get("seen") == found.mark:
            return Response(status_code=204)
        return site_of(request).pages.page(request, "sandbox/_coping.html", coping=found)

    async def put(self, request: Request) -> Response:
        """Flick one switch, or press one button."""
        form = await request.form()
        name, wish = str(form.get("fault", "")), str(form.get("on", ""))
        if name in self._buttons:
            if not self._buttons[name]():
                return refused(request, f"fault_{name}")
        elif name not in self._switches and name != "down":
            return refused(request, "fault")
        elif wish not in {"yes", "no"}:
            return refused(request, "switch")
        elif name == "down":
            try:
                await self._stand(down=wish == "yes")
            except SetupError as error:
                logger.bind(action="sandbox.unstarted").warning("{}", error)
                return refused(request, "port")
        else:
            _is_on, turn_on, turn_off = self._switches[name]
            (turn_on if wish == "yes" else turn_off)()
        logger.bind(action="sandbox.fault", fault=name).info("a fault was switched from the page")
        self._tell()
        return await self.show(request)

    async def resolve(self, request: Request) -> Response:
        """Somebody has looked into the room: it was sent, it was not, or it shall be sent again."""
        site, form = site_of(request), await request.form()
        which, verdict = str(form.get("id", "")), str(form.get("verdict", ""))
        if not which.isdecimal() or verdict not in VERDICTS:
            return refused(request, "resolve")
        command = f"/resolve {which} {site.pages.word(request, 'outbox', f'say_{verdict}')}"
        replies = await site.app.desk.order(actor_of(request), command)
        return site.pages.page(
            request,
            "sandbox/_said.html",
            asked=command,
            said=[site.pages.told(request, reply) for reply in replies],
            slip=any(reply.template.startswith("errors/") for reply in replies),
            offer=None,
        )

    def _tell(self) -> None:
        self._stream.tell("faults")

    async def _stand(self, *, down: bool) -> None:
        """Like a process that is killed, and started again under its old address."""
        if down:
            await self._gateway.crash()
        elif not self._gateway.running:
            await self._demo.start()

    def _slow(self) -> None:
        self._faults.latency = SLOW

    def _swift(self) -> None:
        self._faults.latency = 0.0

    def _lose(self) -> None:
        self._faults.drop_rate = 1.0

    def _keep(self) -> None:
        self._faults.drop_rate = 0.0

    def _hang(self) -> bool:
        self._faults.hang_next(SEND)
        return True

    def _repeat(self) -> bool:
        """False before anybody has said anything."""
        last = self._last_said()
        if last is not None and self._faults.line.busy:
            self._faults.repeat(last.id)
            # Nothing is to be seen of a message that came twice and was taken for one.
            self._repeated = safe_name(last.content.label, "…")
            return True
        return False

    def _last_said(self) -> Message | None:
        said = reversed(self._demo.world.messages.values())
        return next((message for message in said if message.content.kind != MessageKind.RECALLED), None)

    def _tear(self) -> bool:
        """False while there is no stream."""
        if not self._faults.line.busy:
            return False
        self._faults.abort_stream()
        return True
