"""The evening in the operators' hands: every command of the content plan, as it is meant to be used."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from storage import sending
from tests.faults.look import look, until_shows
from tests.scenarios.stage import BOT, CATS, DOGS, OWNER, SHOP, TEAM, XIAOMAN, Stage, evening, playing, settings

PROMO_TITLE = "平日白天洗护八折"
LIVE = "今晚八点直播答疑，来聊聊换季掉毛"


def posted(stage: Stage, *rooms: str) -> list[str]:
    """What the gateway was given to say in customer rooms since they were opened, notices of adoption left out."""
    where = rooms or (CATS, DOGS)
    sends = [send.label for send in stage.gateway.faults.wire_log if send.conversation_id in where]
    return [text for text in sends if "大家好，我是" not in text]


def number(text: str) -> str:
    """The first number of a post in an answer."""
    found = re.search(r"#(\d+)", text)
    assert found, text
    return found[1]


async def ask(stage: Stage, words: str, *parts: str, who: str = OWNER, where: str = TEAM) -> str:
    stage.say(who, where, words)
    return await stage.hear(where if where != BOT else who, *parts)


async def planned(stage: Stage) -> dict[str, str]:
    """The number of today's planned post in each room."""
    await stage.app.outbound.tick()
    rows: Sequence[dict[str, object]] = await stage.export("deliveries")
    return {str(row["room_id"]): str(row["id"]) for row in rows}


async def second_operator(stage: Stage) -> None:
    """小满 may command, too."""
    stage.say(XIAOMAN, CATS, "大家好")
    await stage.named(XIAOMAN)
    await ask(stage, "/op add 小满", "小满")


async def test_the_plan_and_its_texts_are_shown_before_they_go_out(tmp_path: Path) -> None:
    async with playing(tmp_path, opened=SHOP) as stage:
        ids = await planned(stage)
        await ask(stage, "/plan", "2 个群", "猫咪会客厅", "汪星人散步群", f"#{ids[CATS]}", "等着发")
        text = await ask(stage, "/计划 猫咪会客厅 7天", "接下来 7 天", "7:2:1", "估算")
        assert text.count("干货") >= 4
        preview = await ask(stage, f"/preview {ids[CATS]}", "猫咪会客厅", "能发")
        await ask(stage, "/预览 猫咪会客厅", "接下来是", f"#{ids[CATS]}")
        await stage.at("20:30:00")
        said = await stage.hear(CATS)
        assert said in preview
        await stage.settle()
        await ask(stage, f"/why {ids[CATS]}", "已发出")
        await ask(stage, "/plan 猫咪会客厅", "已发出")


async def test_a_post_goes_out_at_once_or_at_its_time(tmp_path: Path) -> None:
    async with playing(tmp_path, at="19:10:00", config=settings(tmp_path, plan={"slots": 0}), opened=SHOP) as stage:
        now = await ask(stage, f"/post “{LIVE}” 互动 猫咪会客厅", "这就发到", LIVE)
        later = await ask(
            stage, "/发 刷牙 20:15 汪星人散步群 干货".replace("刷牙", "每天两分钟，少受洗牙的罪"), "20:15"
        )
        await stage.app.outbound.tick()
        await stage.hear(CATS, LIVE)
        assert posted(stage) == [LIVE]
        await stage.at("20:15:01")
        await stage.hear(DOGS)
        await stage.settle()
        assert len(posted(stage, DOGS)) == 1
        await ask(stage, "/ledger 猫咪会客厅", "互动", "临时发的")
        for text in (now, later):
            await ask(stage, f"/why {number(text)}", "周岚 发起", "已发出")
        audit = [row["target"] for row in await stage.export("audit") if row["command"] == "/post"]
        assert audit[0] == f"{LIVE} 互动 猫咪会客厅"


