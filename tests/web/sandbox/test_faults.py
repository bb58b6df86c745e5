"""Faults at hand, and how the page shows that the bot copes."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from storage import deliveries, messages
from tests.scenarios.stage import PATIENCE
from tests.web.house import CATS, XIAOMAN, House, visited


async def coping(house: House, part: str) -> str:
    """How the bot copes, as soon as the page says this."""
    async with asyncio.timeout(PATIENCE):
        while part not in (shown := await house.see("/sandbox/coping")):
            await asyncio.sleep(0.05)
    return shown


async def test_the_gateway_goes_down_and_comes_up_at_its_old_place(tmp_path: Path) -> None:
    async with visited(tmp_path, opened=True) as house:
        await coping(house, 'data-connected="yes"')
        assert 'aria-pressed="true"' in (await house.do("/sandbox/faults", fault="down", on="yes")).text
        assert "一遍遍重连" in await coping(house, 'data-connected="no"')
        await house.do("/sandbox/faults", fault="down", on="yes")
        assert 'aria-pressed="true"' not in (await house.do("/sandbox/faults", fault="down", on="no")).text
        assert "上一次断线" in await coping(house, 'data-connected="yes"')


async def test_a_send_that_vanishes_waits_for_a_person_who_can_resolve_it(tmp_path: Path) -> None:
    async with visited(tmp_path, opened=True) as house:
        await house.at("19:01:00")
        await house.do("/sandbox/faults", fault="lost", on="yes")
        await house.at("19:58:00")
        await house.do("/sandbox/time", do="run")
        shown = await coping(house, "resolve-")
        assert "说不准发没发出去" in shown
        number = (await house.app.store.read(deliveries.unresolved, house.app.account))[0].id
        await house.do("/sandbox/faults", fault="lost", on="no")
        told = await house.do("/sandbox/resolve", id=number, verdict="sent")
        assert f"#{number} 记成发了" in told.text
        assert f"/resolve {number} 发了" in told.text
        again = await house.do("/sandbox/resolve", id=number, verdict="again")
        assert f"#{number}" in again.text
        assert f"resolve-{number}-" not in await house.see("/sandbox/coping")


async def test_a_repeated_message_is_heard_once(tmp_path: Path) -> None:
    async with visited(tmp_path, opened=True) as house:
        since = house.app.clock().replace(hour=0)
        before = await house.app.store.read(messages.count_since, house.app.account, CATS, since)
        for words in ("晚上好", "我又来了"):
            said = house.demo.world.say(XIAOMAN, CATS, words)
            async with asyncio.timeout(PATIENCE):
                while await house.app.store.read(messages.text_of, house.app.account, said.id) == "":
                    await asyncio.sleep(0.02)
            assert (await house.do("/sandbox/faults", fault="repeat")).status_code == 200
        assert await house.app.store.read(messages.count_since, house.app.account, CATS, since) == before + 2


async def test_a_torn_stream_is_opened_again(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        await house.do("/sandbox/faults", fault="tear")
        await coping(house, "上一次断线")
        await coping(house, 'data-connected="yes"')


async def test_switches_stay_as_they_are_put(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        faults = house.demo.gateway.faults
        for name in ("slow", "lost", "echoless", "frozen"):
            shown = (await house.do("/sandbox/faults", fault=name, on="yes")).text
            assert shown.count('aria-pressed="true"') == 1, name
            assert (await house.do("/sandbox/faults", fault=name, on="no")).text.count('aria-pressed="true"') == 0
        assert (faults.latency, faults.drop_rate, faults.echo_delay, faults.frozen) == (0.0, 0.0, 0.0, False)
        assert "还有 1 句会碰上" in (await house.do("/sandbox/faults", fault="hang")).text


@pytest.mark.parametrize(
    ("path", "form", "said"),
    [
        ("faults", {"fault": "flood"}, "没有这个故障"),
        ("faults", {"fault": "slow", "on": "maybe"}, "开关只有开和关"),
        ("faults", {"fault": "repeat"}, "没有可以重报的消息"),
        ("resolve", {"id": "x", "verdict": "sent"}, "要说清是哪一条"),
        ("resolve", {"id": "1", "verdict": "perhaps"}, "要说清是哪一条"),
        ("promotion", {"room": CATS}, "没有可以试的"),
    ],
)
async def test_what_makes_no_sense_is_explained(tmp_path: Path, path: str, form: dict[str, str], said: str) -> None:
    async with visited(tmp_path) as house:
        answer = await house.do(f"/sandbox/{path}", **form)
        assert answer.status_code == 422
        assert said in answer.text


async def test_nothing_new_is_not_sent_again(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        shown = await house.see("/sandbox/coping")
        mark = shown.partition('name="seen" value="')[2].partition('"')[0]
        assert (await house.browser.get(f"/sandbox/coping?seen={mark}")).status_code == 204
