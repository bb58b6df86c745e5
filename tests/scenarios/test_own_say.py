"""Members' own say: to hear nothing more, to be forgotten, and to come back."""

from storage import forgotten, members
from tests.faults.look import until
from tests.faults.test_storage_faults import failing_writes, spill_of
from tests.scenarios.stage import CATS, DOGS, LAOQIN, LINJIE, OWNER, SHOP, TEAM, XIAOMAN, playing, town


async def greetable(stage, room, who):
    return await stage.app.store.read(members.greetable, stage.app.account, room, who)


async def known(stage, who):
    return await stage.app.store.read(members.known, stage.app.account, who)


async def words_of(stage, who):
    return [row["text"] for row in await stage.export("messages") if row["talker_id"] == who]


async def forget(stage, who, room):
    stage.say(who, room, "忘记我")
    await stage.hear(room, "找不回来")
    stage.say(who, room, "是的")
    await stage.hear(room, "都删了")
    await carried_out(stage)


async def carried_out(stage):
    """Wait until nothing is left to do, and for the echoes of what had been said before."""
    while not stage.app.forgetting.done:
        await stage.app.clock.real_sleep(0.02)
    await stage.at("19:10:00")
    await stage.app.forgetting.look()


async def test_a_member_unsubscribes_in_plain_words_and_comes_back(tmp_path):
    async with playing(tmp_path, opened=SHOP) as stage:
        await stage.named(XIAOMAN)
        stage.say(XIAOMAN, CATS, "别再@我了，谢谢")
        await stage.hear(CATS, "不主动找你", "订阅")
        assert await greetable(stage, CATS, XIAOMAN) is None
        stage.say(XIAOMAN, CATS, "帮助")
        await stage.hear(CATS, "小帮手")
        stage.say(XIAOMAN, CATS, "恢复订阅")
        await stage.hear(CATS, "好嘞")
        assert await greetable(stage, CATS, XIAOMAN) == "小满"


async def test_saying_it_twice_changes_nothing_more(tmp_path):
    async with playing(tmp_path, opened=SHOP) as stage:
        stage.say(XIAOMAN, CATS, "TD")
        await stage.hear(CATS, "好的")
        stage.say(XIAOMAN, CATS, "退订！")
        await stage.hear(CATS, "放心")
        stage.say(XIAOMAN, CATS, "订阅")
        await stage.hear(CATS, "好嘞")
        stage.say(XIAOMAN, CATS, "订阅")
        await stage.hear(CATS, "一直都在")


async def test_it_is_said_in_private_and_holds_in_every_room(tmp_path):
    async with playing(tmp_path, opened=SHOP) as stage:
        await stage.named(XIAOMAN)
        stage.say(XIAOMAN, "bot", "不想收到了")
        await stage.hear(XIAOMAN, "不主动找你")
        assert await greetable(stage, CATS, XIAOMAN) is None


async def test_talk_about_subscribing_is_no_wish(tmp_path):
    async with playing(tmp_path, opened=SHOP) as stage:
        stage.say(XIAOMAN, CATS, "那个杂志怎么退订啊")
        stage.say(LAOQIN, CATS, "快递我不想收到了，退了吧")
        stage.say(XIAOMAN, CATS, "你忘记我说的话了吗")
        await stage.settle()
        assert stage.silent()
        assert await greetable(stage, CATS, XIAOMAN) is not None


async def test_a_member_is_forgotten_after_one_question(tmp_path):
    async with playing(tmp_path, opened=SHOP) as stage:
        await stage.named(XIAOMAN)
        stage.say(XIAOMAN, CATS, "我家布偶最近掉毛")
        stage.say(LAOQIN, CATS, "@小满\u2005梳一梳就好", XIAOMAN)
        stage.say(XIAOMAN, CATS, "忘记我")
        asked = await stage.hear(CATS, "2 句话", "找不回来", "是的")
        assert asked.startswith("@小满")
        stage.say(XIAOMAN, CATS, "是的")
        farewell = await stage.hear(CATS, "都删了", "记住我")
        assert "小满" not in farewell
        await carried_out(stage)
        assert not await known(stage, XIAOMAN)
        assert await words_of(stage, XIAOMAN) == []
        assert "@•••\u2005梳一梳就好" in await words_of(stage, LAOQIN)
        assert all("小满" not in str(row["text"]) for row in await stage.export("messages"))


