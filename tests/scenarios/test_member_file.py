"""The member file: who somebody is across rooms, the same person under a new id, everything handed out or let go."""

import json

from bot.core.birthday import Birthday, Calendar, Whose
from storage import birthdays, members, points
from tests.scenarios.stage import (
    BOT,
    CATS,
    DOGS,
    LAOQIN,
    LINJIE,
    OTHER,
    OWNER,
    SHOP,
    TEAM,
    XIAOMAN,
    evening,
    playing,
    settings,
    town,
)

NEWCOMER = "xiaoman-2026"


def two_called_xiaoman():
    """A second 小满, who is somebody else or the same person behind a new id."""
    world = town()
    world.add_person(NEWCOMER, "小满")
    return world


async def balance(stage, who):
    return await stage.app.store.read(points.balance, stage.app.account, who)


async def known(stage, who):
    return await stage.app.store.read(members.known, stage.app.account, who)


async def person(stage, who):
    return await stage.app.store.read(members.person, stage.app.account, who, "Asia/Shanghai", stage.app.clock())


async def moved_over(stage):
    """小满 talks, leaves, and is back under another id."""
    for words in ("我家英短四个月大", "它好黏人"):
        stage.say(XIAOMAN, CATS, words)
    await stage.named(XIAOMAN)
    await stage.settle()
    stage.world.leave(CATS, [XIAOMAN])
    stage.world.join(CATS, [NEWCOMER], OWNER)
    stage.say(NEWCOMER, CATS, "我换了个号")
    await stage.named(NEWCOMER)
    await stage.settle()
    while (await person(stage, XIAOMAN)).rooms[0].left_at is None:
        await stage.app.clock.real_sleep(0.02)


async def test_one_card_for_somebody_in_two_rooms(tmp_path):
    world = town()
    async with playing(tmp_path, world=world, opened=SHOP) as stage:
        world.join(DOGS, [XIAOMAN], LINJIE)
        stage.say(XIAOMAN, CATS, "我家英短四个月大")
        stage.say(XIAOMAN, DOGS, "晚上好")
        stage.say(XIAOMAN, DOGS, "狗狗也好可爱")
        await stage.named(XIAOMAN, LINJIE)
        await stage.settle()
        stage.say(OWNER, TEAM, "/member 小满")
        card = await stage.hear(TEAM, "小满（xiaoman）", "一共 3 句", "近 30 天 3 句", "今天 3 句", "英短")
        assert "「汪星人散步群」" in card
        assert "林姐 请来的，说过 2 句" in card
        assert "「猫咪会客厅」说过 1 句" in card
        assert "接管时在群里说明过" in card


async def test_the_card_tells_what_is_celebrated_and_earned(tmp_path):
    async with playing(tmp_path, opened=SHOP) as stage:
        stage.say(XIAOMAN, CATS, "大家好")
        await stage.named(XIAOMAN)
        await stage.settle()
        told = Birthday(0, XIAOMAN, Whose.PET, "豆豆", Calendar.LUNAR, 8, 15, year=2020)
        await stage.app.store.run(
            birthdays.add, stage.app.account, told, source=birthdays.CHAT, by=XIAOMAN, now=evening("19:00:00")
        )
        stage.say(OWNER, TEAM, "/points 小满 +8 帮忙搬货")
        await stage.hear(TEAM, "8")
        stage.say(OWNER, TEAM, "/tag add 小满 老客")
        await stage.hear(TEAM, "老客")
        stage.say(OWNER, TEAM, "/客户 小满")
        card = await stage.hear(
            TEAM, "豆豆（宠物）", "农历", "老客", "手动打的", f"积分：{await balance(stage, XIAOMAN)} 分"
        )
        assert "2020" not in card


async def test_namesakes_are_listed_with_their_ids(tmp_path):
    async with playing(tmp_path, world=two_called_xiaoman(), opened=SHOP) as stage:
        stage.world.join(DOGS, [NEWCOMER])
        stage.say(NEWCOMER, DOGS, "晚上好")
        stage.say(XIAOMAN, CATS, "大家好")
        await stage.named(XIAOMAN, NEWCOMER)
        await stage.settle()
        stage.say(OWNER, TEAM, "/member 小满")
        await stage.hear(TEAM, "不止一位", XIAOMAN, NEWCOMER, "猫咪会客厅", "汪星人散步群")
        stage.say(OWNER, TEAM, f"/member {NEWCOMER}")
        await stage.hear(TEAM, f"小满（{NEWCOMER}）", "汪星人散步群")
        stage.say(OWNER, TEAM, "/member 大满")
        await stage.hear(TEAM, "没找到", "大满")


