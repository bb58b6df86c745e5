"""The console's door: operators only, whoever they are by now; and a database that is gone for a while."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
import pytest

from bot.config import Config
from bot.core.errors import StoreError
from bot.core.operator import Role
from bot.web.access.password import hashed
from storage import operators
from storage.store import Store
from tests.scenarios.stage import settings
from tests.web.house import OWNER, XIAOMAN, House, visited

VIEWS = ("/console", "/console/edge")
PASSWORD = "一只很胖的橘猫"


def config(folder: Path, **changes: object) -> Config:
    return settings(folder, sandbox={"port": 0}, **{"web": {"port": 0}, **changes})


async def operator(house: House) -> httpx.Response:
    """小满 becomes an operator and comes in with her password."""
    known: dict[str, Any] = {"name": "小满", "by": OWNER, "now": house.app.clock()}
    await house.app.store.run(operators.add, house.app.account, XIAOMAN, Role.OPERATOR, **known)
    await house.app.directory.reload(house.app.store)
    return await house.browser.post("/login", data={"who": XIAOMAN, "password": PASSWORD})


@pytest.mark.parametrize("path", VIEWS)
async def test_without_a_session_there_is_nothing_to_see(tmp_path: Path, path: str) -> None:
    async with visited(tmp_path) as house:
        house.browser.cookies.clear()
        assert (await house.browser.get(path)).status_code == 401


async def test_a_role_that_was_taken_away_closes_every_view_at_once(tmp_path: Path) -> None:
    web = {"port": 0, "passwords": {XIAOMAN: hashed(PASSWORD)}}
    async with visited(tmp_path, config=config(tmp_path, web=web, operators={"owners": (OWNER,)})) as house:
        assert (await operator(house)).status_code == 303
        assert "小满" in await house.see("/console/edge")
        token = await house.do("/console/order", text="/status")
        assert token.status_code == 200
        headers = dict(token.request.headers)
        await house.app.desk.order(OWNER, f"/op remove {XIAOMAN}")
        for path in VIEWS:
            refused = await house.browser.get(path)
            assert refused.status_code == 403
            assert "你现在不是运营" in refused.text
        sent = {name: headers[name] for name in ("x-qunzhu-token", "hx-request")}
        ordered = await house.browser.post("/console/order", data={"text": "/pause"}, headers=sent)
        assert ordered.status_code == 403
        assert "你现在不是运营" in unquote(ordered.headers["x-qunzhu-said"])


async def test_while_there_is_no_owner_one_may_look_but_not_command(tmp_path: Path) -> None:
    async with visited(tmp_path, config=config(tmp_path)) as house:
        page = await house.see("/console")
        assert f"/claim {house.app.claim_code}" in page
        assert 'id="command"' not in page
        answer = await house.do("/console/order", text="/pause all")
        assert "data-refused" in answer.text
        assert "先在微信里认领" in answer.text


async def test_a_database_that_is_gone_is_said_kindly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with visited(tmp_path) as house:

        async def gone(*_args: object) -> None:
            raise StoreError("the database is gone")

        monkeypatch.setattr(Store, "read", gone)
        answer = await house.browser.get("/console")
        assert answer.status_code == 503
        assert "数据库暂时连不上" in answer.text
        assert "点的没有办成" in unquote(answer.headers["x-qunzhu-said"])


async def test_the_frame_shows_the_time_of_the_bot_and_its_gateway(tmp_path: Path) -> None:
    async with visited(tmp_path, at="18:55:00") as house:
        page = await house.see("/console")
        assert 'data-zone="Asia/Shanghai"' in page
        assert 'data-speed="0.0"' in page
        assert "11月22日 18:55" in page
        assert 'data-connected="yes"' in page


async def test_a_card_and_a_post_belong_to_a_place_of_the_nav(tmp_path: Path) -> None:
    async with visited(tmp_path, opened=True) as house:
        assert '<a href="/console/members" aria-current="true">' in await house.see(f"/console/members/{XIAOMAN}")
        assert '<a href="/console/members" aria-current="page">' in await house.see("/console/members")
