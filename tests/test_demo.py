"""The demo's play: told as written, evening after evening, and what is to happen once happens once."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.chat.sandbox.script import read_script
from bot.chat.sandbox.world_event import Joined, Said
from bot.clock import Clock
from bot.demo import Demo
from bot.policy import birthday_words
from bot.policy.birthday_words import Told
from bot.policy.wishes import wishes_in
from tests.scenarios.stage import PATIENCE, ROOT, settings

BEGAN = datetime(2026, 11, 22, 18, 55, tzinfo=ZoneInfo("Asia/Shanghai"))
SCRIPT = read_script(ROOT / "templates/demo/world.toml")


class Hasty(Clock):
    """Whoever sleeps by it wakes at once, at the very time they wanted."""

    async def sleep(self, seconds: float) -> None:
        self.jump(self() + timedelta(seconds=seconds))
        await asyncio.sleep(0)


async def test_four_evenings(tmp_path) -> None:
    """The fourth is the first again: everything is said a second time but what is said once."""
    demo, said, joined = Demo(settings(tmp_path)), Counter(), []

    def listen(event: object) -> None:
        if isinstance(event, Said):
            said[event.message.content.text] += 1
            if said["看吧，稳住就是胜利"] == 2:
                play.cancel()
        elif isinstance(event, Joined):
            joined.append((event.room_id, event.contact_ids, event.inviter_id))

    demo.world.subscribe(listen)
    play = asyncio.create_task(demo.play(Hasty(BEGAN), BEGAN, date(2026, 11, 22), "CODE"))
    await asyncio.wait([play], timeout=PATIENCE)
    assert play.cancelled()
    assert joined == [("19201@chatroom", ("wxid_nannan",), "wxid_xiaoman")]
    for line in SCRIPT.line:
        if line.text:
            assert said[line.text] == (2 if line.evening == 1 and not line.once else 1), line.text
    assert said["/claim CODE"] == said["/checkin start water"] == 1


def test_what_the_neighbours_show_of_the_bot() -> None:
    """A wish on each evening, a birthday, check-ins, and the questions that members ask."""
    told = [line for line in SCRIPT.line if isinstance(birthday_words.read(line.text), Told)]
    assert [(line.evening, line.who) for line in told] == [(1, "wxid_ajiao")]
    wished = [(line.evening, wish.wish) for line in SCRIPT.line for wish in wishes_in(line.text) if "语音" in wish.wish]
    assert [evening for evening, _wish in wished] == [1, 2, 3]
    assert len({wish for _evening, wish in wished}) == 1
    assert {line.evening for line in SCRIPT.line if line.text.startswith("打卡")} == {1, 2, 3}
    assert {"排行", "积分", "帮助"} <= {line.text for line in SCRIPT.line}
