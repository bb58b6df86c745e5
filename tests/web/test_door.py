"""Coming in by a one-time link."""

from __future__ import annotations

import socket
from pathlib import Path

import httpx

from bot.web.server import bind
from tests.web.house import CATS, visited


async def test_a_link_lets_one_browser_in_once_and_the_next_one_is_announced(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        assert "运营台" in await house.see("/console")
        assert len(house.links) == 2
        async with httpx.AsyncClient(base_url=house.origin, headers={"Origin": house.origin}) as other:
            assert (await other.get("/console")).status_code == 401
            used = await other.post("/enter", data={"key": house.links[0].partition("key=")[2]})
            assert used.status_code == 401
            assert "已经用过" in used.text
            assert (await house.come_in(other)).status_code == 303
            assert (await other.get("/console")).status_code == 200


async def test_the_page_shows_the_rooms_of_an_open_shop(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        await house.open_shop()
        assert "猫咪会客厅" in await house.see("/console")
        assert house.app.directory.manages(CATS)


def test_an_answer_is_not_kept_back_for_forty_milliseconds() -> None:
    """Each answer once waited for the client's delayed acknowledgement: asyncio had not seen that the door is TCP."""
    door = bind("127.0.0.1", 0)
    with door:
        assert door.proto == socket.IPPROTO_TCP
