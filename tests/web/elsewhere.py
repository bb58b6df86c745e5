"""The console as it is reached from other machines: through a proxy, with a password."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

import httpx

from bot.web.access.password import hashed
from tests.scenarios.stage import PATIENCE
from tests.web.house import OWNER, XIAOMAN, House, furnished, lived_in

ORIGIN = "https://console.example.com"
PASSWORD = "傍晚在河边遛狗"
OTHERS = "清晨在楼下喂猫咪"


@cache
def stored(password: str) -> str:
    """The hash of a password; it takes a while."""
    return hashed(password)


class Proxy(httpx.AsyncBaseTransport):
    """Speaks TLS to the browser, as far as the browser knows, and plain HTTP to the page; says last who has called."""

    def __init__(self, port: int, caller: str = "203.0.113.7", *, separately: bool = False) -> None:
        self.caller, self._port, self._separately = caller, port, separately
        self._inner = httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        headers = httpx.Headers(request.headers)
        said = headers.get("x-forwarded-for")
        if said is None or self._separately:
            headers = httpx.Headers([*headers.raw, (b"X-Forwarded-For", self.caller.encode())])
        else:
            headers["x-forwarded-for"] = f"{said}, {self.caller}"
        url = request.url.copy_with(scheme="http", host="127.0.0.1", port=self._port)
        passed_on = httpx.Request(request.method, url, headers=headers, stream=request.stream)
        return await self._inner.handle_async_request(passed_on)

    async def aclose(self) -> None:
        await self._inner.aclose()


def browser(proxy: Proxy) -> httpx.AsyncClient:
    """Somebody far away; their browser holds nothing yet."""
    return httpx.AsyncClient(base_url=ORIGIN, headers={"Origin": ORIGIN}, timeout=PATIENCE, transport=proxy)


@asynccontextmanager
async def reached_by_proxy(folder: Path) -> AsyncIterator[tuple[House, httpx.AsyncClient, Proxy]]:
    """The owner and one more have passwords; 小满 has one, too, but is no operator."""
    passwords = {OWNER: stored(PASSWORD), XIAOMAN: stored(OTHERS)}
    config = furnished(folder, enabled="on", proxy=True, origin=ORIGIN, passwords=passwords)
    async with lived_in(config) as house:
        proxy = Proxy(house.port)
        async with browser(proxy) as visitor:
            yield house, visitor, proxy


async def log_in(visitor: httpx.AsyncClient, who: str = OWNER, password: str = PASSWORD) -> httpx.Response:
    return await visitor.post("/login", data={"who": who, "password": password})
