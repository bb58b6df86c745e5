"""The console over TLS of its own, with a password."""

from __future__ import annotations

import asyncio
import socket
import ssl
from pathlib import Path

import httpx

from tests.scenarios.stage import PATIENCE
from tests.web.certificates import made, needs_openssl
from tests.web.elsewhere import PASSWORD, log_in, stored
from tests.web.house import OWNER, furnished, lived_in

pytestmark = needs_openssl


async def test_by_password_over_tls_and_not_without(tmp_path: Path) -> None:
    chain, key = made(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    origin = f"https://localhost:{port}"
    config = furnished(
        tmp_path,
        enabled="on",
        host="0.0.0.0",
        port=port,
        origin=origin,
        tls_cert=chain,
        tls_key=key,
        passwords={OWNER: stored(PASSWORD)},
    )
    async with lived_in(config) as house:
        assert house.links == [f"{origin}/login"]
        trust = ssl.create_default_context(cafile=chain)
        browser = httpx.AsyncClient(base_url=origin, headers={"Origin": origin}, verify=trust, timeout=PATIENCE)
        async with browser:
            assert (await browser.get("/console")).status_code == 401
            answer = await log_in(browser)
            assert answer.status_code == 303
            cookie = answer.headers["set-cookie"]
            assert cookie.startswith("__Host-qunzhu=")
            assert "; Secure" in cookie
            assert answer.headers["strict-transport-security"]
            assert (await browser.get("/console")).status_code == 200
        async with httpx.AsyncClient(base_url=f"http://localhost:{port}") as plain:
            try:
                answer = await plain.get("/console")
            except httpx.TransportError:
                answer = None
            assert answer is None, "the page was served without TLS"
        old = ssl.create_default_context(cafile=chain)
        old.maximum_version = ssl.TLSVersion.TLSv1_2
        old.set_ciphers("AES128-SHA")
        refused = False
        try:
            _reader, writer = await asyncio.open_connection("localhost", port, ssl=old)
            writer.close()
        except (ssl.SSLError, ConnectionError):
            refused = True
        assert refused, "a cipher without forward secrecy was taken"