async def test_an_owner_may_go_over_the_plan_with_a_reason(tmp_path: Path) -> None:
    async with playing(tmp_path, at="18:30:00", config=settings(tmp_path, plan={"slots": 0}), opened=SHOP) as stage:
        await ask(stage, f"/post “{LIVE}” 互动 猫咪会客厅 强发 停水 通知", "这就发到", "强发的理由记下了：停水 通知")
        await stage.app.outbound.tick()
        await stage.hear(CATS, LIVE)
        await stage.settle()
        assert posted(stage) == [LIVE]
        (row,) = [row for row in await stage.export("audit") if row["command"] == "/post"]
        assert str(row["target"]).endswith("强发 停水 通知")
        await ask(stage, "/ledger 猫咪会客厅", "互动")


async def test_the_plan_speaks_english_too(tmp_path: Path) -> None:
    config = settings(tmp_path, brand={"locale": "en"}, plan={"slots": 0})
    async with playing(tmp_path, at="19:10:00", config=config) as stage:
        await ask(stage, f"/claim {stage.app.claim_code}", "owner")
        await ask(stage, "/control", "control room")
        stage.say(OWNER, CATS, "/adopt")
        await stage.hear(TEAM, "in my care")
        shown = await ask(stage, "/post promo/weekday-grooming all", "Not sent yet", "within 10 minutes")
        await ask(stage, f"/confirm {shown.split('/confirm ')[1][:4]}", "is going out")
        await ask(stage, "/plan", "promo", "waiting")
        await ask(stage, "/pause 2h stocktaking", "until Nov 22 21:10", "stocktaking")
        await ask(stage, "/resume", "goes on")


async def test_a_promotion_for_all_rooms_is_shown_confirmed_and_sent_once_each(tmp_path: Path) -> None:
    async with playing(tmp_path, at="19:10:00", config=settings(tmp_path, plan={"slots": 0}), opened=SHOP) as stage:
        shown = await ask(stage, f"/post {PROMO_TITLE} 所有群", "还没发", "要发 2 个群", "猫咪会客厅", "10 分钟内")
        code = re.search(r"/confirm (\w{4})", shown)
        assert code
        await stage.app.outbound.tick()
        assert posted(stage) == []
        await ask(stage, f"/确认 {code[1].lower()}", "开始发", "2 个群")
        await stage.at("19:12:00")
        texts = [await stage.hear(CATS), await stage.hear(DOGS)]
        assert all(text in shown for text in texts)
        await stage.settle()
        assert len(posted(stage)) == 2
        refused = await ask(stage, f"/post {PROMO_TITLE} 所有群 明天 20:00", "一个群都发不了", "强发")
        assert "60 天" in refused or "上限" in refused


async def test_two_people_for_many_rooms(tmp_path: Path) -> None:
    config = settings(tmp_path, plan={"slots": 0, "second_person_above": 1})
    async with playing(tmp_path, at="19:10:00", config=config, opened=SHOP) as stage:
        await second_operator(stage)
        shown = await ask(stage, f"/post “{LIVE}” 互动 所有群", "两个人")
        code = shown.split("/confirm ")[1][:4]
        await ask(stage, f"/confirm {code}", "还差一个人")
        await ask(stage, f"/confirm {code}", "另一个人")
        await stage.app.outbound.tick()
        assert posted(stage) == []
        await ask(stage, f"/confirm {code}", "开始发", who=XIAOMAN, where=BOT)
        await stage.at("19:12:00")
        await stage.hear(CATS, LIVE)
        await stage.hear(DOGS, LIVE)
        assert len(posted(stage)) == 2


async def test_a_slot_is_skipped_swapped_moved_and_cancelled(tmp_path: Path) -> None:
    async with playing(tmp_path, opened=SHOP) as stage:
        ids = await planned(stage)
        await ask(stage, f"/skip {ids[DOGS]} 停水", "跳过了")
        await ask(stage, f"/换 {ids[CATS]} 每天两分钟", "换成", "洗牙的罪")
        await ask(stage, f"/改时间 {ids[CATS]} 20:50", "挪到", "20:50")
        own = number(await ask(stage, f"/post “{LIVE}” 互动 汪星人散步群 20:30", "20:30"))
        await ask(stage, f"/cancel {own}", "取消了")
        await stage.at("20:49:00")
        await stage.settle()
        assert posted(stage) == []
        await stage.at("20:50:30")
        await stage.hear(CATS, "牙")
        await stage.at("20:58:00")
        await stage.settle()
        assert len(posted(stage)) == 1
        await ask(stage, f"/why {ids[DOGS]}", "周岚跳过了", "停水")


