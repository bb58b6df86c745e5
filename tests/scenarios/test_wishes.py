"""What members wish for: noticed, asked about once, and shown wherever they are served."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from tests.scenarios.stage import BOT, CATS, DOGS, LAOQIN, LINJIE, OWNER, SHOP, TEAM, XIAOMAN, ZONE, Stage, playing


async def on(stage: Stage, day: int, clock: str = "18:00:00") -> None:
    """A day of that November."""
    stage.app.clock.jump(datetime.fromisoformat(f"2026-11-{day}T{clock}").replace(tzinfo=ZONE))
    await stage.app.outbound.tick()


async def says(stage: Stage, who: str, where: str, text: str) -> None:
    """Somebody says it, and the bot looks round."""
    stage.say(who, where, text)
    await stage.settle()
    await stage.app.outbound.tick()


async def three_days(stage: Stage, who: str, where: str, *texts: str) -> None:
    for day, text in zip((22, 23, 24), texts, strict=True):
        await on(stage, day)
        assert stage.silent(where)
        await says(stage, who, where, text)


async def card(stage: Stage, who: str) -> str:
    stage.say(OWNER, BOT, f"/tags @{who}")
    return await stage.hear(OWNER, who)


async def test_a_wish_stated_on_three_days_is_confirmed_once_and_kept(tmp_path: Path) -> None:
    async with playing(tmp_path, at="18:00:00", opened=SHOP) as stage:
        await three_days(stage, XIAOMAN, CATS, "不要香菜", "我那份別放香菜哦", "说了不吃 香 菜 啦")
        await stage.hear(CATS, "@小满", "以后给你都不放香菜，我记住啦，对吧？")
        assert "不吃香菜（还没跟本人确认）" in await card(stage, "小满")
        await says(stage, XIAOMAN, CATS, "对的")
        await stage.hear(CATS, "@小满", "记下啦")
        assert "还没跟本人确认" not in await card(stage, "小满")
        await on(stage, 25)
        await says(stage, XIAOMAN, CATS, "不要香菜")
        assert stage.silent(CATS)


async def test_a_wish_that_was_declined_is_never_brought_up_again(tmp_path: Path) -> None:
    async with playing(tmp_path, at="18:00:00", opened=SHOP) as stage:
        await three_days(stage, XIAOMAN, CATS, "别发语音", "不要发语音", "別發語音了，聽不了")
        await stage.hear(CATS, "以后都不发语音了")
        await says(stage, XIAOMAN, CATS, "不用")
        await stage.hear(CATS, "@小满", "那就不记了")
        for day in (25, 26, 27):
            await on(stage, day)
            await says(stage, XIAOMAN, CATS, "别发语音")
        assert stage.silent(CATS)
        assert "发语音" not in await card(stage, "小满")


async def test_without_an_answer_it_is_noted_and_people_see_it_as_unconfirmed(tmp_path: Path) -> None:
    async with playing(tmp_path, at="18:00:00", opened=SHOP) as stage:
        await three_days(stage, LINJIE, DOGS, "我家狗不吃牛肉", "我家狗狗不吃牛肉的", "我们家狗子对牛肉过敏")
        await stage.hear(DOGS, "@林姐", "你家狗不吃牛肉，我记住啦，对吧？")
        await on(stage, 25)
        await says(stage, LINJIE, DOGS, "对")
        assert stage.silent(DOGS)
        stage.say(LINJIE, DOGS, "@毛毛\u2005今天的狗饭还有吗", BOT)
        await stage.hear(DOGS, "转给店里的人")
        while "今天的狗饭还有吗" not in (handed := await stage.hear(TEAM)):
            pass
        assert "记得：狗对牛肉过敏（还没跟本人确认）" in handed


async def test_three_times_on_one_day_are_once(tmp_path: Path) -> None:
    async with playing(tmp_path, at="18:00:00", opened=SHOP) as stage:
        for text in ("少放糖", "记得少放糖", "少糖！"):
            await says(stage, XIAOMAN, CATS, text)
        await on(stage, 23)
        await says(stage, XIAOMAN, CATS, "少放糖哈")
        assert stage.silent(CATS)
        await on(stage, 24)
        await says(stage, XIAOMAN, CATS, "少放点糖")
        await stage.hear(CATS, "以后都给你少放糖")


async def test_questions_idle_talk_and_other_peoples_wishes_are_left_alone(tmp_path: Path) -> None:
    async with playing(tmp_path, at="18:00:00", opened=SHOP) as stage:
        for day in (22, 23, 24, 25):
            await on(stage, day)
            for text in ("要不要香菜？", "别急，不要紧", "我妈不要香菜", "不要客气", "别忘了吃饭"):
                await says(stage, XIAOMAN, CATS, text)
            stage.say(XIAOMAN, CATS, "@老秦\u2005别发语音", LAOQIN)
            stage.say(OWNER, CATS, "不要香菜")
            await stage.settle()
            await stage.app.outbound.tick()
        assert stage.silent(CATS)


async def test_nobody_is_asked_while_the_room_is_paused_nor_after_unsubscribing(tmp_path: Path) -> None:
    async with playing(tmp_path, at="18:00:00", opened=SHOP) as stage:
        stage.say(OWNER, BOT, "/pause all 盘点")
        await stage.hear(OWNER, "盘点")
        stage.say(LAOQIN, CATS, "退订")
        await stage.hear(CATS)
        for day in (22, 23, 24):
            await on(stage, day)
            await says(stage, XIAOMAN, CATS, "不要辣")
            await says(stage, LAOQIN, CATS, "别打电话")
        assert stage.silent(CATS)
        await on(stage, 25)
        stage.say(OWNER, BOT, "/resume all")
        await stage.hear(OWNER)
        await stage.app.outbound.tick()
        await stage.hear(CATS, "@小满", "以后给你都不放辣")
        assert stage.silent(CATS)
        assert "别打电话（还没跟本人确认）" in await card(stage, "老秦")


async def test_a_second_wish_waits_for_the_answer_to_the_first(tmp_path: Path) -> None:
    async with playing(tmp_path, at="18:00:00", opened=SHOP) as stage:
        await three_days(stage, XIAOMAN, CATS, "不要香菜，少放糖", "别放香菜、少糖", "不要香菜不要太甜")
        await stage.hear(CATS, "香菜")
        assert stage.silent(CATS)
        await says(stage, XIAOMAN, CATS, "嗯嗯")
        await stage.hear(CATS, "记下啦")
        await stage.hear(CATS, "少放糖")


async def test_an_operator_takes_a_wish_off_and_it_stays_off(tmp_path: Path) -> None:
    async with playing(tmp_path, at="18:00:00", opened=SHOP) as stage:
        await three_days(stage, XIAOMAN, CATS, "不要香菜", "不要香菜", "不要香菜")
        await stage.hear(CATS, "香菜")
        stage.say(OWNER, BOT, "/tag remove 小满 不要香菜")
        await stage.hear(OWNER, "不要香菜")
        for day in (25, 26, 27):
            await on(stage, day)
            await says(stage, XIAOMAN, CATS, "不要香菜")
        assert stage.silent(CATS)
        assert "香菜" not in await card(stage, "小满")


async def test_what_was_said_long_ago_is_asked_about_at_a_decent_hour(tmp_path: Path) -> None:
    async with playing(tmp_path, at="18:00:00", opened=SHOP) as stage:
        await three_days(stage, XIAOMAN, CATS, "不要葱", "别放葱", "谢谢")
        stage.say(OWNER, BOT, "/pause all")
        await stage.hear(OWNER)
        await on(stage, 24, "23:30:00")
        await says(stage, XIAOMAN, CATS, "不吃葱")
        await on(stage, 25, "02:00:00")
        stage.say(OWNER, BOT, "/resume all")
        await stage.hear(OWNER)
        await stage.app.outbound.tick()
        assert stage.silent(CATS)
        await on(stage, 25, "10:00:00")
        await stage.hear(CATS, "以后给你都不放葱")
