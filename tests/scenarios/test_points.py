"""Points: what members hear of theirs, what they get for them, and how operators look after both."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from storage import badges, points, tasks
from tests.scenarios.stage import BOT, CATS, DOGS, LAOQIN, LINJIE, OWNER, SHOP, TEAM, XIAOMAN, Stage, playing, settings

STORY = "年糕刚来那天躲在冰箱后面叫了一宿，我坐在地上陪它到天亮，现在它天天睡我脸上"


async def meet(stage: Stage, *people: str) -> None:
    """The shop is open, and these have said good evening where they belong."""
    await stage.open_shop()
    for person in people:
        stage.say(person, DOGS if person == LINJIE else CATS, "晚上好")
    await stage.settle()
    await stage.named(*people)


async def give(stage: Stage, who: str, amount: int) -> None:
    """The owner adds points by hand."""
    stage.say(OWNER, TEAM, f"/points {who} +{amount} 开业送的")
    await stage.hear(TEAM, who, f"加了 {amount} 分")


async def test_a_member_asks_for_their_points(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await meet(stage, XIAOMAN)
        stage.say(XIAOMAN, CATS, "积分")
        await stage.hear(
            CATS, "@小满", "你有 1 分，今天攒了 1 分", "每天的第一句话 1 分", "一天最多 30 分", "再攒 29 分，能换试吃包"
        )
        await give(stage, "小满", 69)
        stage.say(XIAOMAN, BOT, "我的积分")
        await stage.hear(XIAOMAN, "你有 70 分", "够换：试吃包（30 分）、剪指甲（60 分）")


async def test_the_first_words_of_a_day_count_once_in_however_many_rooms(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await meet(stage, LINJIE)
        stage.world.join(CATS, [LINJIE], OWNER)
        first = stage.say(LINJIE, CATS, "这边也晚上好")
        stage.say(LINJIE, CATS, "今天人多")
        stage.say(LINJIE, DOGS, "遛完狗了")
        stage.world.utter(LINJIE, CATS, first.content, first.id, first.stamp_ms)
        await stage.settle()
        stage.say(LINJIE, DOGS, "积分")
        await stage.hear(DOGS, "你有 1 分")


async def test_a_reward_is_wished_for_granted_and_handed_over(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await meet(stage, XIAOMAN)
        await give(stage, "小满", 69)
        stage.say(XIAOMAN, CATS, "兑换")
        await stage.hear(CATS, "@小满", "你有 70 分", "1. 试吃包 30 分，剩 60 份", "兑换 试吃包")
        stage.say(XIAOMAN, CATS, "我想兑换剪指甲")
        await stage.hear(CATS, "@小满", "给你留好一份“剪指甲”", "还剩 10 分", "兑换 取消")
        await stage.at("18:56:00")
        await stage.hear(TEAM, "小满 在「猫咪会客厅」想用 60 分换“剪指甲”", "/redeem 1 ok")

        stage.say(OWNER, TEAM, "/redeem")
        await stage.hear(TEAM, "#1 小满", "剪指甲")
        stage.say(OWNER, TEAM, "/redeem 1 ok")
        await stage.hear(TEAM, "小满 的“剪指甲”定了")
        await stage.at("18:57:00")
        await stage.hear(CATS, "@小满", "“剪指甲”店里点头了")
        await stage.hear(TEAM, "待办 #1", "小满", "剪指甲")

        stage.say(OWNER, TEAM, "/tasks")
        await stage.hear(TEAM, "#1", "小满", "剪指甲", "/tasks done 1")
        stage.say(OWNER, TEAM, "/待办 done #1")
        await stage.hear(TEAM, "划掉了：小满 的“剪指甲”。都办完了")
        stage.say(OWNER, TEAM, "/tasks done 1")
        await stage.hear(TEAM, "#1", "就办完了")
        stage.say(XIAOMAN, CATS, "积分")
        await stage.hear(CATS, "你有 10 分")


async def test_a_no_gives_the_points_back_and_is_told_warmly(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await meet(stage, XIAOMAN)
        await give(stage, "小满", 40)
        stage.say(XIAOMAN, CATS, "兑换 试吃包")
        await stage.hear(CATS, "还剩 11 分")
        await stage.at("18:56:00")
        await stage.hear(TEAM, "/redeem 1 ok")
        stage.say(OWNER, TEAM, "/redeem 1 no 这批刚发完，下周到货")
        await stage.hear(TEAM, "30 分退回去，现在 41 分")
        await stage.at("18:57:00")
        await stage.hear(CATS, "@小满", "没能换成，30 分都退给你了", "这批刚发完，下周到货")
        stage.say(OWNER, TEAM, "/redeem 1 ok")
        await stage.hear(TEAM, "#1 已经回绝过了")
        stage.say(XIAOMAN, CATS, "积分")
        await stage.hear(CATS, "你有 41 分")


async def test_a_member_changes_their_mind(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await meet(stage, XIAOMAN)
        await give(stage, "小满", 99)
        stage.say(XIAOMAN, CATS, "取消兑换")
        await stage.hear(CATS, "@小满", "没有在等的兑换")
        stage.say(XIAOMAN, CATS, "兑换 试吃包")
        await stage.hear(CATS, "还剩 70 分")
        stage.say(XIAOMAN, CATS, "兑换 2")
        await stage.hear(CATS, "“剪指甲”", "还剩 10 分")
        stage.say(XIAOMAN, CATS, "积分")
        await stage.hear(CATS, "等店里点头的：试吃包、剪指甲")
        stage.say(XIAOMAN, CATS, "兑换 取消 洗护")
        await stage.hear(CATS, "没找到这一样", "试吃包、剪指甲")
        stage.say(XIAOMAN, CATS, "兑换 取消 试吃包")
        await stage.hear(CATS, "“试吃包”不换了", "现在 40 分")
        stage.say(XIAOMAN, CATS, "取消兑换吧")
        await stage.hear(CATS, "“剪指甲”不换了", "现在 100 分")
        await stage.at("18:56:00")
        await stage.hear(TEAM, "想用 30 分换“试吃包”", "小满 不换“试吃包”了，#1 不用管")
        stage.say(OWNER, TEAM, "/redeem 1 ok")
        await stage.hear(TEAM, "#1 本人取消了")
        stage.say(OWNER, TEAM, "/redeem")
        await stage.hear(TEAM, "没有等着点头的兑换")


async def test_what_cannot_be_had_is_said_kindly_and_costs_nothing(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await meet(stage, XIAOMAN)
        stage.say(XIAOMAN, CATS, "兑换 试吃包")
        await stage.hear(CATS, "@小满", "“试吃包”要 30 分，你有 1 分，还差 29 分")
        stage.say(XIAOMAN, CATS, "兑换 大别墅")
        await stage.hear(CATS, "没有叫“大别墅”的", "试吃包 30 分")
        stage.say(XIAOMAN, CATS, "兑换码在哪里领呀")
        stage.say(XIAOMAN, CATS, "积分能兑换什么呀")
        await stage.settle()
        assert stage.silent()
        stage.say(XIAOMAN, BOT, "兑换大别墅")
        await stage.hear(XIAOMAN, "没有叫“大别墅”的")


async def test_the_last_one_goes_to_who_asked_first(tmp_path: Path) -> None:
    shelf = tmp_path / "rewards.toml"
    shelf.write_text('[[reward]]\nslug = "can"\ntitle = "罐头"\ncost = 10\nstock = 1\n', encoding="utf-8")
    async with playing(tmp_path, config=settings(tmp_path, points={"rewards": shelf})) as stage:
        await meet(stage, XIAOMAN, LAOQIN)
        await give(stage, "小满", 20)
        await give(stage, "老秦", 20)
        stage.say(LAOQIN, CATS, "兑换 罐头")
        stage.say(XIAOMAN, CATS, "兑换 罐头")
        await stage.hear(CATS, "@老秦", "给你留好一份“罐头”")
        await stage.hear(CATS, "@小满", "“罐头”刚好换完了，一分没动")
        stage.say(XIAOMAN, CATS, "兑换")
        await stage.hear(CATS, "罐头 10 分，换完了")
        stage.say(LAOQIN, CATS, "兑换 取消")
        await stage.hear(CATS, "@老秦", "不换了")
        stage.say(XIAOMAN, CATS, "兑换 罐头")
        await stage.hear(CATS, "@小满", "给你留好一份“罐头”")


async def test_a_story_is_accepted_with_points_and_thanks(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await meet(stage, XIAOMAN)
        stage.say(XIAOMAN, CATS, STORY)
        stage.say(XIAOMAN, CATS, "说多了哈哈")
        await stage.settle()
        stage.say(OWNER, TEAM, "/story 小满")
        await stage.hear(TEAM, "收下了 小满 的“年糕刚来那天", "记 10 分")
        await stage.hear(CATS, "小满 讲的这段我们收下了", "记 10 分")
        stage.say(OWNER, TEAM, "/故事 小满")
        await stage.hear(TEAM, "已经收过")
        stage.say(OWNER, TEAM, "/story 小满 冰箱后面")
        await stage.hear(TEAM, "已经收过")
        stage.say(OWNER, TEAM, "/story 小满 飞碟")
        await stage.hear(TEAM, "没找到 小满 说过带“飞碟”的话")
        stage.say(XIAOMAN, CATS, "积分")
        await stage.hear(CATS, "你有 11 分，今天攒了 11 分")


async def test_a_full_day_keeps_a_story_for_tomorrow(tmp_path: Path) -> None:
    async with playing(tmp_path, config=settings(tmp_path, points={"daily_cap": 5, "story": 4})) as stage:
        await meet(stage, XIAOMAN)
        for told in (STORY, "豆豆第一次上秤吓得抱住我胳膊不撒手", "老猫昨天自己开了门"):
            stage.say(XIAOMAN, CATS, told)
        await stage.settle()
        stage.say(OWNER, TEAM, "/story 小满")
        await stage.hear(TEAM, "记 4 分")
        await stage.hear(CATS, "记 4 分")
        stage.say(OWNER, TEAM, "/story 小满 豆豆")
        await stage.hear(TEAM, "今天的积分满了", "一天最多 5 分")
        stage.say(XIAOMAN, CATS, "积分")
        await stage.hear(CATS, "你有 5 分")
        assert stage.silent()


async def test_an_operator_looks_into_points_and_sets_them_right(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await meet(stage, XIAOMAN)
        await give(stage, "小满", 40)
        stage.say(XIAOMAN, CATS, "兑换 试吃包")
        await stage.hear(CATS, "还剩 11 分")
        stage.say(OWNER, TEAM, "/积分 小满")
        heard = await stage.hear(TEAM, "小满 有 11 分", "-30 兑换「试吃包」", "+40 手动「开业送的」，周岚 经手")
        assert heard.index("兑换") < heard.index("手动") < heard.index("当天第一句话")
        stage.say(OWNER, TEAM, "/points 小满 -12 记错了")
        await stage.hear(TEAM, "小满 只有 11 分，减不了 12 分")
        stage.say(OWNER, TEAM, "/points 小满 －11 记错了")
        await stage.hear(TEAM, "减了 11 分，现在 0 分", "记错了")
        for slip in ("/points 小满 五分", "/points 小满 +0", "/points 小满 5"):
            stage.say(OWNER, TEAM, slip)
            await stage.hear(TEAM, "/points [名字或id]")
        stage.say(OWNER, TEAM, "/points 没这人")
        await stage.hear(TEAM, "没这人")
        rows = [row for row in await stage.export("audit") if row["command"] == "/points"]
        assert [row["target"] for row in rows] == ["小满 +40 开业送的", "小满", "小满 －11 记错了"]


async def test_members_neither_see_nor_change_what_others_have(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await meet(stage, XIAOMAN, LAOQIN)
        for words in ("/points 老秦", "/积分 小满 +100", "/redeem 1 ok", "/tasks", "/story 小满"):
            stage.say(XIAOMAN, CATS, words)
        await stage.settle()
        assert stage.silent()
        stage.say(XIAOMAN, BOT, "/points 小满 +100")
        await stage.hear(XIAOMAN, "要运营才能用")
        stage.say(XIAOMAN, CATS, "积分")
        await stage.hear(CATS, "你有 1 分")


async def test_the_board_of_the_month(tmp_path: Path) -> None:
    async with playing(tmp_path, opened=SHOP) as stage:
        stage.say(XIAOMAN, CATS, "积分排行")
        await stage.hear(CATS, "11 月")
        stage.say(LAOQIN, CATS, "晚上好")
        await stage.settle()
        await stage.named(XIAOMAN, LAOQIN)
        await give(stage, "老秦", 7)
        stage.say(XIAOMAN, CATS, "积分排行")
        await stage.hear(CATS, "@小满", "1. 老秦 8 分\n2. 小满 1 分")
        stage.say(XIAOMAN, BOT, "积分排行")
        await stage.hear(XIAOMAN, "排行在群里看")
        stage.say(OWNER, TEAM, "/积分榜 猫咪")
        await stage.hear(TEAM, "1. 老秦 8 分")
        stage.say(OWNER, TEAM, "/top 汪星人")
        await stage.hear(TEAM, "「汪星人散步群」还没人攒到积分")


async def test_somebody_who_left_is_not_called_back_by_a_decision(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await meet(stage, XIAOMAN, LAOQIN)
        for who, name in ((XIAOMAN, "小满"), (LAOQIN, "老秦")):
            await give(stage, name, 40)
            stage.say(who, CATS, "兑换 试吃包")
            await stage.hear(CATS, "给你留好一份")
        stage.world.leave(CATS, [XIAOMAN])
        await stage.settle()
        for number in (1, 2):
            stage.say(OWNER, TEAM, f"/redeem {number} ok")
        await stage.hear(TEAM, "定了")
        await stage.hear(TEAM, "定了")
        await stage.at("18:56:00")
        await stage.hear(CATS, "@老秦", "店里点头了")
        await stage.hear(TEAM, "/redeem")
        await stage.hear(TEAM, "待办")
        assert stage.silent()


async def test_a_paused_room_hears_of_it_afterwards(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await meet(stage, XIAOMAN)
        await give(stage, "小满", 40)
        stage.say(XIAOMAN, CATS, "兑换 试吃包")
        await stage.hear(CATS, "给你留好一份")
        stage.say(OWNER, TEAM, "/pause 猫咪会客厅 停电")
        await stage.hear(TEAM, "停电")
        stage.say(OWNER, TEAM, "/redeem 1 同意")
        await stage.hear(TEAM, "定了")
        await stage.at("18:56:00")
        await stage.hear(TEAM, "/redeem")
        await stage.hear(TEAM, "待办")
        assert stage.silent()
        stage.say(OWNER, TEAM, "/resume 猫咪会客厅")
        await stage.hear(TEAM)
        await stage.at("18:57:00")
        await stage.hear(CATS, "@小满", "店里点头了")


async def test_badges_and_a_debt_are_shown(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await meet(stage, XIAOMAN)
        await stage.app.store.run(badges.add, "main", XIAOMAN, "七日有恒", CATS, stage.app.clock())
        stage.say(XIAOMAN, CATS, "积分")
        await stage.hear(CATS, "你有 1 分", "徽章：七日有恒")
        stage.say(OWNER, TEAM, "/points 小满 -1 试试")
        await stage.hear(TEAM, "现在 0 分")
        await stage.app.store.run(points.reverse, "main", f"words:{XIAOMAN}:{date(2026, 11, 22)}", stage.app.clock())
        stage.say(XIAOMAN, CATS, "查积分")
        await stage.hear(CATS, "你现在是 -1 分", "徽章：七日有恒")
        stage.say(OWNER, TEAM, "/points 小满")
        await stage.hear(TEAM, "小满 有 -1 分，徽章：七日有恒", "-1 当天第一句话，收回")


async def test_a_gift_that_was_earned_reaches_the_operators(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await meet(stage, XIAOMAN)
        data = {"what": "一罐冻干", "why": "连着打卡 4 周"}
        await stage.app.store.run(
            tasks.add, "main", "gift:1", "gift", contact_id=XIAOMAN, room_id=CATS, data=data, now=stage.app.clock()
        )
        await stage.at("18:56:00")
        await stage.hear(TEAM, "待办 #1：给 小满（猫咪会客厅）送上“一罐冻干”，连着打卡 4 周")
        stage.say(OWNER, TEAM, "/tasks done 1 2")
        await stage.hear(TEAM, "待办里没有 #2")
        stage.say(OWNER, TEAM, "/tasks")
        await stage.hear(TEAM, "#1", "一罐冻干")


@pytest.mark.parametrize("said", ["/redeem 1", "/redeem 一 ok", "/redeem 1 也许", "/tasks done", "/tasks 1", "/story"])
async def test_an_operators_slip_is_explained(tmp_path: Path, said: str) -> None:
    async with playing(tmp_path, opened=SHOP) as stage:
        stage.say(OWNER, TEAM, said)
        await stage.hear(TEAM, f"要这样发：{said.split(maxsplit=1)[0]}")
        stage.say(OWNER, TEAM, "/redeem 7 ok")
        await stage.hear(TEAM, "没有 #7 这笔兑换")


async def test_points_are_spoken_of_in_english_too(tmp_path: Path) -> None:
    async with playing(tmp_path, config=settings(tmp_path, brand={"locale": "en"})) as stage:
        stage.say(OWNER, TEAM, f"/claim {stage.app.claim_code}")
        await stage.hear(TEAM, "owner")
        stage.say(OWNER, CATS, "/adopt")
        await stage.hear(OWNER)
        await stage.hear(CATS)
        stage.say(XIAOMAN, CATS, "积分")
        await stage.hear(CATS, "You have 1 point,", "at most 30 a day")