async def test_a_promotion_waits_for_somebody_elses_yes(tmp_path: Path) -> None:
    async with playing(tmp_path, at="19:10:00", config=settings(tmp_path, plan={"slots": 0}), opened=SHOP) as stage:
        await second_operator(stage)
        await ask(stage, "/room set approval 全部 猫咪会客厅", "all")
        own = number(await ask(stage, f"/post “{LIVE}” 互动 猫咪会客厅", "还没人批准"))
        await stage.app.outbound.tick()
        await stage.hear(TEAM, "等人批准", LIVE)
        await ask(stage, "/approve", f"#{own}", LIVE)
        await ask(stage, f"/approve {own}", "你自己发起的")
        await ask(stage, "/批准 all", f"#{own}", who=XIAOMAN, where=BOT)
        await stage.app.outbound.tick()
        await stage.hear(CATS, LIVE)
        assert posted(stage) == [LIVE]


async def test_a_typed_post_whose_approval_has_lapsed_is_shown_again_with_its_words(tmp_path: Path) -> None:
    """Operators were asked for their yes to a post of which nothing was shown."""
    async with playing(tmp_path, at="19:10:00", config=settings(tmp_path, plan={"slots": 0})) as stage:
        await stage.open_shop()
        await second_operator(stage)
        await ask(stage, "/room set approval 全部 猫咪会客厅", "all")
        own = number(await ask(stage, f"/post “{LIVE}” 互动 猫咪会客厅 20:00", "还没人批准"))
        await stage.app.outbound.tick()
        await stage.hear(TEAM, "等人批准", LIVE)
        await ask(stage, f"/批准 {own}", f"#{own}", who=XIAOMAN, where=BOT)
        await ask(stage, "/room set greeting 晚上好呀 猫咪会客厅", "晚上好呀")
        await stage.at("20:01:00")
        await stage.hear(TEAM, "等人批准", LIVE)
        assert posted(stage) == []


async def test_a_pause_holds_everything_and_resume_lets_it_go(tmp_path: Path) -> None:
    async with playing(tmp_path, opened=SHOP) as stage:
        ids = await planned(stage)
        await ask(stage, "/pause 2小时 门店停水", "没说哪个群", "所有群", "门店停水", "2 条")
        await stage.at("20:20:00")
        assert posted(stage) == []
        await ask(stage, f"/为什么 {ids[CATS]}", "✗ 所有群暂停着", "门店停水", "✓ 在发送时段里")
        await ask(stage, "/pause 猫咪会客厅 推广", "推广停了")
        await ask(stage, "/status", "所有群停着", "门店停水")
        await ask(stage, "/resume", "所有群接着发", "2 条", "猫咪会客厅")
        await stage.app.outbound.tick()
        await stage.hear(CATS)
        await stage.hear(DOGS)
        await ask(stage, "/恢复 所有群", "接着发")
        await ask(stage, "/resume", "没有能恢复的暂停")


