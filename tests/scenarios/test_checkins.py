"""Check-ins in a room: begun by an operator, taken part in by members, remembered, rewarded, and ended."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.chat.sandbox.world import World
from bot.core.message import File
from bot.turns import Rank
from bot.voice import Turn
from storage import badges, checkins, points, tasks
from tests.scenarios.stage import (
    BOT,
    CATS,
    DOGS,
    LAOQIN,
    LINJIE,
    OWNER,
    SHOP,
    TEAM,
    XIAOMAN,
    ZONE,
    Stage,
    playing,
    settings,
    town,
)

QUIET = {"slots": 0}
"""No posts of the plan, so that nothing else is said in the rooms."""
PHOTO = File("breakfast.jpg", b"\xff\xd8\xff\xe0a bowl of chicken")


async def ask(stage: Stage, words: str, *parts: str, who: str = OWNER, where: str = TEAM) -> str:
    stage.say(who, where, words)
    return await stage.hear(where if where != BOT else who, *parts)


async def on(stage: Stage, day: str, clock: str = "12:00:00") -> None:
    """Let time pass until then, and let the scheduler look."""
    await stage.settle()
    stage.app.clock.jump(datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ZONE))
    await stage.app.outbound.tick()


async def look(stage: Stage, seconds: float = 61) -> None:
    """A moment later: what was said has been recorded, and is confirmed."""
    await stage.settle()
    stage.app.clock.jump(stage.app.clock() + timedelta(seconds=seconds))
    await stage.app.outbound.tick()


@asynccontextmanager
async def shop(folder: Path, *start: str, world: World | None = None, **changes: object) -> AsyncIterator[Stage]:
    """The house on a Sunday noon, everybody known by name, with a campaign begun by these words."""
    config = settings(folder, **{"plan": QUIET, **changes})
    async with playing(folder, at="12:00:00", world=world, config=config, opened=SHOP) as stage:
        stage.say(XIAOMAN, CATS, "大家好")
        stage.say(LAOQIN, CATS, "中午好")
        await stage.named(XIAOMAN, LAOQIN)
        for words in start:
            await ask(stage, f"/checkin start {words}", "开始了")
            await stage.app.outbound.tick()
            await stage.hear(CATS, "开始啦")
        yield stage


async def counted(stage: Stage, who: str) -> int:
    """How many days somebody has, in whatever they take part in."""
    today = stage.app.clock().astimezone(ZONE).date()
    found = await stage.app.store.read(checkins.summary, stage.app.account, who, today)
    return sum(item.total for item in found)


async def test_a_campaign_is_begun_announced_and_counts_by_its_word(tmp_path: Path) -> None:
    async with shop(tmp_path) as stage:
        await ask(stage, "/checkin", "没有打卡活动", "water", "周三晒毛孩子")
        await ask(stage, "/checkin start water 猫咪会客厅", "21天喝水打卡", "猫咪会客厅", "共 21 次", "陶瓷水碗")
        await stage.app.outbound.tick()
        await stage.hear(CATS, "21天喝水打卡", "每天", "发“打卡”", "陶瓷水碗一只", "补卡", "请假", "排行")
        stage.say(XIAOMAN, CATS, "换好水了，打卡！")
        await look(stage)
        await stage.hear(CATS, "@小满", "打卡成功", "第一天", "排第 1")
        await ask(stage, "/打卡活动", "猫咪会客厅", "1 人参加", "今天来了 1 人")
        assert stage.silent()


async def test_talk_about_it_is_no_check_in(tmp_path: Path) -> None:
    async with shop(tmp_path, "water 猫咪会客厅") as stage:
        for words in ("今天打卡了吗？", "别打卡了", "明天打卡", "怎么打卡", "大家记得打卡", "昨天忘了打卡"):
            stage.say(XIAOMAN, CATS, words)
        await look(stage)
        assert stage.silent()
        assert await counted(stage, XIAOMAN) == 0


async def test_typed_twice_it_counts_once(tmp_path: Path) -> None:
    async with shop(tmp_path, "water 猫咪会客厅") as stage:
        stage.say(XIAOMAN, CATS, "打卡")
        await look(stage)
        await stage.hear(CATS, "打卡成功")
        stage.say(XIAOMAN, CATS, "又来打卡啦，给它加了一勺汤")
        await ask(stage, "打卡", "今天已经打过啦", who=XIAOMAN, where=CATS)
        await look(stage)
        assert stage.silent()
        assert await counted(stage, XIAOMAN) == 1


async def test_a_redelivered_word_counts_once(tmp_path: Path) -> None:
    async with shop(tmp_path, "water 猫咪会客厅") as stage:
        said = stage.say(XIAOMAN, CATS, "打卡")
        await look(stage)
        await stage.hear(CATS, "打卡成功")
        stage.world.say(XIAOMAN, CATS, "打卡", message_id=said.id)
        await look(stage)
        assert stage.silent()
        assert await stage.app.store.read(points.balance, stage.app.account, XIAOMAN) == 3


async def test_a_photo_counts_where_photos_are_wanted(tmp_path: Path) -> None:
    async with shop(tmp_path, "breakfast 猫咪会客厅 节奏=每天") as stage:
        await ask(stage, "打卡", "看照片", "发一张", who=XIAOMAN, where=CATS)
        stage.world.send_file(XIAOMAN, CATS, PHOTO)
        await look(stage)
        await stage.hear(CATS, "@小满", "打卡成功")
        assert await counted(stage, XIAOMAN) == 1


async def test_a_word_and_a_photo_in_either_order(tmp_path: Path) -> None:
    async with shop(tmp_path, "梳毛 猫咪会客厅 口令=梳毛 方式=都要") as stage:
        await ask(stage, "打卡", "再发一张照片", who=XIAOMAN, where=CATS)
        stage.world.send_file(XIAOMAN, CATS, PHOTO)
        stage.world.send_file(LAOQIN, CATS, PHOTO)
        await look(stage)
        await stage.hear(CATS, "@小满", "打卡成功")
        stage.say(LAOQIN, CATS, "梳毛，球有拳头大")
        await look(stage)
        await stage.hear(CATS, "@老秦", "打卡成功")
        assert [await counted(stage, who) for who in (XIAOMAN, LAOQIN)] == [1, 1]


async def test_a_word_long_after_the_photo_does_not_count(tmp_path: Path) -> None:
    async with shop(tmp_path, "梳毛 猫咪会客厅 口令=梳毛 方式=都要") as stage:
        stage.world.send_file(XIAOMAN, CATS, PHOTO)
        await look(stage, seconds=11 * 60)
        stage.say(XIAOMAN, CATS, "梳毛")
        await look(stage)
        assert stage.silent()
        assert await counted(stage, XIAOMAN) == 0


async def test_eight_people_in_a_minute_are_confirmed_together(tmp_path: Path) -> None:
    world = town()
    people = [f"neighbour{number}" for number in range(8)]
    for number, contact in enumerate(people):
        world.add_person(contact, f"邻居{number}")
    world.join(CATS, people)
    async with shop(tmp_path, "water 猫咪会客厅", world=world) as stage:
        await stage.named(*people)
        stage.say(XIAOMAN, CATS, "打卡")
        await look(stage, seconds=5)
        await stage.hear(CATS, "@小满", "打卡成功")
        for contact in people:
            stage.say(contact, CATS, "打卡")
        await look(stage, seconds=5)
        assert stage.silent()
        await look(stage, seconds=61)
        text = await stage.hear(CATS, "打卡收到", *(f"邻居{number}第 1 天" for number in range(8)))
        assert "小满" not in text
        await look(stage)
        assert stage.silent()


async def test_the_board(tmp_path: Path) -> None:
    async with shop(tmp_path, "water 猫咪会客厅") as stage:
        await ask(stage, "排行", "还没人打卡", who=LAOQIN, where=CATS)
        stage.say(XIAOMAN, CATS, "打卡")
        await look(stage)
        await stage.hear(CATS, "打卡成功")
        await on(stage, "2026-11-23")
        stage.say(LAOQIN, CATS, "打卡")
        await look(stage, seconds=5)
        await stage.hear(CATS, "@老秦", "排第 2")
        stage.say(XIAOMAN, CATS, "打卡")
        await look(stage)
        await stage.hear(CATS, "@小满", "连续第 2 天", "排第 1")
        text = await ask(stage, "排行", "1. 小满 2 天", "2. 老秦 1 天", "2 位在坚持", who=LAOQIN, where=CATS)
        assert "你排第" not in text
        await ask(stage, "/checkin board 猫咪会客厅", "1. 小满 2 天")
        await ask(stage, "排行", "谁攒得多", who=LINJIE, where=DOGS)


async def test_a_missed_day_is_made_up_for(tmp_path: Path) -> None:
    async with shop(tmp_path, "water 猫咪会客厅 补卡=1") as stage:
        stage.say(XIAOMAN, CATS, "打卡")
        await look(stage)
        await stage.hear(CATS, "打卡成功")
        await ask(stage, "补卡", "没有漏打", who=XIAOMAN, where=CATS)
        await on(stage, "2026-11-24")
        stage.say(XIAOMAN, CATS, "打卡")
        await look(stage)
        await stage.hear(CATS, "又接上了，一共 2 天")
        await ask(stage, "补卡 昨天", "11月23日补上了", "连续 3 天", "用完了", who=XIAOMAN, where=CATS)
        await ask(stage, "补卡", "已经用完", who=XIAOMAN, where=CATS)
        await ask(stage, "补卡 前天", "已经用完", who=XIAOMAN, where=CATS)
        assert await counted(stage, XIAOMAN) == 3


async def test_a_day_off_keeps_the_row(tmp_path: Path) -> None:
    async with shop(tmp_path, "water 猫咪会客厅") as stage:
        await ask(stage, "请假 明天", "11月23日给你记了假", "还能请 1 次", who=XIAOMAN, where=CATS)
        stage.say(XIAOMAN, CATS, "打卡")
        await look(stage)
        await stage.hear(CATS, "打卡成功")
        await ask(stage, "请假", "已经打过卡了", who=XIAOMAN, where=CATS)
        await on(stage, "2026-11-24")
        stage.say(XIAOMAN, CATS, "打卡")
        await look(stage)
        await stage.hear(CATS, "连续第 2 天")
        await ask(stage, "明天请假", "11月25日给你记了假", "当月的假用完了", who=XIAOMAN, where=CATS)
        await ask(stage, "请假 11-26", "一个月最多请 2 次", who=XIAOMAN, where=CATS)
        stage.say(LINJIE, DOGS, "明天请假")
        await look(stage)
        assert stage.silent()


async def test_an_operator_sets_a_day_right_and_the_points_follow(tmp_path: Path) -> None:
    async with shop(tmp_path, "water 猫咪会客厅 积分=5") as stage:
        await on(stage, "2026-11-24")
        stage.say(XIAOMAN, CATS, "打卡")
        await look(stage)
        await stage.hear(CATS, "打卡成功")
        before = await stage.app.store.read(points.balance, stage.app.account, XIAOMAN)
        await ask(stage, "/checkin add 小满 昨天", "给小满补记了 11月23日", "连续 2 天", "一共 2 天")
        await ask(stage, "/checkin add 小满 昨天", "本来就算打过卡")
        assert await stage.app.store.read(points.balance, stage.app.account, XIAOMAN) == before + 5
        for _turn in range(2):
            await ask(stage, "/checkin remove 小满 11-23", "去掉了小满 11月23日", "连续 1 天")
            assert await stage.app.store.read(points.balance, stage.app.account, XIAOMAN) == before
            await ask(stage, "/checkin add 小满 周一", "连续 2 天")
            assert await stage.app.store.read(points.balance, stage.app.account, XIAOMAN) == before + 5
        await ask(stage, "/checkin remove 小满 今天", "连续 1 天")
        stage.say(XIAOMAN, CATS, "打卡")
        await stage.hear(CATS, "店里没有算上")
        await ask(stage, "/checkin add 小满 明天", "不是", "能打卡的日子")
        await ask(stage, "/checkin add 林姐 昨天", "林姐不在「猫咪会客厅」里")
        told = [str(row["target"]) for row in await stage.export("audit") if row["command"] == "/checkin"]
        assert "remove 小满 11-23" in told


async def test_the_goal_is_reached_and_the_gift_is_on_the_list(tmp_path: Path) -> None:
    async with shop(tmp_path, "早起 猫咪会客厅 口令=早起 目标=7 礼物=一包冻干 天数=7") as stage:
        for number in range(7):
            await on(stage, f"2026-11-{22 + number}")
            stage.say(XIAOMAN, CATS, "早起，豆豆先醒的")
            await look(stage)
            text = await stage.hear(CATS, "@小满", "打卡成功")
            assert ("再来 1 天，一包冻干就到手了" in text) == (number == 5)
        assert "连着 7 天，说到做到" in text
        assert "一包冻干是你的了" in text
        assert "七日有恒" in text
        await stage.hear(TEAM, "一包冻干", "小满")
        earned = await stage.app.store.read(badges.of, stage.app.account, XIAOMAN)
        assert [badge.name for badge in earned] == ["七日有恒"]
        assert await stage.app.store.read(tasks.count_waiting, stage.app.account) == 1
        await on(stage, "2026-11-29", "09:05:00")
        await stage.hear(CATS, "早起", "到这里就结束啦", "1 位参加，打了 7 次卡", "小满 7 天", "做到了的：小满")
        await ask(stage, "打卡", "没有打卡活动", who=XIAOMAN, where=CATS)


async def test_each_wednesday(tmp_path: Path) -> None:
    async with shop(tmp_path, "周三晒毛孩子 猫咪会客厅 目标=2") as stage:
        await ask(stage, "打卡", "今天不用打卡", "下一次是 11月25日", who=XIAOMAN, where=CATS)
        await on(stage, "2026-11-25")
        stage.world.send_file(XIAOMAN, CATS, PHOTO)
        await look(stage)
        await stage.hear(CATS, "@小满", "第一次", "再来 1 次", "冻干试吃装一份")
        await on(stage, "2026-11-26")
        stage.world.send_file(XIAOMAN, CATS, PHOTO)
        await look(stage)
        assert stage.silent()
        await on(stage, "2026-12-02")
        stage.world.send_file(XIAOMAN, CATS, PHOTO)
        await look(stage)
        await stage.hear(CATS, "@小满", "连续第 2 次", "连着 2 次，说到做到")


async def test_where_nothing_runs(tmp_path: Path) -> None:
    async with shop(tmp_path, "water 猫咪会客厅") as stage:
        await ask(stage, "打卡", "没有打卡活动", who=LINJIE, where=DOGS)
        await ask(stage, "补卡", "没有打卡活动", who=LINJIE, where=DOGS)
        await ask(stage, "打卡", "要在群里发才算", who=XIAOMAN, where=BOT)
        stage.say(LINJIE, DOGS, "周末去西湖打卡")
        await look(stage)
        assert stage.silent()


async def test_an_operators_slips(tmp_path: Path) -> None:
    async with shop(tmp_path, "water 猫咪会客厅") as stage:
        await ask(stage, "/checkin start water 猫咪会客厅", "正在进行")
        await ask(stage, "/checkin start 早起 猫咪会客厅", "已经用了口令“打卡”")
        await ask(stage, "/checkin start 早起 没有的群", "没找到叫「没有的群」的群")
        await ask(stage, "/checkin start 早起 猫咪会客厅 口令=早起 天数=很久", "写 0 到 1000 的数")
        await ask(stage, "/checkin start 早起 猫咪会客厅 口令=早起 礼物=一包冻干", "有礼物就要有目标")
        await ask(stage, "/checkin start 早起 猫咪会客厅 口令=早起 时间=22:00-02:00", "在同一天里")
        await ask(stage, "/checkin start 早起 猫咪会客厅 颜色=红", "没有「颜色」这一项")
        await ask(stage, "/checkin start", "/checkin list")
        await ask(stage, "/checkin end 汪星人散步群", "是哪个打卡", "21天喝水打卡")
        await ask(stage, "/checkin end", "结束了")
        await stage.app.outbound.tick()
        await stage.hear(CATS, "21天喝水打卡", "谢谢大家")
        await ask(stage, "/checkin end", "现在没有正在进行的打卡")
        assert stage.silent()


async def test_an_operator_names_a_check_in_by_title_and_room_slug_or_part(tmp_path: Path) -> None:
    """A room said after the title used to stand for all that runs there, and the board knew no slugs."""
    start = ("brush 猫咪会客厅", "water 猫咪会客厅", "brush 汪星人散步群")
    async with shop(tmp_path) as stage:
        for words in start:
            await ask(stage, f"/checkin start {words}", "开始了")
        await stage.settle()
        await ask(stage, "/checkin board water", "21天喝水打卡")
        text = await ask(stage, "/checkin board 梳毛打卡 猫咪会客厅", "「梳毛打卡」")
        assert "喝水" not in text
        await ask(stage, "/checkin board 猫咪会客厅", "「梳毛打卡」", "「21天喝水打卡」")
        await ask(stage, "/checkin board 梳毛打卡", "是哪个打卡", "汪星人散步群", "猫咪会客厅")
        await on(stage, "2026-11-24")
        await ask(stage, "/checkin add 小满 今天 梳毛", "给小满补记了", "梳毛打卡")
        await ask(stage, "/checkin end 早睡", "没有叫「早睡」的打卡或群", "21天喝水打卡（猫咪会客厅）")
        await ask(stage, "/checkin end 喝水", "「21天喝水打卡」结束了")
        await ask(stage, "/checkin end brush 汪星人", "「梳毛打卡」结束了", "汪星人散步群")


async def test_a_goal_that_nobody_could_reach_is_refused(tmp_path: Path) -> None:
    async with shop(tmp_path) as stage:
        await ask(stage, "/checkin start brush 猫咪会客厅 节奏=周三,周五", "目标要连着 12 次", "一共只有 8 次")
        await ask(stage, "/checkin start 早起 猫咪会客厅 目标=很多", "「很多」不行，写 0 到 1000 的数")
        text = await ask(stage, "/checkin start 早起 猫咪会客厅 目标=7 天数=7 礼物=无", "开始了", "连着 7 次")
        assert "无" not in text


async def test_two_campaigns_in_one_room_are_told_apart(tmp_path: Path) -> None:
    start = ("water 猫咪会客厅 口令=喝水", "梳毛 猫咪会客厅 口令=梳毛")
    async with shop(tmp_path, *start) as stage:
        await ask(stage, "打卡", "“喝水”", "“梳毛”", who=XIAOMAN, where=CATS)
        stage.say(XIAOMAN, CATS, "喝水，八分满")
        await look(stage)
        await stage.hear(CATS, "「21天喝水打卡」打卡成功")
        stage.say(XIAOMAN, CATS, "梳毛也做完了")
        await look(stage)
        await stage.hear(CATS, "「梳毛」打卡成功")
        await ask(stage, "排行", "「21天喝水打卡」排行", "「梳毛」排行", who=XIAOMAN, where=CATS)


async def test_a_span_of_the_day(tmp_path: Path) -> None:
    async with shop(tmp_path, "早起 猫咪会客厅 口令=早起 时间=06:00-10:00") as stage:
        stage.say(XIAOMAN, CATS, "早起")
        await ask(stage, "打卡", "06:00-10:00", "到点再来", who=XIAOMAN, where=CATS)
        await on(stage, "2026-11-23", "09:59:59")
        stage.say(XIAOMAN, CATS, "早起")
        await look(stage)
        await stage.hear(CATS, "打卡成功", "第一天")
        assert await counted(stage, XIAOMAN) == 1


async def test_a_row_about_to_break_is_told_once_in_time(tmp_path: Path) -> None:
    async with shop(tmp_path, "water 猫咪会客厅") as stage:
        for number in range(3):
            await on(stage, f"2026-11-{22 + number}")
            stage.say(XIAOMAN, CATS, "打卡")
            await look(stage)
            await stage.hear(CATS, "打卡成功")
        stage.say(LAOQIN, CATS, "打卡")
        await look(stage)
        await stage.hear(CATS, "@老秦")
        await on(stage, "2026-11-25", "19:50:00")
        await stage.settle()
        assert stage.silent()
        await on(stage, "2026-11-25", "20:02:00")
        text = await stage.hear(CATS, "小满", "21天喝水打卡", "3 次", "请假")
        assert "老秦" not in text
        await on(stage, "2026-11-25", "20:20:00")
        await stage.settle()
        assert stage.silent()


async def test_no_more_than_eight_are_named_and_nobody_by_a_second_post(tmp_path: Path) -> None:
    world = town()
    people = [f"neighbour{number}" for number in range(10)]
    for number, contact in enumerate(people):
        world.add_person(contact, f"邻居{number}")
    world.join(CATS, people)
    async with shop(tmp_path, "water 猫咪会客厅", world=world) as stage:
        await stage.named(*people)
        for number in range(3):
            await on(stage, f"2026-11-{22 + number}")
            for contact in people:
                stage.say(contact, CATS, "打卡")
            await look(stage)
            await stage.hear(CATS, "打卡收到")
        await on(stage, "2026-11-25", "20:02:00")
        text = await stage.hear(CATS, "今天还没打卡")
        assert text.count("邻居") == 8
        stage.say(people[0], CATS, "打卡")
        await look(stage)
        await stage.hear(CATS, "@邻居0", "连续第 4 天")
        await on(stage, "2026-11-25", "20:20:00")
        await stage.settle()
        assert stage.silent()


async def test_who_has_unsubscribed_is_answered_but_not_reminded(tmp_path: Path) -> None:
    async with shop(tmp_path, "water 猫咪会客厅") as stage:
        await ask(stage, "退订", who=XIAOMAN, where=CATS)
        for number in range(3):
            await on(stage, f"2026-11-{22 + number}")
            stage.say(XIAOMAN, CATS, "打卡")
            await look(stage)
            await stage.hear(CATS, "打卡成功")
        await on(stage, "2026-11-25", "20:02:00")
        await stage.settle()
        assert stage.silent()


async def three_days(stage: Stage, *people: str) -> None:
    """From the Sunday on these check in on three days, and the fourth has come."""
    for number in range(3):
        await on(stage, f"2026-11-{22 + number}")
        for contact in people:
            stage.say(contact, CATS, "打卡")
        await look(stage)
        await stage.hear(CATS, "打卡")


async def test_a_reminder_that_was_held_back_names_nobody_who_has_checked_in_since(tmp_path: Path) -> None:
    async with shop(tmp_path, "water 猫咪会客厅") as stage:
        await three_days(stage, XIAOMAN, LAOQIN)
        await ask(stage, "/pause 猫咪会客厅", "猫咪会客厅")
        await on(stage, "2026-11-25", "20:02:00")
        stage.say(XIAOMAN, CATS, "打卡")
        await stage.settle()
        assert stage.silent(CATS)
        await ask(stage, "/resume 猫咪会客厅", "猫咪会客厅")
        await on(stage, "2026-11-25", "20:14:00")
        text = await stage.hear(CATS, "老秦，21天喝水打卡你已经连着坚持了 3 次")
        assert "小满" not in text


@pytest.mark.parametrize("late", [(XIAOMAN,), (XIAOMAN, LAOQIN)])
async def test_who_checks_in_while_the_reminder_waits_for_its_turn_is_not_named(
    tmp_path: Path, late: tuple[str, ...]
) -> None:
    """Once it is composed it may still wait for others to have spoken, and the last word is the database's."""
    async with shop(tmp_path, "water 猫咪会客厅") as stage:
        await three_days(stage, XIAOMAN, LAOQIN)
        turn = stage.app.voice.turn

        @asynccontextmanager
        async def waited(rank: Rank, room_id: str) -> AsyncIterator[Turn]:
            async with turn(rank, room_id) as mine:
                for contact in late:
                    stage.say(contact, CATS, "打卡")
                await stage.settle()
                yield mine

        stage.app.voice.turn = waited  # type: ignore[method-assign]
        await on(stage, "2026-11-25", "20:02:00")
        if len(late) == 1:
            text = await stage.hear(CATS, "老秦，21天喝水打卡你已经连着坚持了 3 次")
            assert "小满" not in text
        await stage.settle()
        assert stage.silent()
        reasons = [row["reason"] for row in await stage.export("deliveries") if row["content"] == "care/streak-risk"]
        assert [("care.nobody" in str(reason)) for reason in reasons] == [len(late) == 2]