async def test_a_card_is_not_for_customers_eyes(tmp_path):
    async with playing(tmp_path, opened=SHOP) as stage:
        stage.say(XIAOMAN, CATS, "大家好")
        await stage.named(XIAOMAN)
        stage.say(OWNER, CATS, "/member 小满")
        await stage.hear(TEAM, "小满（xiaoman）")
        stage.say(XIAOMAN, CATS, "/member 小满")
        await stage.settle()
        assert stage.silent(CATS)
        stage.say(LAOQIN, BOT, "/member export xiaoman")
        await stage.hear(LAOQIN, "运营")


async def test_who_left_and_who_wants_peace_is_told_on_the_card(tmp_path):
    async with playing(tmp_path, opened=SHOP) as stage:
        stage.say(XIAOMAN, CATS, "退订")
        await stage.hear(CATS, "不主动找你")
        stage.say(LAOQIN, CATS, "晚上好")
        await stage.named(XIAOMAN, LAOQIN)
        await stage.settle()
        stage.say(OWNER, TEAM, "/member 小满")
        await stage.hear(TEAM, "退订了，我只回话")
        stage.world.leave(CATS, [LAOQIN])
        while (await person(stage, LAOQIN)).rooms[0].left_at is None:
            await stage.app.clock.real_sleep(0.02)
        stage.say(OWNER, TEAM, "/member 老秦")
        await stage.hear(TEAM, "离开了", "一共 1 句")


async def test_a_day_begins_at_midnight_of_the_room(tmp_path):
    async with playing(tmp_path, at="23:58:00", opened=SHOP) as stage:
        stage.say(XIAOMAN, CATS, "还没睡")
        await stage.named(XIAOMAN)
        await stage.settle()
        stage.app.clock.jump(evening("23:59:59"))
        stage.say(XIAOMAN, CATS, "睡不着")
        await stage.settle()
        stage.app.clock.jump(evening("23:59:59").replace(day=23, hour=0, minute=0, second=2))
        stage.say(XIAOMAN, CATS, "新的一天")
        await stage.settle()
        stage.say(OWNER, TEAM, "/member 小满")
        await stage.hear(TEAM, "一共 3 句", "近 30 天 3 句", "今天 1 句")


async def test_somebody_with_a_new_id_gets_everything_back(tmp_path):
    async with playing(tmp_path, world=two_called_xiaoman(), opened=SHOP) as stage:
        await moved_over(stage)
        stage.say(OWNER, TEAM, "/tag remove xiaoman 英短")
        await stage.hear(TEAM, "英短")
        before = await balance(stage, XIAOMAN) + await balance(stage, NEWCOMER)

        stage.say(OWNER, TEAM, "/member bind 小满 小满")
        await stage.hear(TEAM, "不止一位", XIAOMAN, NEWCOMER)
        stage.say(OWNER, TEAM, f"/member bind {XIAOMAN} {NEWCOMER}")
        await stage.hear(TEAM, "说过 2 句", "说过 1 句", "合了就分不开了", f"/member bind {XIAOMAN} {NEWCOMER} yes")
        assert await known(stage, XIAOMAN), "a preview changes nothing"

        stage.say(OWNER, TEAM, f"/member 绑定 {XIAOMAN} {NEWCOMER} 确认")
        await stage.hear(TEAM, "合好了", "说过 3 句")
        assert not await known(stage, XIAOMAN)
        assert await balance(stage, NEWCOMER) == before
        stage.say(NEWCOMER, CATS, "我家英短会握手了")
        await stage.settle()
        stage.say(OWNER, TEAM, "/member 小满")
        card = await stage.hear(TEAM, "一共 4 句", "猫咪会客厅")
        assert "· 英短" not in card, "what an operator removed stays removed"
        bound = [row for row in await stage.export("audit") if "yes" in row["target"] or "确认" in row["target"]]
        assert [(row["actor_id"], XIAOMAN in row["target"]) for row in bound] == [(OWNER, True)]


