"""Where the console commands: what is typed or clicked is a command of the chat, and is answered in its words."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.core.reply import Reply
from bot.policy.mention import SLASHES
from bot.policy.words import quoted
from bot.web.console.view import edge_of
from bot.web.offer import offer_of
from bot.web.site import actor_of, session_of, site_of

LONGEST = 4000
"""Characters of a command; more is no command."""


async def give_order(request: Request) -> Response:
    """Carry out `text`, with each `word` behind it as one argument; `room` is where it is said, "" for in private.

    The whole answer comes back as a fragment, refusals of the gate and slips among it (`data-refused`), and a file as a
    link to it.
    """
    site, form = site_of(request), await request.form()
    text = _command(str(form.get("text", "")), [str(word) for word in form.getlist("word")])
    if not edge_of(request).may_command:
        return site.pages.page(request, "console/_answer.html", text=text, answers=[], slip=True)
    replies = await site.app.desk.order(actor_of(request), text, str(form.get("room", "")))
    await site.pulse.feel()
    return site.pages.page(
        request,
        "console/_answer.html",
        text=text,
        answers=[_told(request, reply) for reply in replies],
        slip=any(reply.template.startswith("errors/") for reply in replies),
    )


def _told(request: Request, reply: Reply) -> dict[str, object]:
    """The words, what they offer to do, and for a file how it is called and the key it is fetched with."""
    site = site_of(request)
    told: dict[str, object] = {
        "text": site.pages.told(request, reply),
        "offer": offer_of(reply),
        "file": "",
        "key": "",
    }
    if reply.file is None:
        return told
    return {**told, "file": reply.file.name, "key": site.parcels.put(session_of(request), reply.file)}


def _command(text: str, words: list[str]) -> str:
    """A command with its slash; an argument left empty is left out."""
    said = text[:LONGEST].strip()
    named = said if said.startswith(tuple(SLASHES)) else f"/{said}"
    return " ".join([named, *(quoted(word[:LONGEST].strip()) for word in words if word.strip())])


ROUTES = (Route("/console/order", give_order, methods=["POST"]),)
