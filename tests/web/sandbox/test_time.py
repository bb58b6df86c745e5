"""Time at hand: pause, speed, and neighbours who talk or are silent."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.chat.sandbox.world_event import Said, WorldEvent
from bot.policy.evening import BEGIN
from tests.scenarios.stage import ZONE, evening
from tests.web.house import CATS, XIAOMAN, House, visited


async def test_time_stands_runs_and_changes_its_speed(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        assert 'data-speed="0"' in await house.see("/sandbox/time")
        assert 'data-speed="60.0"' in (await house.do("/sandbox/time", do="run")).text
        assert 'data-speed="600.0"' in (await house.do("/sandbox/time", do="speed", speed=600)).text
        assert not house.app.clock.stands
        before = house.app.clock()
        assert 'data-speed="0"' in (await house.do("/sandbox/time", do="stand")).text
        assert house.app.clock.stands
        assert before <= house.app.clock() < before + timedelta(hours=2)
        assert house.app.clock().astimezone(ZONE).time() >= BEGIN


@pytest.mark.parametrize(
    ("path", "form", "said"),
    [
        ("time", {"do": "speed", "speed": "9"}, "只有 1×、60× 和 600×"),
        ("time", {"do": "speed", "speed": "nan"}, "只有 1×、60× 和 600×"),
        ("time", {"do": "back"}, "时间只能停、走、换速度"),
        ("journey", {"goal": "days", "days": "0"}, "1 到 60 之间"),
        ("journey", {"goal": "days", "days": "-3"}, "1 到 60 之间"),
        ("journey", {"goal": "days", "days": "²"}, "1 到 60 之间"),
        ("journey", {"goal": "yesterday"}, "不知道要去哪一天"),
        ("journey", {}, "不知道要去哪一天"),
        ("neighbours", {"talk": "loud"}, "只能说话或者安静"),
    ],
)
async def test_what_cannot_be_done_is_explained(tmp_path: Path, path: str, form: dict[str, str], said: str) -> None:
    async with visited(tmp_path) as house:
        before = house.app.clock()
        answer = await house.do(f"/sandbox/{path}", **form)
        assert answer.status_code == 422
        assert said in answer.text
        assert answer.headers["x-qunzhu-said"].isascii()
        assert house.app.clock() == before


async def test_a_goal_that_there_is_not_yet_is_disabled_and_says_why(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        shown = await house.see("/sandbox/time?room=")
        assert "还没有人说过生日" in shown
        assert "先在左边选一个接管了的客户群" in shown
        assert shown.count("disabled") == 2


class Ear:
    """What the neighbours have said."""

    def __init__(self, house: House) -> None:
        self.heard: list[str] = []
        house.demo.world.subscribe(self._listen)

    def _listen(self, event: WorldEvent) -> None:
        if isinstance(event, Said):
            self.heard.append(event.message.content.text)


async def test_neighbours_leave_out_what_would_come_very_late(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        ear = Ear(house)
        began = evening("18:55:00")
        play = asyncio.create_task(house.demo.play(house.app.clock, began, began.date(), "CODE"))
        house.app.clock.jump(evening("19:20:00"))
        await house.until(lambda: "那等打折再囤两袋好的" in ear.heard)
        assert "/claim CODE" in ear.heard, "the owner's first steps are taken however late"
        assert "下楼了，老地方，五分钟到" not in ear.heard
        assert "汤圆这名字好，求照片" not in ear.heard
        play.cancel()
        await asyncio.gather(play, return_exceptions=True)


async def test_silent_neighbours_say_nothing_until_they_may_again(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        ear = Ear(house)
        began = evening("18:55:00")
        assert "安静，只有你说话" in (await house.do("/sandbox/neighbours", talk="off", room=CATS)).text
        play = asyncio.create_task(house.demo.play(house.app.clock, began, began.date(), ""))
        house.app.clock.jump(evening("18:57:00"))
        await asyncio.sleep(0.6)
        assert ear.heard == []
        assert "照剧本聊" in (await house.do("/sandbox/neighbours", talk="on", room=CATS)).text
        house.app.clock.jump(evening("18:58:21"))
        await house.until(lambda: "懂了，是我心太软" in ear.heard)
        assert "下楼了，老地方，五分钟到" not in ear.heard
        play.cancel()
        await asyncio.gather(play, return_exceptions=True)


async def test_a_birthday_that_is_a_year_away_says_so_before_anybody_sets_out(tmp_path: Path) -> None:
    async with visited(tmp_path, opened=True) as house:
        house.demo.world.say(XIAOMAN, CATS, "生日 11-20")
        async with asyncio.timeout(20):
            while "还没有人说过生日" in await house.see(f"/sandbox/time?room={CATS}"):
                await asyncio.sleep(0.05)
        assert "还有 362 天" in await house.see(f"/sandbox/time?room={CATS}")
        house.demo.world.say(XIAOMAN, CATS, "生日 12-5")
        async with asyncio.timeout(20):
            while "天天过去" in (shown := await house.see(f"/sandbox/time?room={CATS}")):
                await asyncio.sleep(0.05)
        assert "下一个生日在 12月5日 09:00。" in shown