async def test_a_room_paused_twice_is_paused_once_as_was_said_last(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await stage.open_shop()
        await planned(stage)
        await ask(stage, "/pause 猫咪会客厅 门店停水", "门店停水")
        await stage.at("20:30:00")
        await stage.hear(DOGS)
        await ask(stage, "/pause 猫咪会客厅 推广", "推广停了")
        answer = await ask(stage, "/pause 猫咪会客厅 到 20:40 盘点", "20:40 自动恢复", "周岚", "已经停过")
        assert "推广" not in answer
        await stage.app.outbound.tick()
        status = await ask(stage, "/status", "盘点", "20:40 恢复")
        assert status.count("⏸") == 2
        assert "门店停水" not in status
        await stage.at("20:40:01")
        await stage.hear(CATS)


async def test_a_paused_room_is_told_how_it_goes_on_and_a_bare_resume_asks_for_its_name(tmp_path: Path) -> None:
    async with playing(tmp_path, opened=SHOP) as stage:
        await ask(stage, "/pause 猫咪会客厅", "发 /resume 群名")
        await ask(stage, "/plan 猫咪会客厅 3", "发 /resume 群名 才恢复")
        await ask(stage, "/resume", "恢复哪个群要写上群名", "猫咪会客厅")
        await ask(stage, "/resume 猫咪会客厅", "接着发")


async def test_what_nobody_knows_is_listed_and_resolved(tmp_path: Path) -> None:
    async with playing(tmp_path, opened=SHOP) as stage:
        ids = await planned(stage)
        stage.gateway.faults.echo_off()
        await stage.at("20:30:00")
        await stage.hear(CATS)
        await stage.hear(DOGS)
        await stage.at("20:33:00")
        await stage.hear(TEAM, "等了两分钟群里没看到", "/resolve")
        await ask(stage, "/存疑", f"#{ids[CATS]}", f"#{ids[DOGS]}", "猫咪会客厅", "重发")
        await ask(stage, f"/resolve {ids[CATS]} 发了", "记成发了")
        again = await ask(stage, f"/核实 {ids[DOGS]} 重发", "记成没发", "马上发")
        stage.gateway.faults.echo_on()
        new = re.search(r"重新排了 #(\d+)", again)
        assert new
        await stage.app.outbound.tick()
        await stage.hear(DOGS)
        seen = f"SELECT state FROM delivery WHERE id = {new[1]}"
        await until_shows(stage.app.store, seen, [("confirmed",)])
        assert len(posted(stage, DOGS)) == 2
        assert len(posted(stage, CATS)) == 1
        await ask(stage, "/unknown", "没有说不准的")
        await ask(stage, f"/why {new[1]}", "已发出")


async def test_a_post_is_taken_back_within_two_minutes(tmp_path: Path) -> None:
    async with playing(tmp_path, at="19:10:00", config=settings(tmp_path, plan={"slots": 0}), opened=SHOP) as stage:
        own = number(await ask(stage, f"/post “{LIVE}” 互动 猫咪会客厅", "这就发到"))
        await stage.app.outbound.tick()
        await stage.hear(CATS, LIVE)
        await stage.settle()
        await ask(stage, f"/撤回 {own}", "撤回了", "猫咪会客厅")
        await ask(stage, f"/recall {own}", "已经撤回")
        await ask(stage, f"/why {own}", "撤回了")


async def test_the_library_is_listed_shown_and_pruned(tmp_path: Path) -> None:
    async with playing(tmp_path, opened=SHOP) as stage:
        ids = await planned(stage)
        await ask(stage, "/content", "干货", "够", "关怀 9 篇")
        await ask(stage, "/内容 list 推广", PROMO_TITLE, "promo/weekday-grooming")
        await ask(stage, f"/content show {PROMO_TITLE}", "八折", "毛球家", "隔 60 天")
        await ask(stage, f"/swap {ids[CATS]} value/teeth", "换成")
        await ask(stage, "/content retire value/teeth", "下架了", f"#{ids[CATS]}")
        await stage.at("20:30:00")
        await stage.hear(DOGS)
        await stage.settle()
        assert posted(stage, CATS) == []
        await ask(stage, f"/why {ids[CATS]}", "已经下架")
        await ask(stage, "/content restore value/teeth", "重新上架")


async def test_what_staff_post_counts_and_can_be_counted_otherwise(tmp_path: Path) -> None:
    async with playing(tmp_path, at="19:10:00", config=settings(tmp_path, plan={"slots": 0}), opened=SHOP) as stage:
        stage.say(OWNER, CATS, "今天店庆，洗护全场八折，限时一天，想约的私我")
        await stage.settle()
        text = await ask(stage, "/ledger 猫咪会客厅", "推广", "周岚 自己发的", "七天内推广 1 条")
        await ask(stage, f"/post {PROMO_TITLE} 猫咪会客厅", "推广已有 1 条", "没有发")
        await ask(stage, f"/台账 {number(text)} 不算", "划掉了")
        await ask(stage, f"/post {PROMO_TITLE} 猫咪会客厅", "还没发，先过目")


async def test_a_rooms_settings_are_shown_in_force(tmp_path: Path) -> None:
    async with playing(tmp_path, opened=SHOP) as stage:
        await ask(stage, "/room set mix 8:1:1 猫咪会客厅", "8:1:1")
        await ask(stage, "/room set window 22:00-01:00 猫咪会客厅", "跨过半夜")
        await ask(stage, "/room set window 09:00-21:00 猫咪会客厅", "12 个小时")
        await ask(stage, "/room set slots 0 猫咪会客厅", "不发计划")
        text = await ask(stage, "/room show 猫咪会客厅", "8:1:1（单独设的）", "09:00-21:00（单独设的）", "2,1,1")
        assert "Asia/Shanghai（单独设的）" not in text


async def test_the_evening_ends_with_a_brief(tmp_path: Path) -> None:
    async with playing(tmp_path, opened=SHOP) as stage:
        ids = await planned(stage)
        await ask(stage, f"/skip {ids[DOGS]} 停水", "跳过了")
        await stage.at("20:30:00")
        await stage.hear(CATS)
        await stage.settle()
        await stage.at("21:06:00")
        await stage.hear(TEAM, "今晚小结", "排了 2 条", "发出 1 条", "汪星人散步群", "停水")


async def test_sending_that_was_stopped_goes_on_only_when_somebody_says_so(tmp_path: Path) -> None:
    """While it is stopped nothing is said at all, answers included; what was asked is carried out all the same."""
    async with playing(tmp_path, at="19:10:00", config=settings(tmp_path, plan={"slots": 0}), opened=SHOP) as stage:
        await ask(stage, f"/post “{LIVE}” 互动 猫咪会客厅", "这就发到")
        await stage.app.store.run(sending.stop, stage.app.account, "misrouted: 1", stage.app.clock())
        await stage.app.store.run(sending.freeze, stage.app.account, evening("19:30:00"))
        await stage.app.outbound.tick()
        for words in ("/resume", "/resume breaker"):
            stage.say(OWNER, TEAM, words)
        await stage.settle()
        assert await look(stage.app.store, "SELECT count(*) FROM sending WHERE stopped_at IS NULL") == [(0,)]
        await stage.app.outbound.tick()
        assert posted(stage) == []
        stage.say(OWNER, TEAM, "/恢复 发送")
        await until_shows(stage.app.store, "SELECT count(*) FROM sending WHERE stopped_at IS NULL", [(1,)])
        await stage.settle()
        await stage.app.safety.follow()
        await stage.app.outbound.tick()
        await stage.hear(CATS, LIVE)


async def test_an_open_breaker_is_closed_by_name(tmp_path: Path) -> None:
    async with playing(tmp_path, at="19:10:00", config=settings(tmp_path, plan={"slots": 0}), opened=SHOP) as stage:
        await ask(stage, f"/post “{LIVE}” 互动 猫咪会客厅", "这就发到")
        stage.app.safety.trip("操作过于频繁")
        await until_shows(stage.app.store, "SELECT breaker_times FROM sending", [(1,)])
        await stage.app.outbound.tick()
        assert posted(stage) == []
        stage.say(OWNER, TEAM, "/resume 熔断")
        await until_shows(stage.app.store, "SELECT breaker_times FROM sending", [(0,)])
        await stage.settle()
        await stage.app.safety.follow()
        await stage.app.outbound.tick()
        await stage.hear(CATS, LIVE)
