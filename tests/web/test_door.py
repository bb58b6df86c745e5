"""Coming in by a one-time link."""

from __future__ import annotations

from pathlib import Path

import httpx

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
    async with visited(tmp_path, opened=True) as house:
        assert "猫咪会客厅" in await house.see("/console")
        assert house.app.directory.manages(CATS)
