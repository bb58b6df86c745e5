"""The guard: whom it lets in, what it refuses and in which words, and what every answer carries."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from urllib.parse import unquote, urlencode

import httpx
import pytest
from loguru import logger
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Message, Scope

from bot.web.access.guard import ALWAYS_TLS, HEADERS, LARGEST_BODY, LARGEST_FROM_STRANGERS
from tests.web.house import CATS, XIAOMAN, House, visited

EVIL = "https://evil.example"


def token_in(page: str) -> str:
    found = re.search(r'"X-Qunzhu-Token": "([^"]+)"', page)
    assert found is not None
    return found[1]


def stranger(house: House, **headers: str) -> httpx.AsyncClient:
    """A browser that has not come in."""
    return httpx.AsyncClient(base_url=house.origin, headers={"Origin": house.origin, **headers})


async def raw(house: House, text: str, **filled: str) -> bytes:
    """The answer to a request as it is written here, as no browser would."""
    reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
    host = house.origin.removeprefix("http://")
    request = text.replace("{host}", host).replace("{origin}", house.origin).replace("\n", "\r\n")
    for name, value in filled.items():
        request = request.replace(f"{{{name}}}", value)
    writer.write(request.encode())
    try:
        async with asyncio.timeout(10):
            return await reader.read(65536)
    finally:
        writer.close()
        await writer.wait_closed()


async def test_only_under_its_own_addresses(tmp_path: Path) -> None:
    """A page of somebody else's whose name leads to this machine (DNS rebinding) learns nothing."""
    async with visited(tmp_path) as house:
        for host in ("evil.example", f"evil.example:{house.port}", "127.0.0.1", "127.0.0.1:1", "", "localhost"):
            answer = await house.browser.get("/console", headers={"Host": host})
            assert answer.status_code == 421, host
            assert house.origin in answer.text
            assert "毛球家" not in answer.text
        for host in (f"localhost:{house.port}", f"LOCALHOST:{house.port}", f"[::1]:{house.port}"):
            assert (await house.browser.get("/console", headers={"Host": host})).status_code == 200


