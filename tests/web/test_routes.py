"""Every page and every action, as they are at the moment, asked by those who may not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
from starlette.routing import Mount, Route

from bot.core.operator import Role
from bot.web.access.guard import OPEN
from storage import operators
from tests.web.access.test_guard import EVIL, token_in
from tests.web.elsewhere import OTHERS, log_in, reached_by_proxy
from tests.web.house import OWNER, XIAOMAN, House, visited


def routes(house: House) -> Iterator[tuple[str, str]]:
    """(method, path) of all that the page can do; gaps in a path are filled with something."""
    for route in house.application.routes:
        if isinstance(route, Mount):
            continue
        assert isinstance(route, Route), route
        path = re.sub(r"\{[^}]+\}", "1", route.path)
        for method in sorted((route.methods or {"GET"}) - {"HEAD"}):
            yield method, path


def closed(house: House) -> list[tuple[str, str]]:
    """Those that are not the way in."""
    return [(method, path) for method, path in routes(house) if path not in OPEN]


async def test_nothing_is_seen_or_done_without_a_session(tmp_path: Path) -> None:
    async with visited(tmp_path, opened=True) as house:
        asked = closed(house)
        assert {"/", "/stream", "/console", "/sandbox", "/logout"} <= {path for _method, path in asked}
        held = f"qunzhu_{house.port}"
        for cookie in ({}, {held: "guessed"}, {held: ""}, {f"{held}0": house.browser.cookies[held]}):
            async with httpx.AsyncClient(
                base_url=house.origin, headers={"Origin": house.origin}, cookies=cookie
            ) as outside:
                for method, path in asked:
                    answer = await outside.request(method, path)
                    assert answer.status_code == 401, (method, path)
                    assert "猫咪会客厅" not in answer.text
                    assert "先开个门" in answer.text


async def test_nothing_is_done_for_a_forged_origin_or_with_a_foreign_token(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        token = token_in(await house.see("/console"))
        async with httpx.AsyncClient(base_url=house.origin, headers={"Origin": house.origin}) as other:
            await house.come_in(other)
            theirs = token_in((await other.get("/console")).text)
        said = len(house.demo.world.messages)
        actions = [path for method, path in routes(house) if method == "POST"]
        assert actions
        for path in actions:
            for origin in (EVIL, "null", ""):
                answer = await house.browser.post(path, headers={"Origin": origin, "X-Qunzhu-Token": token})
                assert answer.status_code == 403, (path, origin)
            if path not in OPEN:
                for wrong in ("", theirs):
                    answer = await house.browser.post(path, headers={"X-Qunzhu-Token": wrong})
                    assert answer.status_code == 403, (path, wrong)
        assert len(house.demo.world.messages) == said
        assert (await house.browser.get("/console")).status_code == 200


async def test_no_action_of_an_ended_session_is_carried_out(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        token = {"X-Qunzhu-Token": token_in(await house.see("/console"))}
        held = dict(house.browser.cookies)
        await house.browser.post("/logout", headers=token)
        async with httpx.AsyncClient(
            base_url=house.origin, headers={"Origin": house.origin, **token}, cookies=held
        ) as late:
            for method, path in closed(house):
                assert (await late.request(method, path)).status_code == 401, (method, path)


async def test_what_only_reads_changes_nothing(tmp_path: Path) -> None:
    """A link in somebody else's page can make a browser ask for any address; it must not move anything."""
    async with visited(tmp_path) as house:
        for route in house.application.routes:
            if isinstance(route, Route) and route.methods:
                assert route.methods in ({"GET", "HEAD"}, {"POST"}), f"{route.path}: one route, one method"


async def test_who_has_no_role_any_more_sees_nothing_and_does_nothing(tmp_path: Path) -> None:
    """The session goes on; what it may do is looked up each time."""
    async with reached_by_proxy(tmp_path) as (house, visitor, _proxy):
        await house.until(lambda: house.app.inbound.connected)
        await house.open_shop()
        add = lambda db: operators.add(  # noqa: E731 - one statement, given as work
            db, "main", XIAOMAN, Role.OPERATOR, name="小满", by=OWNER, now=house.app.clock()
        )
        await house.app.store.run(add)
        await house.app.directory.reload(house.app.store)
        await log_in(visitor, XIAOMAN, OTHERS)
        shown = await visitor.get("/console")
        assert shown.status_code == 200
        token = {"X-Qunzhu-Token": token_in(shown.text)}
        await house.app.desk.order(OWNER, f"/op remove {XIAOMAN}")
        asked = [(method, path) for method, path in routes(house) if path.startswith("/console")]
        assert asked
        for method, path in asked:
            answer = await visitor.request(method, path, headers=token)
            assert answer.status_code == 403, (method, path)
            assert "猫咪会客厅" not in answer.text


async def test_the_sandbox_is_not_there_for_others(tmp_path: Path) -> None:
    async with reached_by_proxy(tmp_path) as (house, visitor, _proxy):
        await log_in(visitor)
        assert not [path for _method, path in routes(house) if path.startswith("/sandbox")]
        assert (await visitor.get("/sandbox")).status_code == 404
        assert (await visitor.get("/", follow_redirects=False)).headers["location"] == "/console"