async def test_the_result_and_the_board_name_nobody_who_has_unsubscribed(tmp_path: Path) -> None:
    async with shop(tmp_path, "早起 猫咪会客厅 口令=早起 目标=3 礼物=一包冻干") as stage:
        for number in range(3):
            await on(stage, f"2026-11-{22 + number}")
            for contact in (XIAOMAN, LAOQIN):
                stage.say(contact, CATS, "早起")
            await look(stage)
            await stage.hear(CATS, "打卡")
        await stage.hear(TEAM, "待办 #1")
        await ask(stage, "退订", "不提到你", who=XIAOMAN, where=CATS)
        text = await ask(stage, "排行", "1 位在坚持", "1. 老秦 3 天", who=LAOQIN, where=CATS)
        assert "小满" not in text
        await ask(stage, "排行", "小满 3 天", "老秦 3 天", who=XIAOMAN, where=CATS)
        await ask(stage, "/checkin board 猫咪会客厅", "小满 3 天")
        await ask(stage, "/checkin end", "结束了")
        await stage.app.outbound.tick()
        text = await stage.hear(CATS, "一共 2 位参加，打了 6 次卡", "来得最勤的：老秦 3 天", "老秦等 2 位")
        assert "小满" not in text


async def test_what_an_operator_enters_for_who_has_unsubscribed_is_not_told(tmp_path: Path) -> None:
    async with shop(tmp_path, "早起 猫咪会客厅 口令=早起 目标=3 礼物=一包冻干") as stage:
        await ask(stage, "退订", "不提到你", who=XIAOMAN, where=CATS)
        await on(stage, "2026-11-24")
        for day in ("11-22", "11-23", "11-24"):
            await ask(stage, f"/checkin add 小满 {day}", "补记了")
        await look(stage)
        assert stage.silent(CATS)


