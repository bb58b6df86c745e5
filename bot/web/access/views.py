"""The way in and out: one-time links, passwords, and the choice of language."""

from __future__ import annotations

from urllib.parse import urlsplit

from loguru import logger
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.core.operator import Role
from bot.log import masked
from bot.web.access.caller import caller
from bot.web.pages import LANGUAGE
from bot.web.site import site_of
from bot.web.words import LOCALES

YEAR = 365 * 24 * 3600


async def show_closed(request: Request) -> Response:
    """Nobody has come in with this browser. A piece of a page that asks is told to load the whole one again."""
    answer = _closed(request)
    if "hx-request" in request.headers:
        answer.headers["hx-refresh"] = "true"
    return answer


async def show_entrance(request: Request) -> Response:
    """Looking at a link does not use its key up, the button behind it does: a preview of a message must not."""
    return site_of(request).pages.page(request, "enter.html", key=request.query_params.get("key", ""))


async def enter(request: Request) -> Response:
    """The key of a link, which is good once."""
    if not site_of(request).keys.use(_said(await request.form(), "key", 100)):
        logger.bind(action="web.key_refused").warning("a link was used that is not good (any more)")
        return _closed(request, used=True)
    logger.bind(action="web.entered").info("a page was opened with a one-time link")
    return _let_in(request, "")


async def show_login(request: Request) -> Response:
    """The form for id and password."""
    site = site_of(request)
    if not site.passwords.any:
        return _closed(request)
    return site.pages.page(request, "login.html", wait=0, wrong=False, who="")


async def log_in(request: Request) -> Response:
    """An operator by contact id and password. Who has no role any more is refused like a wrong password."""
    site, form = site_of(request), await request.form()
    if not site.passwords.any:
        return _closed(request)
    who, password = _said(form, "who", 64).strip(), _said(form, "password", 1000)
    contact, address = f"contact:{who}", f"address:{caller(request, proxied=site.proxied)}"
    wait = site.attempts.wait(contact, address)
    if wait:
        seconds = int(wait.total_seconds()) + 1
        answer = site.pages.page(request, "login.html", 429, wait=seconds, wrong=False, who=who)
        answer.headers["retry-after"] = str(seconds)
        return answer
    site.attempts.made(contact, address)
    fits = await site.passwords.fits(who, password)
    if not fits or site.app.directory.role_of(who) < Role.OPERATOR:
        logger.bind(action="web.login_refused", contact=masked(who)).warning("a login was refused")
        return site.pages.page(request, "login.html", 401, wait=0, wrong=True, who=who)
    site.attempts.passed(contact, address)
    logger.bind(action="web.logged_in", contact=masked(who)).info("an operator has logged in")
    return _let_in(request, who)


async def log_out(request: Request) -> Response:
    """The session ends here, not only in the browser."""
    site = site_of(request)
    site.sessions.end(request.cookies.get(site.cookie, ""))
    answer = RedirectResponse("/", 303)
    answer.delete_cookie(site.cookie, path="/", secure=site.secure, httponly=True, samesite="strict")
    return answer


async def choose_language(request: Request) -> Response:
    """Back to where one came from, in another language; never to another house."""
    chosen = request.query_params.get("to", "")
    source = urlsplit(request.headers.get("referer", ""))
    ours = source.netloc == request.headers["host"] and source.path.startswith("/") and source.path[1:2] not in "/\\"
    back = source._replace(scheme="", netloc="", fragment="").geturl() if ours else "/"
    answer = RedirectResponse(back, 303)
    if chosen in LOCALES:
        secure = site_of(request).secure
        answer.set_cookie(LANGUAGE, chosen, max_age=YEAR, secure=secure, httponly=True, samesite="strict")
    return answer


def _closed(request: Request, *, used: bool = False) -> Response:
    site = site_of(request)
    return site.pages.page(request, "closed.html", 401, passwords=site.passwords.any, link=site.keys.open, used=used)


def _let_in(request: Request, contact_id: str) -> Response:
    """A session of its own: what the browser held before is worth nothing any more."""
    site = site_of(request)
    site.sessions.end(request.cookies.get(site.cookie, ""))
    answer = RedirectResponse("/", 303)
    handle = site.sessions.begin(contact_id)
    answer.set_cookie(site.cookie, handle, path="/", secure=site.secure, httponly=True, samesite="strict")
    return answer


def _said(form: FormData, field: str, most: int) -> str:
    return str(form.get(field, ""))[:most]


ROUTES = (
    Route("/closed", show_closed),
    Route("/enter", show_entrance),
    Route("/enter", enter, methods=["POST"]),
    Route("/login", show_login),
    Route("/login", log_in, methods=["POST"]),
    Route("/logout", log_out, methods=["POST"]),
    Route("/language", choose_language),
)
