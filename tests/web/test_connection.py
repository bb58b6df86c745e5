"""Nobody keeps the page waiting for ever, or takes all of it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from loguru import logger

from bot.web import connection
from tests.scenarios.stage import PATIENCE
from tests.web.access.test_guard import token_in
from tests.web.house import House, visited

HALF = b"POST /login HTTP/1.1\r\nHost: x\r\n"


async def silence(house: House, *said: bytes) -> bytes:
    """Say something, and then wait until the page hangs up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
    try:
        for piece in said:
            writer.write(piece)
        async with asyncio.timeout(PATIENCE):
            return await reader.read()
    except ConnectionResetError:
        return b""
    finally:
        writer.close()


async def test_a_request_that_never_ends_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "LOOK_SECONDS", 0.05)
    async with visited(tmp_path) as house:
        host = house.origin.removeprefix("http://").encode()
        body = b"POST /enter HTTP/1.1\r\nHost: %s\r\nOrigin: http://%s\r\nContent-Length: 9\r\n\r\nk" % (host, host)
        assert await silence(house) == b""
        assert await silence(house, HALF) == b""
        assert b"200" not in await silence(house, body)
        first = b"GET /static/icon.svg HTTP/1.1\r\nHost: %s\r\n\r\n" % host
        assert b" 200 " in await silence(house, first, HALF)
        assert (await house.browser.get("/console")).status_code == 200


async def test_a_stream_is_no_request_that_never_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "LOOK_SECONDS", 0.01)
    async with visited(tmp_path) as house, house.browser.stream("GET", "/stream") as answer:
        lines = answer.aiter_lines()
        async with asyncio.timeout(PATIENCE):
            while await anext(lines) != "event: begin":
                pass
            loop = asyncio.get_running_loop()
            later = loop.time() + 10 * connection.LOOK_SECONDS
            await house.until(lambda: loop.time() > later)
            house.application.state.site.stream.tell("talk")
            while await anext(lines) != "event: talk":
                pass


async def test_one_connection_too_many_is_refused_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with visited(tmp_path) as house:
        await house.see("/console")
        monkeypatch.setattr(connection, "MOST", 1)
        assert await silence(house) == b""
        assert (await house.browser.get("/console")).status_code == 200


async def test_a_crowd_at_the_door_is_not_a_line_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever knocked again and again could fill the disk with the log."""
    lines: list[str] = []
    async with visited(tmp_path) as house:
        monkeypatch.setattr(connection, "MOST", 0)
        sink = logger.add(lambda line: lines.append(str(line)))
        try:
            for _knock in range(30):
                assert await silence(house) == b""
        finally:
            logger.remove(sink)
    crowded = [line for line in lines if "one more was refused" in line]
    assert len(crowded) == 10


async def test_the_house_does_not_wait_for_the_end_of_an_upload(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Cut off by force, it was an error in the log and at the end of the terminal."""
    async with visited(tmp_path) as house:
        held = "; ".join(f"{name}={value}" for name, value in house.browser.cookies.items())
        host = house.origin.removeprefix("http://")
        head = (
            f"POST /sandbox/picture HTTP/1.1\r\nHost: {host}\r\nOrigin: {house.origin}\r\n"
            f"Cookie: {held}\r\nX-Qunzhu-Token: {token_in(await house.see('/console'))}\r\n"
            "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 5000000\r\n\r\n--b\r\n"
        )
        _reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
        writer.write(head.encode())
        await house.see("/console")  # Asked later, on another connection: by now the upload is being read.
    writer.close()
    assert "ASGI" not in caplog.text
