"""The way in and out: one-time links, passwords, and the choice of language."""

from __future__ import annotations

from urllib.parse import urlsplit

from loguru import logger
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.core.operator import Role
from bot.log import masked
from bot.web.access.guard import COOKIE
from bot.web.pages import LANGUAGE
from bot.web.site import Site, site_of
from bot.web.words import LOCALES

YEAR = 365 * 24 * 3600


async def show_closed(request: Request) -> Response:
    """Nobody has come in with this browser. A piece of a page that asks is told to load the whole one again."""
    site = site_of(request)
    answer = site.pages.page(request, "closed.html", 401, passwords=site.passwords.any, link=site.keys.open)
    if "hx-request" in request.headers:
        answer.headers["hx-refresh"] = "true"
    return answer


async def show_entrance(request: Request) -> Response:
    """Looking at a link does not use its key up, the button behind it does: a preview of a message must not."""
    return site_of(request).pages.page(request, "enter.html", key=request.query_params.get("key", ""))


async def enter(request: Request) -> Response:
    """The key of a link, which is good once."""
    site, form = site_of(request), await request.form()
    if not site.keys.use(str(form.get("key", ""))):
        logger.bind(action="web.key_refused").warning("a link was used that is not good (any more)")
        return site.pages.page(
            request, "closed.html", 401, passwords=site.passwords.any, link=site.keys.open, used=True
        )
    logger.bind(action="web.entered").info("a page was opened with a one-time link")
    return _let_in(site, "")


async def show_login(request: Request) -> Response:
    """The form for id and password."""
    return site_of(request).pages.page(request, "login.html", wait=0, wrong=False, who="")


async def log_in(request: Request) -> Response:
    """An operator by contact id and password. Who has no role any more is refused like a wrong password."""
    site, form = site_of(request), await request.form()
    who, password = str(form.get("who", ""))[:64].strip(), str(form.get("password", ""))[:1000]
    callers = (f"address:{_address(request)}", f"contact:{who}")
    wait = site.attempts.wait(*callers)
    if wait:
        return site.pages.page(request, "login.html", 429, wait=int(wait.total_seconds()) + 1, wrong=False, who=who)
    fits = await site.passwords.fits(who, password)
    if not fits or site.app.directory.role_of(who) < Role.OPERATOR:
        site.attempts.failed(*callers)
        logger.bind(action="web.login_refused", contact=masked(who)).warning("a login was refused")
        return site.pages.page(request, "login.html", 401, wait=0, wrong=True, who=who)
    site.attempts.passed(f"contact:{who}")
    logger.bind(action="web.logged_in", contact=masked(who)).info("an operator has logged in")
    return _let_in(site, who)


async def log_out(request: Request) -> Response:
    """The session ends here, not only in the browser."""
    site = site_of(request)
    site.sessions.end(request.cookies.get(COOKIE, ""))
    answer = RedirectResponse("/", 303)
    answer.delete_cookie(COOKIE, path="/", secure=site.secure, httponly=True, samesite="strict")
    return answer


async def choose_language(request: Request) -> Response:
    """Back to where one came from, in another language."""
    chosen = request.query_params.get("to", "")
    source = urlsplit(request.headers.get("referer", ""))
    back = f"{source.path}?{source.query}" if source.query else source.path
    answer = RedirectResponse(back if back.startswith("/") and not back.startswith("//") else "/", 303)
    if chosen in LOCALES:
        secure = site_of(request).secure
        answer.set_cookie(LANGUAGE, chosen, max_age=YEAR, secure=secure, httponly=True, samesite="strict")
    return answer


def _let_in(site: Site, contact_id: str) -> Response:
    answer = RedirectResponse("/", 303)
    handle = site.sessions.begin(contact_id)
    answer.set_cookie(COOKIE, handle, path="/", secure=site.secure, httponly=True, samesite="strict")
    return answer


def _address(request: Request) -> str:
    """Who calls; behind the declared proxy, whom the proxy names."""
    if site_of(request).proxied:
        return request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    return request.client.host if request.client else ""


ROUTES = (
    Route("/closed", show_closed),
    Route("/enter", show_entrance),
    Route("/enter", enter, methods=["POST"]),
    Route("/login", show_login),
    Route("/login", log_in, methods=["POST"]),
    Route("/logout", log_out, methods=["POST"]),
    Route("/language", choose_language),
)