async def test_late_words_count_for_the_day_they_were_said_and_nobody_is_bothered(tmp_path: Path) -> None:
    async with shop(tmp_path, "water 猫咪会客厅") as stage:
        stamp = stage.world.now_ms - 13 * 3600 * 1000
        stage.world.say(XIAOMAN, CATS, "打卡", stamp_ms=stamp)
        stage.world.say(LAOQIN, CATS, "打卡", stamp_ms=stage.world.now_ms - 3600 * 1000)
        await look(stage)
        assert stage.silent()
        assert await counted(stage, XIAOMAN) == 0
        assert await counted(stage, LAOQIN) == 1


async def test_it_begins_by_itself_where_the_room_is_of_that_sort(tmp_path: Path) -> None:
    async with shop(tmp_path) as stage:
        await ask(stage, "/room set tags 打卡 猫咪会客厅", "打卡")
        await stage.app.outbound.tick()
        await stage.hear(CATS, "21天喝水打卡", "开始啦")
        stage.say(XIAOMAN, CATS, "打卡")
        await look(stage)
        await stage.hear(CATS, "@小满", "打卡成功")
        await ask(stage, "/checkin end 21天喝水打卡", "结束了")
        await stage.app.outbound.tick()
        await stage.hear(CATS, "到这里就结束啦", "小满")
        await look(stage)
        assert stage.silent()


