"""Coming in with a password, out again, and what the way in gives away."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from bot.core.operator import Role
from bot.web.access.attempts import FREE
from storage import operators
from tests.web.elsewhere import ORIGIN, OTHERS, PASSWORD, Proxy, browser, log_in, reached_by_proxy
from tests.web.house import OWNER, XIAOMAN, visited


async def test_an_operator_logs_in_and_out(tmp_path: Path) -> None:
    async with reached_by_proxy(tmp_path) as (house, visitor, _proxy):
        assert house.links == [f"{ORIGIN}/login"]
        closed = await visitor.get("/console")
        assert closed.status_code == 401
        assert "/login" in closed.text
        answer = await log_in(visitor)
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        cookie = answer.headers["set-cookie"].lower()
        assert cookie.startswith("__host-qunzhu=")
        assert all(flag in cookie for flag in ("; secure", "; httponly", "; samesite=strict", "; path=/"))
        assert "domain" not in cookie
        shown = await visitor.get("/console")
        assert shown.status_code == 200
        assert shown.headers["strict-transport-security"]
        token = re.search(r'"X-Qunzhu-Token": "([^"]+)"', shown.text)
        assert token is not None
        held = visitor.cookies["__Host-qunzhu"]
        assert (await visitor.post("/logout", headers={"X-Qunzhu-Token": token[1]})).status_code == 303
        visitor.cookies.set("__Host-qunzhu", held, domain="console.example.com")
        assert (await visitor.get("/console")).status_code == 401, "the session ended in the browser only"


async def test_there_is_no_link_to_come_in_by_from_elsewhere(tmp_path: Path) -> None:
    async with reached_by_proxy(tmp_path) as (_house, visitor, _proxy):
        assert (await visitor.post("/enter", data={"key": ""})).status_code == 401
        assert (await visitor.get("/console")).status_code == 401


WRONG = {
    "wrong": (OWNER, OTHERS),
    "unknown": ("wxid_nobody", PASSWORD),
    "no operator": (XIAOMAN, OTHERS),
    "nothing": ("", ""),
    "SQL": ("' OR 1=1 --", "x"),
    "long": ("x" * 999, "y" * 5000),
}


async def test_whatever_is_wrong_is_refused_in_the_same_words(tmp_path: Path) -> None:
    async with reached_by_proxy(tmp_path) as (_house, visitor, proxy):
        for number, (case, (who, password)) in enumerate(WRONG.items()):
            proxy.caller = f"198.51.100.{number}"
            answer = await log_in(visitor, who, password)
            assert answer.status_code == 401, case
            assert "id 或密码不对，或者这个人现在不是运营" in answer.text, case
            assert "set-cookie" not in answer.headers, case


async def test_guesses_are_slowed_down_also_when_they_come_at_once(tmp_path: Path) -> None:
    async with reached_by_proxy(tmp_path) as (_house, visitor, _proxy):
        answers = await asyncio.gather(*(log_in(visitor, OWNER, f"guess {number}") for number in range(FREE + 5)))
        codes = sorted(answer.status_code for answer in answers)
        assert codes == [401] * FREE + [429] * 5
        late = await log_in(visitor)
        assert late.status_code == 429
        assert int(late.headers["retry-after"]) > 0
        assert "秒后再来" in late.text


@pytest.mark.parametrize("separately", [False, True], ids=["one-header", "another-header"])
async def test_a_forged_forwarded_for_is_no_new_address(tmp_path: Path, separately: bool) -> None:
    async with reached_by_proxy(tmp_path) as (house, _visitor, _proxy):
        async with browser(Proxy(house.port, separately=separately)) as guesser:
            for number in range(FREE):
                guesser.headers["X-Forwarded-For"] = f"10.0.0.{number}"
                assert (await log_in(guesser, f"wxid_{number}", "guess")).status_code == 401
            guesser.headers["X-Forwarded-For"] = "10.0.9.9"
            assert (await log_in(guesser, "wxid_other", "guess")).status_code == 429
        async with browser(Proxy(house.port, "198.51.100.4")) as colleague:
            assert (await log_in(colleague)).status_code == 303


async def test_one_id_is_not_guessed_from_many_addresses(tmp_path: Path) -> None:
    async with reached_by_proxy(tmp_path) as (_house, visitor, proxy):
        for number in range(FREE):
            proxy.caller = f"198.51.100.{number}"
            assert (await log_in(visitor, OWNER, "guess")).status_code == 401
        proxy.caller = "198.51.100.99"
        assert (await log_in(visitor, OWNER, "guess")).status_code == 429


async def test_a_role_taken_away_is_gone_at_the_next_login(tmp_path: Path) -> None:
    async with reached_by_proxy(tmp_path) as (house, visitor, _proxy):
        add = lambda db: operators.add(  # noqa: E731 - one statement, given as work
            db, "main", XIAOMAN, Role.OPERATOR, name="小满", by=OWNER, now=house.app.clock()
        )
        await house.app.store.run(add)
        await house.app.directory.reload(house.app.store)
        assert (await log_in(visitor, XIAOMAN, OTHERS)).status_code == 303
        await house.app.desk.order(OWNER, f"/op remove {XIAOMAN}")
        assert (await log_in(visitor, XIAOMAN, OTHERS)).status_code == 401


async def test_logging_in_begins_a_session_of_its_own(tmp_path: Path) -> None:
    """Whatever a browser was made to hold before opens nothing afterwards."""
    async with reached_by_proxy(tmp_path) as (_house, visitor, _proxy):
        visitor.cookies.set("__Host-qunzhu", "planted", domain="console.example.com")
        await log_in(visitor)
        first = [cookie.value for cookie in visitor.cookies.jar if cookie.value != "planted"]
        visitor.cookies.clear()
        visitor.cookies.set("__Host-qunzhu", first[0], domain="console.example.com")
        await log_in(visitor)
        visitor.cookies.clear()
        for handle in ("planted", first[0]):
            answer = await visitor.get("/console", headers={"Cookie": f"__Host-qunzhu={handle}"})
            assert answer.status_code == 401


async def test_looking_at_a_link_does_not_use_it_up(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        link = house.links[-1]
        for method in ("GET", "HEAD", "GET"):
            assert (await house.browser.request(method, link)).status_code == 200
        house.browser.cookies.clear()
        assert (await house.come_in()).status_code == 303


async def test_where_nobody_has_a_password_there_is_no_login(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        house.browser.cookies.clear()
        assert (await house.browser.get("/login")).status_code == 401
        assert (await log_in(house.browser, "", "")).status_code == 401


LEADS = {
    "{origin}/console?a=1&b=%E7%8C%AB": "/console?a=1&b=%E7%8C%AB",
    "{origin}/": "/",
    "": "/",
    "https://evil.example/console": "/",
    "{origin}//evil.example/x": "/",
    "{origin}/\\evil.example/x": "/",
    "{origin}.evil.example/x": "/",
    "javascript:alert(1)": "/",
}


async def test_another_language_leads_back_and_never_away(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        for came_from, goes_to in LEADS.items():
            referer = {"Referer": came_from.format(origin=house.origin)}
            answer = await house.browser.get("/language?to=en", headers=referer)
            assert (answer.status_code, answer.headers["location"]) == (303, goes_to), came_from
            assert "qunzhu_language=en" in answer.headers["set-cookie"]
        assert 'lang="en"' in await house.see("/console")


async def test_an_unknown_language_is_not_remembered(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        answer = await house.browser.get("/language?to=%0d%0aset-cookie:%20x=1")
        assert "set-cookie" not in answer.headers