async def test_no_means_no_and_a_yes_after_it_means_nothing(tmp_path):
    async with playing(tmp_path, opened=SHOP) as stage:
        stage.say(XIAOMAN, CATS, "忘了我吧")
        await stage.hear(CATS, "想好了吗")
        stage.say(XIAOMAN, CATS, "算了")
        await stage.hear(CATS, "什么都没动")
        stage.say(XIAOMAN, CATS, "是的")
        await stage.settle()
        assert stage.silent()
        assert await known(stage, XIAOMAN)


async def test_a_yes_that_comes_late_erases_nothing(tmp_path):
    async with playing(tmp_path, at="14:00:00", opened=SHOP) as stage:
        stage.say(XIAOMAN, CATS, "忘记我")
        await stage.hear(CATS, "想好了吗")
        await stage.at("14:30:00")
        stage.say(XIAOMAN, CATS, "是的")
        await stage.hear(CATS, "什么都没删", "再说一次")
        assert await known(stage, XIAOMAN)


async def test_in_a_room_a_vague_yes_is_asked_about(tmp_path):
    """ "好的" in a busy room may be meant for somebody else."""
    async with playing(tmp_path, opened=SHOP) as stage:
        stage.say(XIAOMAN, CATS, "忘记我")
        await stage.hear(CATS, "想好了吗")
        stage.say(XIAOMAN, CATS, "好的")
        await stage.hear(CATS, "回“是的”")
        assert await known(stage, XIAOMAN)
        stage.say(XIAOMAN, CATS, "是的")
        await stage.hear(CATS, "都删了")
        assert not await known(stage, XIAOMAN)


async def test_in_private_it_is_asked_and_done_in_private(tmp_path):
    async with playing(tmp_path, opened=SHOP) as stage:
        stage.say(XIAOMAN, "bot", "忘记我")
        await stage.hear(XIAOMAN, "想好了吗")
        stage.say(XIAOMAN, "bot", "嗯嗯")
        await stage.hear(XIAOMAN, "都删了")
        assert not await known(stage, XIAOMAN)


async def test_what_is_said_privately_to_a_forgotten_person_is_counted_without_them(tmp_path):
    async with playing(tmp_path, opened=SHOP) as stage:
        await forget(stage, XIAOMAN, CATS)
        stage.say(XIAOMAN, "bot", "帮助")
        await stage.hear(XIAOMAN, "小帮手")
        ledger = await stage.export("ledger")
        assert ledger[-1]["room_id"] == ""
        assert XIAOMAN not in str(ledger) + str(await stage.export("messages"))


async def test_who_leaves_a_room_is_left_alone_there_and_nowhere_else(tmp_path):
    async with playing(tmp_path, world=_in_two_rooms(), opened=SHOP) as stage:
        await stage.named(LAOQIN)
        stage.world.leave(CATS, [LAOQIN])
        while await greetable(stage, CATS, LAOQIN) is not None:
            await stage.app.clock.real_sleep(0.02)
        assert await greetable(stage, DOGS, LAOQIN) == "老秦"


async def test_what_is_said_while_the_disk_is_full_by_a_forgotten_person_does_not_wait_on_it(tmp_path):
    async with playing(tmp_path, opened=SHOP) as stage:
        await forget(stage, XIAOMAN, CATS)
        with failing_writes(stage.app.store):
            stage.say(XIAOMAN, CATS, "有人吗")
            stage.say(LAOQIN, CATS, "我在呢", XIAOMAN)
            await until(lambda: spill_of(stage).holds)
            spilled = spill_of(stage).file.read_text(encoding="utf-8")
        assert LAOQIN in spilled
        assert XIAOMAN not in spilled
        await heard_from(stage, LAOQIN, "我在呢")
        assert XIAOMAN not in str(await stage.export("messages"))