async def test_a_pause_keeps_the_confirmations_back(tmp_path: Path) -> None:
    async with shop(tmp_path, "water 猫咪会客厅") as stage:
        await ask(stage, "/pause 猫咪会客厅 1小时", "猫咪会客厅")
        stage.say(XIAOMAN, CATS, "今天打卡")
        await look(stage)
        assert stage.silent()
        await ask(stage, "/resume 猫咪会客厅")
        await stage.app.outbound.tick()
        await stage.hear(CATS, "@小满", "打卡成功")


async def test_the_call_goes_out_on_the_day_and_only_where_the_campaign_runs(tmp_path: Path) -> None:
    async with shop(tmp_path, "breakfast 猫咪会客厅 节奏=周一", plan={"slots": 1, "themes": {}}) as stage:
        await ask(stage, "/plan 猫咪会客厅 7天", "11月23日", "互动 周三晒毛孩子")
        assert "晒毛孩子" not in await ask(stage, "/plan 汪星人散步群 7天")
        await ask(stage, "/content show checkin-breakfast", "「周三晒毛孩子」")
        await on(stage, "2026-11-22", "20:30:00")
        for room in (CATS, DOGS):
            assert "晒毛孩子" not in await stage.hear(room)
        await on(stage, "2026-11-23", "20:30:00")
        await stage.hear(CATS, "星期一，「周三晒毛孩子」开张", "连着 4 回", "发一张照片")
        assert "晒毛孩子" not in await stage.hear(DOGS)


async def test_a_call_without_its_campaign_is_not_posted(tmp_path: Path) -> None:
    async with shop(tmp_path, "breakfast 猫咪会客厅 节奏=周日") as stage:
        await ask(stage, "/post checkin-breakfast 猫咪会客厅 20:00", "20:00")
        refused = await ask(stage, "/post checkin-breakfast 汪星人散步群 20:00")
        assert "今天这个群没有这个打卡" in refused
        await ask(stage, "/checkin end", "结束了")
        await stage.app.outbound.tick()
        await stage.hear(CATS, "到这里就结束啦")
        await on(stage, "2026-11-22", "20:01:00")
        await stage.settle()
        await stage.hear(TEAM, "没发到「猫咪会客厅」", "没有这个打卡")
        assert stage.silent()
