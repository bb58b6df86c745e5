"""What the sandbox's views share: the house, its imaginary WeChat, and what has happened there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from bot.chat.sandbox.errors import NoSuchError, NotPossibleError
from bot.chat.sandbox.world import World
from bot.demo import Demo
from bot.web.sandbox.chronicle import Chronicle
from bot.web.sandbox.reading import Reading
from bot.web.sandbox.seat import Seat, take
from bot.web.site import Site


class SlipError(Exception):
    """What a person in front of the page cannot do; `why` names the sentence in the words of the conversation."""

    def __init__(self, why: str, **gaps: object) -> None:
        super().__init__(why)
        self.why, self.gaps = why, gaps


@dataclass(frozen=True, slots=True)
class Hall:
    """The house behind the sandbox's page."""

    site: Site
    demo: Demo
    chronicle: Chronicle
    reading: Reading

    @property
    def world(self) -> World:
        """The imaginary WeChat."""
        return self.demo.world

    def seat(self, asked: Mapping[str, str]) -> Seat:
        """Where somebody sits who looks: what they leave open is chosen for them."""
        return take(self.demo, self.site.app.directory.roles, asked)

    async def do(self, request: Request, deed: Callable[[Hall, Seat, FormData], Response]) -> Response:
        """Do what a form asks for, as the person and in the place that it names; what is refused is told in words."""
        async with request.form() as form:
            try:
                return deed(self, self._seated(form), form)
            except SlipError as error:
                return self._refused(request, error)
            except NoSuchError:
                return self._refused(request, SlipError("gone"))
            except NotPossibleError:
                return self._refused(request, SlipError("not_possible"))

    def _seated(self, form: FormData) -> Seat:
        """Whoever acts names place and person; nothing is guessed."""
        asked = {name: str(form.get(name, "")) for name in ("room", "as")}
        seat = self.seat(asked)
        if (seat.place, seat.who) != (asked["room"], asked["as"]):
            raise SlipError("gone")
        return seat

    def _refused(self, request: Request, slip: SlipError) -> Response:
        return self.site.pages.page(request, "sandbox/_trouble.html", why=slip.why, gaps=slip.gaps)


def done() -> Response:
    """Nothing to show: what has changed comes by itself."""
    return Response("", media_type="text/html")


def moved(place: str, who: str) -> Response:
    """Done, and the page is to be looked at anew from another seat."""
    return Response("", media_type="text/html", headers={"hx-redirect": address(place, who)})


def address(place: str, who: str) -> str:
    """The page as somebody sees a place."""
    return f"/sandbox?{urlencode({'room': place, 'as': who})}"
