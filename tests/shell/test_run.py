"""`qunzhu run` as somebody meets it: a real process, watched, typed to, interrupted, killed and started again."""

from __future__ import annotations

import re
import signal
import sqlite3
from contextlib import closing

import pytest

from bot.chat.sandbox.gateway import SandboxGateway
from bot.chat.sandbox.world import World
from tests.shell.running import Running
from tests.shell.workshop import QUNZHU, Workshop

HELP = r"毛毛  (@\S+ )?我是毛球家的毛毛"
TIME = re.compile(r"^(\d\d:\d\d) ", re.MULTILINE)


@pytest.fixture(autouse=True)
def fast(workshop: Workshop) -> None:
    workshop.env["QUNZHU_CLOCK__SPEED"] = "600"


def rows(workshop: Workshop, query: str) -> list[tuple[object, ...]]:
    """What the database holds, looked up from outside."""
    with closing(sqlite3.connect(workshop.folder / "data" / "qunzhu.db", timeout=10)) as database, database:
        return database.execute(query).fetchall()


@pytest.mark.long
async def test_an_evening_and_the_next_start(workshop: Workshop) -> None:
    workshop.env["QUNZHU_CLOCK__SPEED"] = "1000"
    async with Running(workshop) as bot:
        code = (await bot.sees(r"认领码：(\w{8})（")).group(1)
        await bot.sees(r"演示开始了.*\n {6}现在是 .+\n {6}直接打字")
        await bot.sees(r"汪星人散步群 大刘  下楼了")
        await bot.sees(f"运营群 周岚  /claim {code}\n")
        await bot.sees("运营群 毛毛  认领成功")
        await bot.sees("猫咪会客厅 毛毛  大家好，我是毛球家的毛毛")
        await bot.sees("猫咪会客厅 毛毛  📣 「21天喝水打卡」开始啦")
        await bot.sees("↳ 记下：小满 · .+（")
        await bot.sees(HELP)
        await bot.sees(r"(猫咪会客厅|汪星人散步群) 毛毛  [\s\S]+↳ 在群里看到了自己发的内容")
        await bot.sees("猫咪会客厅 毛毛  .*打卡(成功|收到)")
        await bot.sees(r"运营群 毛毛  .+ \d\d:\d\d\n\s+连接正常")
        bot.type("/rooms")
        await bot.sees("运营群 周岚  /rooms")
        await bot.sees("运营群 毛毛  .*[\\s\\S]+猫咪会客厅")
        bot.type("小满：帮助")
        await bot.sees("猫咪会客厅 小满  帮助")
        await bot.sees(HELP)
        assert await bot.interrupt() == 0
        assert bot.text.rstrip().endswith("数据都在，下次启动接着来。")
        assert bot.sound, bot
        last = TIME.findall(bot.text)[-1]
    said, posted = (
        rows(workshop, "SELECT * FROM message ORDER BY id"),
        rows(workshop, "SELECT * FROM ledger ORDER BY id"),
    )
    assert said
    assert posted

    async with Running(workshop) as bot:
        await bot.sees("演示开始了")
        bot.type("/status")
        await bot.sees("运营群 毛毛  ")
        assert "认领码" not in bot.text
        assert TIME.findall(bot.text)[0] >= last
        assert await bot.interrupt() == 0
    assert rows(workshop, "SELECT * FROM message ORDER BY id")[: len(said)] == said
    assert rows(workshop, "SELECT * FROM ledger ORDER BY id")[: len(posted)] == posted
    assert rows(workshop, "SELECT message_id FROM message GROUP BY 1 HAVING count(*) > 1") == []
    assert rows(workshop, "SELECT room_id, slot_day FROM delivery GROUP BY 1, 2 HAVING count(*) > 1") == []


async def test_at_a_terminal(workshop: Workshop) -> None:
    async with Running(workshop, terminal=True) as bot:
        await bot.sees("演示开始了")
        await bot.sees("\x1b\\[")
        bot.type(":who")
        await bot.sees("人：.*小满.*群：.*猫咪会客厅")
        bot.type(":foo")
        await bot.sees("可以用：:as 名字")
        bot.type(":as 小慢")
        await bot.sees("你是想说 小满 吗")
        bot.type(":in 汪星人")
        await bot.sees("现在是「周岚」在「毛球家·汪星人散步群」说话")
        bot.type(":as 阿凯")
        await bot.sees("现在是「阿凯」在")
        bot.type("铁蛋今天很乖")
        await bot.sees(r"汪星人散步群 .*阿凯  .*铁蛋今天很乖")
        bot.type("\x03", end="")
        assert await bot.ends(within=2.0) == 0
        assert "收摊了" in bot.text
        assert bot.sound, bot


