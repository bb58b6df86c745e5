"""Birthdays: told, asked about, changed, taken back, and celebrated once, in the right words and the right place."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from tests.scenarios.stage import BOT, CATS, DOGS, LAOQIN, LINJIE, OTHER, OWNER, TEAM, XIAOMAN, ZONE, Stage, playing


async def on(stage: Stage, day: str, clock: str = "15:00:00") -> None:
    """Another day, after the time at which greetings go out."""
    stage.app.clock.jump(datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ZONE))
    await stage.app.outbound.tick()


async def doors_open(stage: Stage) -> None:
    await stage.open_shop()
    await stage.named(XIAOMAN, LAOQIN, LINJIE)


async def reminders(stage: Stage, day: str, clock: str = "15:00:00") -> list[str]:
    """What the operators are told of birthdays on that day."""
    before = len(stage.spoken)
    await on(stage, day, clock)
    await stage.app.outbound.tick()
    heard = [message.content.text for message in stage.spoken[before:] if message.conversation_id == TEAM]
    return [text for text in heard if text.startswith("快到的生日")]


async def says(stage: Stage, who: str, where: str, text: str) -> None:
    """Somebody says it, and the bot has had the time to answer."""
    stage.say(who, where, text)
    await stage.settle()


async def test_a_birthday_is_read_back_and_celebrated_once_a_year(tmp_path: Path) -> None:
    async with playing(tmp_path, at="15:00:00") as stage:
        await doors_open(stage)
        stage.say(XIAOMAN, CATS, "生日 1990-11-24")
        heard = await stage.hear(CATS, "@小满", "记下了：你的生日，11月24日", "不对就再发一次")
        assert "1990" not in heard
        await on(stage, "2026-11-23")
        assert stage.silent(CATS)
        await on(stage, "2026-11-24")
        heard = await stage.hear(CATS, "小满", "生日快乐")
        assert "1990" not in heard
        assert "36" not in heard
        for clock in ("15:11:00", "18:00:00"):
            await on(stage, "2026-11-24", clock)
        assert stage.silent(CATS)
        await on(stage, "2027-11-24")
        await stage.hear(CATS, "小满", "生日快乐")


async def test_told_again_it_is_changed_and_says_from_what_to_what(tmp_path: Path) -> None:
    async with playing(tmp_path, at="15:00:00") as stage:
        await doors_open(stage)
        stage.say(XIAOMAN, CATS, "生日 5月20号")
        await stage.hear(CATS, "5月20日")
        stage.say(XIAOMAN, CATS, "生日 5月21号")
        await stage.hear(CATS, "@小满", "你的生日从5月20日改成5月21日")
        stage.say(XIAOMAN, CATS, "生日 5.21")
        await stage.hear(CATS, "一直记着呢", "5月21日")
        stage.say(XIAOMAN, CATS, "我生日是5月22号")
        await stage.hear(CATS, "你5月22日生日", "之前记的是5月21日", "要改过来吗")
        stage.say(XIAOMAN, CATS, "是的")
        await stage.hear(CATS, "从5月21日改成5月22日")
        stage.say(XIAOMAN, CATS, "生日")
        await stage.hear(CATS, "你自己：5月22日", "生日 取消")


async def test_a_pets_birthday_said_in_passing_is_asked_about_once(tmp_path: Path) -> None:
    async with playing(tmp_path, at="15:00:00") as stage:
        await doors_open(stage)
        stage.say(LAOQIN, CATS, "我家豆豆11月25日生日")
        await stage.hear(CATS, "@老秦", "豆豆11月25日生日，要我记下来吗？")
        stage.say(LAOQIN, CATS, "要")
        await stage.hear(CATS, "记下了：豆豆的生日，11月25日")
        stage.say(LAOQIN, CATS, "豆豆的生日是11月25号")
        await stage.hear(CATS, "一直记着呢：豆豆的生日是11月25日")
        await on(stage, "2026-11-25")
        heard = await stage.hear(CATS, "豆豆过生日", "恭喜老秦")
        assert "老秦，生日快乐" not in heard


async def test_a_no_is_taken_for_a_no(tmp_path: Path) -> None:
    async with playing(tmp_path, at="15:00:00") as stage:
        await doors_open(stage)
        stage.say(LAOQIN, CATS, "今天我生日")
        await stage.hear(CATS, "你11月22日生日，要我记下来吗？")
        stage.say(LAOQIN, CATS, "不用")
        await stage.hear(CATS, "那就不记")
        await says(stage, LAOQIN, CATS, "我生日11月22号")
        await on(stage, "2026-11-22", "15:11:00")
        assert stage.silent(CATS)


async def test_a_child_with_a_lunar_birthday(tmp_path: Path) -> None:
    async with playing(tmp_path, at="15:00:00") as stage:
        await doors_open(stage)
        stage.say(LINJIE, DOGS, "我女儿米粒生日是農曆正月初一")
        await stage.hear(DOGS, "米粒农历正月初一生日，要我记下来吗？")
        stage.say(LINJIE, DOGS, "好的")
        await stage.hear(DOGS, "记下了：米粒的生日，农历正月初一", "下一次是2月6日")
        await on(stage, "2027-02-05")
        assert stage.silent(DOGS)
        await on(stage, "2027-02-06")
        heard = await stage.hear(DOGS, "今天的小寿星是米粒", "恭喜林姐")
        assert "吃得香" not in heard


async def test_a_birthday_in_a_leap_month(tmp_path: Path) -> None:
    """2026 has no leap sixth month, so it is celebrated in the ordinary one; 2027 neither."""
    async with playing(tmp_path, at="15:00:00") as stage:
        await doors_open(stage)
        stage.say(XIAOMAN, CATS, "生日 閏六月初八")
        await stage.hear(CATS, "农历闰六月初八", "下一次是7月11日")
        await on(stage, "2027-07-11")
        await stage.hear(CATS, "小满", "生日快乐")


async def test_who_prefers_it_in_private_is_congratulated_alone(tmp_path: Path) -> None:
    async with playing(tmp_path, at="15:00:00") as stage:
        await doors_open(stage)
        stage.say(XIAOMAN, CATS, "生日 11月24日")
        await stage.hear(CATS, "在群里祝福")
        stage.say(XIAOMAN, CATS, "生日 私聊")
        await stage.hear(CATS, "私下发给你")
        await on(stage, "2026-11-24")
        await stage.hear(XIAOMAN, "小满", "生日快乐")
        assert stage.silent(CATS)
        stage.say(XIAOMAN, CATS, "生日 群里")
        await stage.hear(CATS, "在群里给你过生日")
        await on(stage, "2026-11-24", "15:11:00")
        assert stage.silent(CATS)
        await on(stage, "2027-11-24")
        await stage.hear(CATS, "小满", "生日快乐")


async def test_told_in_private_it_stays_private(tmp_path: Path) -> None:
    async with playing(tmp_path, at="15:00:00") as stage:
        await doors_open(stage)
        stage.say(LINJIE, BOT, "生日 宠物 元宝 11-24")
        await stage.hear(LINJIE, "记下了：元宝的生日，11月24日", "私下祝福")
        await on(stage, "2026-11-24")
        await stage.hear(LINJIE, "元宝过生日", "恭喜林姐")
        assert stage.silent(DOGS)


async def test_several_birthdays_of_a_day_share_one_message(tmp_path: Path) -> None:
    async with playing(tmp_path, at="15:00:00") as stage:
        await doors_open(stage)
        stage.say(XIAOMAN, CATS, "生日 11月24日")
        await stage.hear(CATS, "记下了")
        stage.say(LAOQIN, CATS, "生日 宠物 豆豆 11月24日")
        await stage.hear(CATS, "记下了")
        stage.say(LINJIE, DOGS, "生日 11月24日")
        await stage.hear(DOGS, "记下了")
        await on(stage, "2026-11-24", "09:00:00")
        stage.say(LAOQIN, CATS, "生日 孩子 米粒 11月24日")
        await stage.hear(CATS, "就是今天", "祝福一会儿就到")
        await on(stage, "2026-11-24", "09:11:00")
        assert stage.silent(CATS)
        await on(stage, "2026-11-24")
        await stage.hear(CATS, "小满\n", "老秦家的豆豆", "老秦家的米粒", "每一位寿星")
        await stage.hear(DOGS, "林姐，生日快乐")
        await on(stage, "2026-11-24", "18:00:00")
        assert stage.silent(CATS)
        assert stage.silent(DOGS)


async def test_a_pet_among_pets_is_joined_by_a_person(tmp_path: Path) -> None:
    async with playing(tmp_path, at="15:00:00") as stage:
        await doors_open(stage)
        for name in ("豆豆", "球球"):
            stage.say(LAOQIN, CATS, f"生日 宠物 {name} 11月24日")
            await stage.hear(CATS, name)
        await on(stage, "2026-11-24", "09:00:00")
        stage.say(XIAOMAN, CATS, "生日 11月24日")
        await stage.hear(CATS, "祝福一会儿就到")
        await on(stage, "2026-11-24", "09:11:00")
        await on(stage, "2026-11-24")
        heard = await stage.hear(CATS, "老秦家的豆豆", "老秦家的球球", "小满")
        assert "毛孩子过生日" not in heard
        assert stage.silent(CATS)


async def test_told_on_the_day_itself_when_it_is_late_the_answer_congratulates(tmp_path: Path) -> None:
    async with playing(tmp_path, at="21:30:00") as stage:
        await doors_open(stage)
        stage.say(XIAOMAN, CATS, "生日 11月22日")
        await stage.hear(CATS, "@小满", "就是今天呀，生日快乐")
        stage.say(XIAOMAN, CATS, "生日 取消")
        await stage.hear(CATS, "不记了")
        stage.say(XIAOMAN, CATS, "生日 11月22日")
        assert "生日快乐" not in await stage.hear(CATS, "记下了")
        await on(stage, "2026-11-22", "22:30:00")
        await on(stage, "2026-11-23")
        assert stage.silent(CATS)
        await on(stage, "2027-11-22")
        await stage.hear(CATS, "小满，生日快乐")


async def test_told_on_the_day_itself_in_time_it_is_celebrated_once(tmp_path: Path) -> None:
    async with playing(tmp_path, at="15:00:00") as stage:
        await doors_open(stage)
        stage.say(XIAOMAN, CATS, "生日 11月22日")
        await stage.hear(CATS, "就是今天呀，祝福一会儿就到")
        await on(stage, "2026-11-22", "15:11:00")
        await stage.hear(CATS, "小满，生日快乐")
        await on(stage, "2026-11-22", "15:20:00")
        assert stage.silent(CATS)


async def test_who_unsubscribed_is_told_so_and_left_alone(tmp_path: Path) -> None:
    async with playing(tmp_path, at="15:00:00") as stage:
        await doors_open(stage)
        stage.say(XIAOMAN, CATS, "生日 11月24日")
        await stage.hear(CATS, "记下了")
        stage.say(XIAOMAN, CATS, "退订")
        await stage.hear(CATS)
        await says(stage, XIAOMAN, CATS, "我生日11月25日")
        await on(stage, "2026-11-24")
        assert stage.silent(CATS)
        stage.say(XIAOMAN, CATS, "生日 11月26日")
        await stage.hear(CATS, "从11月24日改成11月26日", "订阅")
        await on(stage, "2026-11-26")
        assert stage.silent(CATS)


async def test_who_unsubscribes_or_changes_the_day_after_the_greeting_was_planned(tmp_path: Path) -> None:
    async with playing(tmp_path, at="15:00:00") as stage:
        await doors_open(stage)
        for who in (XIAOMAN, LAOQIN):
            stage.say(who, CATS, "生日 11月24日")
            await stage.hear(CATS, "记下了")
        await on(stage, "2026-11-24", "09:00:00")
        stage.say(LAOQIN, CATS, "生日 11月26日")
        await stage.hear(CATS, "从11月24日改成11月26日")
        await on(stage, "2026-11-24")
        assert "老秦" not in await stage.hear(CATS, "小满，生日快乐")
        await on(stage, "2026-11-26")
        await stage.hear(CATS, "老秦，生日快乐")


async def test_impossible_dates_are_explained(tmp_path: Path) -> None:
    async with playing(tmp_path, at="15:00:00") as stage:
        await doors_open(stage)
        stage.say(XIAOMAN, CATS, "生日 2-30")
        await stage.hear(CATS, "@小满", "2月最多29天，没有30日")
        stage.say(XIAOMAN, CATS, "生日 13-1")
        await stage.hear(CATS, "没有13月")
        stage.say(XIAOMAN, CATS, "生日 农历七月三十一")
        await stage.hear(CATS, "农历一个月最多30天")
        stage.say(XIAOMAN, BOT, "/生日 明年")
        await stage.hear(XIAOMAN, "没看懂是哪一天", "生日 5-20")
        stage.say(XIAOMAN, CATS, "生日 老公 5-20")
        await stage.hear(CATS, "只记你自己、孩子和毛孩子", "老公")
        stage.say(XIAOMAN, CATS, "生日 2-29")
        await stage.hear(CATS, "记下了", "2月29日", "没有这一天的年份，就在2月28日过")


async def test_talk_about_birthdays_is_left_to_the_people(tmp_path: Path) -> None:
    async with playing(tmp_path, at="15:00:00") as stage:
        await doors_open(stage)
        for text in (
            "生日快乐",
            "祝你生日快乐呀老秦",
            "今天谁生日",
            "生日蛋糕多少钱",
            "豆豆生日快乐🎂",
            "豆豆的生日是3月5号吗",
        ):
            await says(stage, XIAOMAN, CATS, text)
        await says(stage, LAOQIN, OTHER, "生日 5-20")
        assert stage.silent()
        stage.say(LAOQIN, CATS, "生日")
        await stage.hear(CATS, "还没记过你的生日", "生日 5-20")


async def test_birthdays_are_taken_back(tmp_path: Path) -> None:
    async with playing(tmp_path, at="15:00:00") as stage:
        await doors_open(stage)
        stage.say(LAOQIN, CATS, "生日 取消")
        await stage.hear(CATS, "没记过生日")
        for text in ("生日 狗 豆豆 11月24日", "生日 孩子 米粒 11月24日", "生日 猫 咪咪 11月25日"):
            stage.say(LAOQIN, CATS, text)
            await stage.hear(CATS, "记下了")
        stage.say(LAOQIN, CATS, "生日 取消")
        await stage.hear(CATS, "取消哪一个", "豆豆", "米粒", "咪咪")
        stage.say(LAOQIN, CATS, "生日 删除 豆豆")
        assert "米粒" not in await stage.hear(CATS, "不记了", "豆豆：11月24日")
        stage.say(LAOQIN, CATS, "生日 取消 团子")
        await stage.hear(CATS, "没有记过这个", "米粒")
        await on(stage, "2026-11-24")
        assert "豆豆" not in await stage.hear(CATS, "小寿星是米粒")
        stage.say(LAOQIN, CATS, "生日 取消 全部")
        await stage.hear(CATS, "不记了", "米粒", "咪咪")
        await on(stage, "2026-11-25")
        assert stage.silent(CATS)


async def test_who_left_the_room_is_met_in_another_one_or_not_at_all(tmp_path: Path) -> None:
    async with playing(tmp_path, at="15:00:00") as stage:
        await doors_open(stage)
        for who in (XIAOMAN, LAOQIN):
            stage.say(who, CATS, "生日 11月24日")
            await stage.hear(CATS, "记下了")
        stage.world.join(DOGS, [XIAOMAN], OWNER)
        await says(stage, XIAOMAN, DOGS, "我也来啦")
        stage.world.leave(CATS, [XIAOMAN])
        stage.world.leave(CATS, [LAOQIN])
        await says(stage, LINJIE, DOGS, "欢迎")
        while not stage.silent(DOGS):
            await stage.hear(DOGS)
        await on(stage, "2026-11-24")
        await stage.hear(DOGS, "小满，生日快乐")
        assert stage.silent(CATS)


async def test_nobody_fills_the_file_with_birthdays(tmp_path: Path) -> None:
    async with playing(tmp_path, at="15:00:00") as stage:
        await doors_open(stage)
        for name in "一二三四五六七八九十甲乙丙丁戊己庚辛壬癸":
            stage.say(LINJIE, DOGS, f"生日 宠物 小{name} 1月5日")
            await stage.hear(DOGS, f"小{name}")
        stage.say(LINJIE, DOGS, "生日 宠物 元宝 1月5日")
        await stage.hear(DOGS, "已经记了20个生日")
        stage.say(LINJIE, DOGS, "生日 小甲 1月6日")
        await stage.hear(DOGS, "从1月5日改成1月6日")


async def test_somebody_from_outside_is_not_put_on_file(tmp_path: Path) -> None:
    async with playing(tmp_path, at="15:00:00") as stage:
        stage.world.add_person("stranger", "路人")
        await doors_open(stage)
        stage.say("stranger", BOT, "/生日 5-20")
        await stage.hear("stranger", "还不认识你")


async def test_operators_see_whose_birthday_comes(tmp_path: Path) -> None:
    async with playing(tmp_path, at="15:00:00") as stage:
        await doors_open(stage)
        stage.say(OWNER, TEAM, "/birthdays")
        await stage.hear(TEAM, "30 天内没有人过生日")
        for who, where, text in (
            (XIAOMAN, CATS, "生日 12月20日"),
            (LAOQIN, CATS, "生日 宠物 豆豆 农历十月十六"),
            (LINJIE, DOGS, "生日 1月15日"),
        ):
            stage.say(who, where, text)
            await stage.hear(where, "记下了")
        stage.say(OWNER, TEAM, "/birthdays")
        heard = await stage.hear(TEAM, "小满", "12月20日（还有 28 天）", "老秦家的豆豆", "农历十月十六", "11月24日")
        assert heard.index("豆豆") < heard.index("小满")
        assert "林姐" not in heard
        stage.say(OWNER, TEAM, "/birthdays 60 汪星人")
        assert "小满" not in await stage.hear(TEAM, "60 天内", "林姐")
        stage.say(OWNER, TEAM, "/birthdays 400")
        await stage.hear(TEAM, "1 到 366 天")
        stage.say(XIAOMAN, BOT, "/birthdays")
        await stage.hear(XIAOMAN, "运营")


async def test_operators_are_told_in_time_once_each_and_late_rather_than_never(tmp_path: Path) -> None:
    async with playing(tmp_path, at="15:00:00") as stage:
        await doors_open(stage)
        for who, where, text in (
            (XIAOMAN, CATS, "生日 12月26日"),
            (LAOQIN, CATS, "生日 宠物 豆豆 12月26日"),
            (LINJIE, DOGS, "生日 1月15日"),
        ):
            stage.say(who, where, text)
            await stage.hear(where, "记下了")
        assert await reminders(stage, "2026-11-25") == []
        assert await reminders(stage, "2026-11-26", "08:00:00") == []
        (told,) = await reminders(stage, "2026-11-26", "09:05:00")
        assert told.count("还有 30 天") == 2
        assert "小满，猫咪会客厅" in told
        assert "老秦家的豆豆，宠物，猫咪会客厅" in told
        assert "林姐" not in told
        assert await reminders(stage, "2026-11-26", "18:00:00") == []
        (told,) = await reminders(stage, "2026-12-18")
        assert "还有 28 天，1月15日：林姐" in told
        assert "小满" not in told
        (told,) = await reminders(stage, "2026-12-21")
        assert told.count("还有 5 天") == 2
        assert await reminders(stage, "2026-12-22") == []
        (told,) = await reminders(stage, "2027-01-15")
        assert "就是今天，1月15日：林姐" in told
