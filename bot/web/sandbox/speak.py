"""Speaking in the sandbox as whoever was chosen: words, pictures, and taking back what one said."""

from __future__ import annotations

import re
from collections.abc import Collection

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.chat.sandbox.world import World
from bot.core.message import File
from bot.policy.text import visible
from bot.web.sandbox import picture
from bot.web.sandbox.hall import Hall, SlipError, done
from bot.web.sandbox.seat import Seat, called

LONGEST = 5_000
"""Characters in one message."""


class Speak:
    """The box below the conversation."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self.routes = (
            Route("/sandbox/say", self.say, methods=["POST"]),
            Route("/sandbox/picture", self.send_picture, methods=["POST"]),
            Route("/sandbox/recall", self.recall, methods=["POST"]),
        )

    async def say(self, request: Request) -> Response:
        """Words, with whoever they call by name."""
        return await self._hall.do(request, _say)

    async def send_picture(self, request: Request) -> Response:
        """A picture, whatever its file is called."""
        async with request.form() as form:
            data, name = await _upload(form)
        return await self._hall.do(request, lambda hall, seat, _form: _send_picture(hall, seat, name, data))

    async def recall(self, request: Request) -> Response:
        """Take back one's own words."""
        return await self._hall.do(request, _recall)


def mentioned(world: World, room_id: str, text: str, picked: Collection[str]) -> tuple[str, ...]:
    """Who is called by "@name" in a room; of people with one name it is the one that was picked, else the first."""
    namesakes: dict[str, list[str]] = {}
    shown = visible(text)
    for who in world.rooms[room_id].member_ids if room_id in world.rooms and "@" in text else ():
        for name in {visible(called(world, room_id, who)), visible(world.person(who).name)}:
            if name and re.search(rf"@{re.escape(name)}(?:\s|$)", shown):
                namesakes.setdefault(name, []).append(who)
    chosen = ([who for who in alike if who in picked] or alike[:1] for alike in namesakes.values())
    return tuple(dict.fromkeys(who for some in chosen for who in some))


def _say(hall: Hall, seat: Seat, form: FormData) -> Response:
    _check_seat(seat)
    # A mention ends with U+2005, which is space enough for `strip` to take it away.
    text = str(form.get("text", "")).replace("\r\n", "\n").strip(" \n")
    if not text.strip():
        raise SlipError("empty")
    if len(text) > LONGEST:
        raise SlipError("too_long", most=LONGEST, count=len(text))
    picked = [str(who) for who in form.getlist("mention")]
    hall.world.say(seat.who, seat.place, text, mentioned(hall.world, seat.room_id, text, picked))
    return done()


async def _upload(form: FormData) -> tuple[bytes, str]:
    """The bytes and the name of what was sent; what is far too large is not read to its end."""
    upload = form.get("picture")
    if not isinstance(upload, UploadFile):
        return b"", ""
    return await upload.read(picture.MOST_BYTES + 1), upload.filename or ""


def _send_picture(hall: Hall, seat: Seat, name: str, data: bytes) -> Response:
    _check_seat(seat)
    if not data:
        raise SlipError("no_picture")
    if len(data) > picture.MOST_BYTES:
        raise SlipError("too_large", most=picture.MOST_BYTES // 1_000_000)
    media_type = picture.type_of(data)
    if not media_type:
        raise SlipError("not_a_picture")
    hall.world.send_file(seat.who, seat.place, File(picture.named(name, media_type), data))
    return done()


def _recall(hall: Hall, seat: Seat, form: FormData) -> Response:
    message = hall.world.message(str(form.get("message", "")))
    if message.talker_id != seat.who:
        raise SlipError("not_yours")
    _check_seat(seat)
    if not hall.world.recall(message.id):
        raise SlipError("recalled_before")
    return done()


def _check_seat(seat: Seat) -> None:
    if not seat.member:
        raise SlipError("not_member")