async def test_input_that_ends_without_a_line_end_is_still_said(workshop: Workshop) -> None:
    async with Running(workshop) as bot:
        await bot.sees("演示开始了")
        bot.type("小满：我先去吃饭", end="")
        bot.close_stdin()
        await bot.sees("猫咪会客厅 小满  我先去吃饭")
        await bot.sees("老秦  ")
        assert await bot.interrupt() == 0
        assert bot.sound, bot


async def test_without_any_stdin(workshop: Workshop) -> None:
    async with Running(workshop, program=("/bin/sh", "-c", f"exec {QUNZHU} run <&-")) as bot:
        await bot.sees("阿椒  ")
        assert await bot.interrupt() == 0
        assert bot.sound, bot


async def test_terminated_like_interrupted(workshop: Workshop) -> None:
    async with Running(workshop) as bot:
        await bot.sees("演示开始了")
        assert await bot.interrupt(number=signal.SIGTERM) == 0
        assert "收摊了" in bot.text


async def test_killed_and_started_again_at_once(workshop: Workshop) -> None:
    async with Running(workshop) as bot:
        await bot.sees("猫咪会客厅 毛毛  大家好，我是毛球家的毛毛")
        await bot.kill()
    # So slow that the neighbours' lines leave room for the answer, also where the machine is busy.
    workshop.env["QUNZHU_CLOCK__SPEED"] = "60"
    async with Running(workshop) as bot:
        await bot.sees("演示开始了")
        bot.type("小满：帮助")
        await bot.sees(rf"小满  帮助\n(.*\n){{0,9}}.*{HELP}")
        assert "认领码" not in bot.text
        assert await bot.interrupt() == 0


async def test_the_reader_of_the_transcript_goes(workshop: Workshop) -> None:
    pipe = ("/bin/bash", "-c", f"set -o pipefail; {QUNZHU} run | head -n 3")
    async with Running(workshop, program=pipe) as bot:
        await bot.ends()
        assert len(bot.text.splitlines()) == 3
        assert bot.sound, bot
    async with Running(workshop) as bot:
        await bot.sees("演示开始了")
        assert await bot.interrupt() == 0


async def test_the_play_waits_for_its_listener(workshop: Workshop) -> None:
    """At this speed a start takes minutes of the evening; none of it may be said to nobody."""
    workshop.env["QUNZHU_CLOCK__SPEED"] = "6000"
    async with Running(workshop) as bot:
        await bot.sees("认领成功")
        for line in ("大刘  下楼了", "琪琪  等等我", "阿凯  趴玄关装睡", "老秦  这叫有品位"):
            await bot.sees(line)
        await bot.kill()


async def test_the_owner_comes_whenever_the_demo_begins(workshop: Workshop) -> None:
    workshop.env["QUNZHU_CLOCK__START"] = "2026-11-22T20:30:00+08:00"
    async with Running(workshop) as bot:
        await bot.sees("运营群 毛毛  认领成功")
        await bot.sees("猫咪会客厅 毛毛  大家好")
        await bot.kill()


async def test_on_a_gateway(workshop: Workshop) -> None:
    world = World("bot", "毛毛", run="s")
    world.add_person("owner", "周岚")
    world.add_room("team@room", "运营群", ("owner", "bot"), owner_id="owner")
    gateway = SandboxGateway(world, "token")
    del workshop.env["QUNZHU_CLOCK__SPEED"]
    workshop.env |= {
        "QUNZHU_CHAT__GATEWAY": "wechaty",
        "QUNZHU_CHAT__ENDPOINT": await gateway.start(),
        "QUNZHU_CHAT__TOKEN": "token",
        "QUNZHU_CHAT__TLS": "false",
    }
    async with Running(workshop) as bot:
        await bot.sees("毛球家的机器人在跑了，连着 127.0.0.1")
        await bot.sees("还没有负责人。认领码：")
        assert await bot.interrupt() == 0
        assert bot.text.rstrip().endswith("数据都在，下次启动接着来。")
        assert bot.sound, bot
    await gateway.stop()


@pytest.mark.long
async def test_another_process_takes_the_account(workshop: Workshop) -> None:
    async with Running(workshop) as bot:
        await bot.sees("认领成功")
        rows(workshop, "UPDATE account_lease SET epoch = epoch + 1")
        assert await bot.ends() == 1
        assert "Traceback" not in bot.err
        assert bot.err.splitlines()[-1].startswith("qunzhu: ")