async def test_somebody_who_never_spoke_is_forgotten_too(tmp_path):
    async with playing(tmp_path, opened=SHOP) as stage:
        await stage.named(LINJIE)
        stage.say(LINJIE, DOGS, "忘记我")
        await stage.hear(DOGS, "1 句话")
        stage.say(LINJIE, DOGS, "确定")
        await stage.hear(DOGS, "都删了")
        assert not await known(stage, LINJIE)


async def test_an_operator_is_not_forgotten(tmp_path):
    async with playing(tmp_path, opened=SHOP) as stage:
        stage.say(OWNER, TEAM, "忘记我")
        await stage.hear(TEAM, "/op remove")
        stage.say(OWNER, TEAM, f"/member forget {OWNER} yes")
        await stage.hear(TEAM, "/op remove")
        assert not await stage.app.store.read(forgotten.holds, stage.app.account, OWNER)


async def test_a_forgotten_person_speaks_again_and_nothing_is_kept(tmp_path):
    async with playing(tmp_path, opened=SHOP) as stage:
        await forget(stage, XIAOMAN, CATS)
        stage.say(XIAOMAN, CATS, "我家布偶又掉毛了")
        stage.say(XIAOMAN, CATS, "@毛毛\u2005在吗")
        stage.say(XIAOMAN, CATS, "帮助")
        await stage.hear(CATS, "小帮手")
        stage.say(XIAOMAN, CATS, "忘记我")
        await stage.hear(CATS, "没有你的记录")
        stage.say(XIAOMAN, CATS, "积分")
        await stage.hear(CATS, "记住我")
        stage.say(XIAOMAN, CATS, "/不知道")
        stage.say(XIAOMAN, "bot", "私下说一句")
        stage.world.leave(CATS, [XIAOMAN])
        stage.world.join(CATS, [XIAOMAN], LAOQIN)
        stage.say(LAOQIN, CATS, "回来啦", XIAOMAN)
        await heard_from(stage, LAOQIN, "回来啦")
        await stage.app.dispatcher.idle()
        assert stage.silent()
        assert not await known(stage, XIAOMAN)
        assert XIAOMAN not in str(await stage.export("messages")) + str(await stage.export("audit"))
        assert XIAOMAN not in str(await stage.export("members"))


async def test_who_comes_back_is_a_new_person(tmp_path):
    async with playing(tmp_path, opened=SHOP) as stage:
        stage.say(XIAOMAN, CATS, "我家布偶掉毛")
        await forget(stage, XIAOMAN, CATS)
        stage.say(XIAOMAN, CATS, "记住我")
        await stage.hear(CATS, "重新认识")
        await stage.named(XIAOMAN)
        stage.say(XIAOMAN, CATS, "又来啦")
        await heard_from(stage, XIAOMAN, "又来啦")
        assert await words_of(stage, XIAOMAN) == ["又来啦"]
        stage.say(XIAOMAN, CATS, "记住我")
        await stage.hear(CATS, "一直记着")


async def test_an_operator_forgets_a_member_after_a_preview(tmp_path):
    async with playing(tmp_path, opened=SHOP) as stage:
        await stage.named(XIAOMAN)
        stage.say(XIAOMAN, CATS, "我家布偶掉毛")
        await stage.settle()
        stage.say(OWNER, TEAM, "/member forget 小满 yes")
        await stage.hear(TEAM, "1 句话", f"/member forget {XIAOMAN} yes")
        assert await known(stage, XIAOMAN)
        stage.say(OWNER, TEAM, f"/member forget {XIAOMAN} yes")
        await stage.hear(TEAM, "已经忘记")
        await carried_out(stage)
        assert not await known(stage, XIAOMAN)
        assert "小满" not in str(await stage.export("messages")) + str(await stage.export("audit"))
        assert XIAOMAN not in str(await stage.export("messages")) + str(await stage.export("audit"))


async def heard_from(stage, who, text):
    """Wait until somebody's words are recorded: what came before them was dealt with too."""
    while text not in await words_of(stage, who):
        await stage.app.clock.real_sleep(0.02)


def _in_two_rooms():
    world = town()
    world.join(DOGS, [LAOQIN])
    return world