async def test_people_are_not_bound_by_mistake(tmp_path):
    async with playing(tmp_path, world=two_called_xiaoman(), opened=SHOP) as stage:
        stage.say(XIAOMAN, CATS, "大家好")
        stage.say(LAOQIN, CATS, "晚上好")
        await stage.named(XIAOMAN, LAOQIN, LINJIE, OWNER)
        for words, answer in (
            ("小满 老秦 yes", "现在都在「猫咪会客厅」里"),
            ("小满 xiaoman yes", "同一个人"),
            ("小满 周岚 yes", "运营人员"),
            ("毛毛 林姐 yes", "没找到"),
            ("没这人 林姐 yes", "没找到"),
        ):
            stage.say(OWNER, TEAM, f"/member bind {words}")
            await stage.hear(TEAM, answer)
        stage.say(OWNER, TEAM, "/member bind 小满")
        await stage.hear(TEAM, "/member")
        assert await known(stage, XIAOMAN)
        assert await known(stage, LAOQIN)


async def test_a_name_with_yes_binds_and_the_audit_knows_the_ids(tmp_path):
    async with playing(tmp_path, opened=SHOP) as stage:
        stage.say(XIAOMAN, CATS, "大家好")
        stage.say(LINJIE, DOGS, "大家好")
        await stage.named(XIAOMAN, LINJIE)
        await stage.settle()
        stage.say(OWNER, TEAM, "/member bind 林姐 小满 yes")
        await stage.hear(TEAM, "合好了", "说过 2 句")
        assert f"bind {LINJIE} {XIAOMAN} yes" in [row["target"] for row in await stage.export("audit")]


async def test_who_was_bound_and_is_forgotten_leaves_no_old_id_behind(tmp_path):
    async with playing(tmp_path, world=two_called_xiaoman(), opened=SHOP) as stage:
        await moved_over(stage)
        stage.say(OWNER, TEAM, f"/member bind {XIAOMAN} {NEWCOMER} yes")
        await stage.hear(TEAM, "合好了")
        await stage.settle()
        stage.say(OWNER, TEAM, f"/member forget {NEWCOMER} yes")
        await stage.hear(TEAM)
        while not stage.app.forgetting.done:
            await stage.app.clock.real_sleep(0.02)
        await stage.at("19:10:00")
        await stage.app.forgetting.look()
        kept = [*await stage.export("audit"), *await stage.export("messages"), *await stage.export("members")]
        assert [row for row in kept if XIAOMAN in json.dumps(row) or NEWCOMER in json.dumps(row)] == []


def files(stage, where):
    """The files that the bot has sent there."""
    sent = [message.content.file for message in stage.spoken if message.conversation_id == where]
    return [file for file in sent if file is not None]


async def test_everything_about_somebody_is_handed_to_the_control_room_only(tmp_path):
    async with playing(tmp_path, opened=SHOP) as stage:
        stage.say(XIAOMAN, CATS, "我家英短四个月大")
        stage.say(LAOQIN, CATS, "别人的话")
        await stage.named(XIAOMAN, LAOQIN)
        await stage.settle()
        stage.say(OWNER, CATS, "/member export 小满")
        await stage.hear(TEAM, "小满（xiaoman）", "聊天 1 条")
        await stage.hear(TEAM)
        assert files(stage, CATS) == []
        (file,) = files(stage, TEAM)
        assert file.name == "小满-2026-11-22.json"
        found = json.loads(file.data)
        assert [row["text"] for row in found["tables"]["message"]] == ["我家英短四个月大"]
        assert {"contact", "membership", "day_count", "tag_assignment", "point"} <= set(found["tables"])
        assert "别人的话" not in file.data.decode()

        stage.say(OWNER, BOT, "/成员 导出 xiaoman")
        await stage.hear(OWNER, "聊天 1 条")
        await stage.hear(OWNER)
        assert len(files(stage, OWNER)) == 1
        stage.say(OWNER, OTHER, "/member export 小满")
        await stage.hear(TEAM, "聊天 1 条")
        assert files(stage, OTHER) == []


async def test_old_words_are_let_go_of_and_the_card_still_counts_them(tmp_path):
    config = settings(tmp_path, retention={"messages_days": 30})
    async with playing(tmp_path, config=config, opened=SHOP) as stage:
        stage.say(XIAOMAN, CATS, "我家英短四个月大")
        await stage.named(XIAOMAN)
        await stage.settle()
        stage.app.clock.jump(evening("12:00:00").replace(month=12, day=20))
        await stage.app.outbound.tick()
        assert "我家英短四个月大" in [row["text"] for row in await stage.export("messages")]
        stage.app.clock.jump(evening("12:00:00").replace(month=12, day=29))
        await stage.app.outbound.tick()
        assert "我家英短四个月大" not in [row["text"] for row in await stage.export("messages")]
        stage.say(OWNER, TEAM, "/member 小满")
        await stage.hear(TEAM, "一共 1 句", "近 30 天 0 句", "英短")