async def test_a_form_comes_from_its_own_pages(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        key = {"key": house.links[-1].partition("key=")[2]}
        for origin in (EVIL, "null", "", f"{house.origin}.evil.example", house.origin.replace("http", "https")):
            answer = await house.browser.post("/enter", data=key, headers={"Origin": origin})
            assert answer.status_code == 403, origin
            assert "不是从机器人自己的页面发出来的" in answer.text
            assert unquote(answer.headers["x-qunzhu-said"]) == answer.text
        async with httpx.AsyncClient(base_url=house.origin) as nowhere:
            assert (await nowhere.post("/enter", data=key)).status_code == 403
        two = [("Origin", house.origin), ("Origin", EVIL)]
        async with httpx.AsyncClient(base_url=house.origin, headers=two) as both:
            assert (await both.post("/enter", data=key)).status_code == 403
        assert len(house.links) == 2, "the key was used up"


async def test_a_token_of_another_session_or_of_none_moves_nothing(tmp_path: Path) -> None:
    async with visited(tmp_path) as house, stranger(house) as other:
        await house.come_in(other)
        mine, theirs = token_in(await house.see("/console")), token_in((await other.get("/console")).text)
        assert mine != theirs
        for token in (theirs, "", mine[:-1], mine + "x"):
            answer = await house.browser.post("/logout", headers={"X-Qunzhu-Token": token})
            assert answer.status_code == 403, token
            assert "刷新" in answer.text
        assert (await house.browser.get("/console")).status_code == 200
        assert (await house.browser.post("/logout", headers={"X-Qunzhu-Token": mine})).status_code == 303
        again = await house.browser.post("/logout", headers={"X-Qunzhu-Token": mine})
        assert again.status_code == 401, "a token was replayed after its session"


async def test_a_session_over_time(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        sessions = house.application.state.site.sessions
        for digest, session in tuple(sessions._kept.items()):
            sessions._kept[digest] = type(session)(session.contact_id, session.token, house.app.clock.real())
        assert (await house.browser.get("/console")).status_code == 401


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"])
async def test_other_methods_are_not_understood(tmp_path: Path, method: str) -> None:
    async with visited(tmp_path) as house:
        for path in ("/console", "/static/style.css", "/login", "/nowhere"):
            answer = await house.browser.request(method, path)
            assert answer.status_code == 405
            assert answer.headers["allow"] == "GET, HEAD, POST"


async def test_head_is_answered_like_get_without_its_body(tmp_path: Path) -> None:
    async with visited(tmp_path) as house, stranger(house) as outside:
        for browser, status in ((house.browser, 200), (outside, 401)):
            for _ in range(2):  # over one connection: a body that was sent nevertheless would be read as an answer
                answer = await browser.head("/console")
                assert (answer.status_code, answer.content) == (status, b"")


async def test_bodies_say_how_large_they_are_and_are_not_too_large(tmp_path: Path) -> None:
    async with visited(tmp_path) as house, stranger(house) as outside:
        token = {"X-Qunzhu-Token": token_in(await house.see("/console"))}
        for length in (LARGEST_BODY + 1, 10**18):
            head = (
                "POST /console HTTP/1.1\nHost: {host}\nOrigin: {origin}\nCookie: {cookie}\nX-Qunzhu-Token: {token}\n"
                "Content-Length: {length}\n\n"
            )
            cookie = f"qunzhu_{house.port}={house.browser.cookies[f'qunzhu_{house.port}']}"
            answer = await raw(house, head, length=str(length), token=token["X-Qunzhu-Token"], cookie=cookie)
            assert answer.startswith(b"HTTP/1.1 413 ")
        assert (await outside.post("/login", content=b"x" * (LARGEST_FROM_STRANGERS + 1))).status_code == 413

        async def pieces():
            yield b"who=x"

        assert (await outside.post("/login", content=pieces())).status_code == 413
        both = "POST /login HTTP/1.1\nHost: {host}\nOrigin: {origin}\nContent-Length: 3\nTransfer-Encoding: chunked\n\n"
        assert b"413" in (await raw(house, both + "5\nwho=x\n")).splitlines()[0]


async def test_half_a_character_is_no_accident(tmp_path: Path) -> None:
    """A form may name an encoding that knows lone surrogates: said once, no page would show that room again."""
    async with visited(tmp_path) as house:
        token = token_in(await house.see("/console"))
        fields = {"room": CATS, "as": XIAOMAN, "text": "\\ud800", "who": "\\ud800", "password": "\\ud800"}
        body = "".join(
            f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()
        )
        for named in (
            "charset=unicode_escape",
            "charset=utf-8; charset=unicode_escape",
            "CHARSET*=utf-8''unicode_escape",
        ):
            kind = {"Content-Type": f"multipart/form-data; boundary=b; {named}", "X-Qunzhu-Token": token}
            for path in ("/sandbox/say", "/console/order", "/login"):
                answer = await house.browser.post(path, content=body + "--b--\r\n", headers=kind)
                assert answer.status_code == 415, (path, named)
                assert "UTF-8" in unquote(answer.headers["x-qunzhu-said"])
        assert (await house.browser.get(f"/sandbox?room={CATS}")).status_code == 200
        said = {"room": CATS, "as": XIAOMAN, "text": "你好"}
        headers = {"X-Qunzhu-Token": token, "Content-Type": 'application/x-www-form-urlencoded; charset="UTF-8"'}
        answer = await house.browser.post("/sandbox/say", content=urlencode(said), headers=headers)
        assert answer.status_code == 200


PATHS = (
    "/static/../console",
    "/static/%2e%2e/console",
    "/static/..%2fconsole",
    "/static/%2e%2e%2f%2e%2e%2f%2e%2e%2fconfig.toml",
    "/static/..%5c..%5cconfig.toml",
    "/static//etc/passwd",
    "/static/%00",
    "/static/",
    "/static",
    "//console",
    "/console/",
    "/CONSOLE",
    "/console%3f",
    "/enter%3f/../console",
    "/login%23",
    "/closed/../console",
    "/enter/console",
    "/enter;/console",
    "/%E7%8C%AB",
    "/%ff%fe",
    "http://evil.example/console",
)


@pytest.mark.parametrize("inside", [False, True], ids=["outside", "inside"])
async def test_no_path_is_a_way_around(tmp_path: Path, inside: bool) -> None:
    async with visited(tmp_path, opened=True) as house:
        cookie = f"qunzhu_{house.port}={house.browser.cookies[f'qunzhu_{house.port}']}" if inside else ""
        for path in PATHS:
            request = "GET {path} HTTP/1.1\nHost: {host}\nCookie: {cookie}\nConnection: close\n\n"
            answer = (await raw(house, request, path=path, cookie=cookie)).decode()
            status, headers = answer.split(" ")[1], answer.partition("\r\n\r\n")[0].lower()
            assert status in {"401", "404"}, (path, answer[:300])
            assert "location:" not in headers
            assert "猫咪会客厅" not in answer
            assert "root:" not in answer


async def test_every_answer_carries_the_same_protection(tmp_path: Path) -> None:
    async with visited(tmp_path) as house, stranger(house) as outside:
        style = await house.browser.get("/static/style.css")
        answers = [
            style,
            await house.browser.get("/static/style.css", headers={"If-None-Match": style.headers["etag"]}),
            await house.browser.get("/static/nothing.js"),
            await house.browser.get("/console"),
            await house.browser.get("/nowhere"),
            await house.browser.post("/logout"),
            await house.browser.put("/console"),
            await house.browser.get("/console", headers={"Host": "evil.example"}),
            await outside.get("/console"),
            await outside.get("/enter?key=x"),
            await outside.post("/enter", data={"key": "x"}),
            await outside.get("/language?to=en"),
            await outside.post("/login", content=b"x", headers={"Content-Type": "multipart/form-data"}),
        ]
        assert answers[1].status_code == 304
        for answer in answers:
            assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS, answer
            assert "set-cookie" not in answer.headers or "/language" in str(answer.url)
            assert "server" not in answer.headers
            assert not set(ALWAYS_TLS) & set(answer.headers), "plain HTTP on this machine is meant to be"
            static = "/static/" in str(answer.url)
            assert answer.headers["cache-control"] == ("no-cache" if static else "no-store"), answer


async def test_a_form_that_cannot_be_read_is_refused_kindly(tmp_path: Path) -> None:
    async with visited(tmp_path) as house, stranger(house) as outside:
        answer = await outside.post("/enter", content=b"x", headers={"Content-Type": "multipart/form-data"})
        assert answer.status_code == 400
        assert "再试一次" in answer.text
        answer = await house.browser.get("/logout")
        assert answer.status_code == 405
        assert answer.headers["allow"] == "POST"


async def test_what_breaks_is_told_to_nobody_but_the_log(tmp_path: Path) -> None:
    """Neither the page nor the log quotes what was on its way; the bot goes on."""
    told: list[str] = []
    secret = "我家英短怕打雷"

    async def breaks(_request: Request) -> Response:
        raise ValueError(secret)

    async with visited(tmp_path) as house:
        house.application.router.routes.insert(0, Route("/breaks", breaks))
        sink = logger.add(lambda line: told.append(str(line)), format="{message} {extra} {exception}")
        try:
            answer = await house.browser.get("/breaks")
        finally:
            logger.remove(sink)
        assert answer.status_code == 500
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
        assert "机器人还在照常工作" in answer.text
        assert secret not in answer.text
        assert "Traceback" not in answer.text
        assert [line for line in told if "ValueError at test_guard.py" in line]
        assert secret not in "".join(told)
        assert (await house.browser.get("/console")).status_code == 200


async def test_a_page_that_has_ended_is_told_to_load_anew(tmp_path: Path) -> None:
    async with visited(tmp_path) as house, stranger(house) as outside:
        piece = await outside.get("/sandbox/side", headers={"HX-Request": "true"})
        assert (piece.status_code, piece.headers["hx-refresh"]) == (401, "true")
        whole = await outside.get("/sandbox")
        assert "hx-refresh" not in whole.headers
        assert "终端" in whole.text


async def test_another_kind_of_connection_is_not_spoken(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        upgrade = (
            "GET /console HTTP/1.1\nHost: {host}\nConnection: Upgrade, close\nUpgrade: websocket\n"
            "Sec-WebSocket-Version: 13\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\n\n"
        )
        assert (await raw(house, upgrade)).startswith(b"HTTP/1.1 401 ")


async def test_nothing_but_http_passes(tmp_path: Path) -> None:
    """A scope that the guard does not know is not handed on to pages that might."""
    async with visited(tmp_path) as house:
        from bot.web.access.guard import Guard

        asked: list[str] = []

        async def inner(scope: Scope, *_rest: object) -> None:
            asked.append(str(scope["type"]))

        async def nothing() -> Message:
            return {"type": "websocket.connect"}

        async def nowhere(_message: Message) -> None:
            asked.append("sent")

        guard = Guard(inner, house.application.state.site, [house.origin])
        await guard({"type": "websocket", "path": "/console", "headers": []}, nothing, nowhere)
        assert asked == []


async def test_refusals_are_in_the_language_of_the_browser(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        house.browser.cookies.set("qunzhu_language", "en")
        answer = await house.browser.post("/logout", headers={"Origin": EVIL})
        assert "nothing was done" in answer.text
        assert json.dumps(unquote(answer.headers["x-qunzhu-said"]))
        assert PlainTextResponse("x").media_type in answer.headers["content-type"]
