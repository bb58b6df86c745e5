"""Operators at work: roles, tags by hand, a room's own settings, and slips that are explained."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenarios.stage import BOT, CATS, DOGS, LAOQIN, LINJIE, OTHER, OWNER, TEAM, XIAOMAN, playing, settings


async def test_roles_are_given_and_taken_by_owners_only(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await stage.open_shop()
        stage.say(XIAOMAN, CATS, "大家好")
        await stage.named(XIAOMAN, LINJIE)

        stage.say(OWNER, TEAM, "/op add 小满")
        await stage.hear(TEAM, "小满", "运营")
        stage.say(XIAOMAN, BOT, "/op add 林姐")
        await stage.hear(XIAOMAN, "负责人")
        stage.say(XIAOMAN, BOT, "/status")
        await stage.hear(XIAOMAN, "猫咪会客厅")

        stage.say(OWNER, TEAM, "/op list")
        assert (await stage.hear(TEAM, "周岚", "小满")).index("周岚") < 20
        stage.say(OWNER, TEAM, "/op remove 周岚")
        await stage.hear(TEAM, "最后一位负责人")
        stage.say(OWNER, TEAM, "/运营 移除 @小满")
        await stage.hear(TEAM, "小满")
        stage.say(XIAOMAN, BOT, "/status")
        await stage.hear(XIAOMAN, "运营")
        assert [row["outcome"] for row in await stage.export("audit") if row["actor_id"] == XIAOMAN] == [
            "refused",
            "done",
            "refused",
        ]


async def test_a_hand_outranks_every_rule(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await stage.open_shop()
        stage.say(XIAOMAN, CATS, "我家英短四个月大")
        await stage.named(XIAOMAN)
        stage.say(OWNER, TEAM, "/tag remove 小满 英短")
        await stage.hear(TEAM, "英短")
        stage.say(OWNER, TEAM, "／打标签　加　“小满”　“爱拍照”")
        await stage.hear(TEAM, "爱拍照")
        stage.say(XIAOMAN, CATS, "英短换粮要几天呀")
        await stage.settle()
        (member,) = [row for row in await stage.export("members") if row["contact_id"] == XIAOMAN]
        assert "爱拍照" in member["tags"]
        assert "英短" not in member["tags"]
        stage.say(OWNER, TEAM, "/tags 猫咪")
        await stage.hear(TEAM, "爱拍照 1 人")


async def test_a_rooms_own_settings_change_when_and_how_it_is_spoken_to(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await stage.open_shop()
        stage.say(OWNER, TEAM, "/room set window 20:00至21:30 猫咪会客厅")
        await stage.hear(TEAM, "20:00-21:30")
        stage.say(OWNER, CATS, "/群设置 set 问候语 晚上好呀")
        await stage.hear(TEAM, "晚上好呀")
        stage.say(OWNER, TEAM, "/room set window 21:00-21:00 猫咪会客厅")
        await stage.hear(TEAM, "19:00-21:00")
        stage.say(OWNER, TEAM, "/room set windw 20:00-21:00 猫咪会客厅")
        await stage.hear(TEAM, "window")
        stage.say(OWNER, TEAM, "/room show 猫咪")
        await stage.hear(TEAM, "20:00-21:30", "晚上好呀")
        await stage.at("19:55:00")
        await stage.hear(DOGS)
        assert stage.silent()
        await stage.at("21:20:00")
        await stage.hear(CATS)


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("/stauts", ("/status",)),
        ("／帮助", ("/adopt", "/status")),
        ("/help adopt", ("/adopt", "群名")),
        ("/adopt", ("猫咪会客厅", "小区拼车")),
        ("/adopt 不存在的群", ("不存在的群",)),
        ("/adopt 猫咪会客厅", ("已经",)),
        ("/release 小区拼车", ("小区拼车",)),
        ("/member 没这人", ("没这人",)),
        ("/member", ("/member",)),
        ("/tag add 小满", ("/tag",)),
        ("/audit 900", ("/audit",)),
        (f"/audit {'9' * 3_000}", ("/audit",)),
        (f"/redeem {'9' * 20} 好", ("/redeem",)),
        (f"/tasks 完成 {'9' * 20}", ("/tasks",)),
        (f"/resolve {'9' * 20} 发了", ("9" * 20,)),
        (f"/ledger {'9' * 20} value", ("/ledger",)),
        ('/member "小满', ("引号",)),
        ("/claim AAAA", ("负责人",)),
        ("/rooms", ("猫咪会客厅", "小区拼车", "运营群")),
        ("毛毛在吗", ()),
    ],
)
async def test_what_an_operator_hears(tmp_path: Path, said: str, heard: tuple[str, ...]) -> None:
    async with playing(tmp_path) as stage:
        await stage.open_shop()
        stage.say(OWNER, TEAM, said)
        if heard:
            await stage.hear(TEAM, *heard)
        await stage.settle()
        assert stage.silent()


async def test_a_released_room_is_left_alone(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await stage.open_shop()
        stage.say(OWNER, CATS, "/release")
        await stage.hear(TEAM, "放手")
        stage.say(XIAOMAN, CATS, "这句话不该被记住")
        stage.say(LINJIE, DOGS, "这句要记住")
        await stage.settle()
        assert [row["text"] for row in await stage.export("messages") if row["talker_id"] in {XIAOMAN, LINJIE}] == [
            "这句要记住"
        ]
        await stage.at("20:30:00")
        await stage.hear(DOGS)
        assert stage.silent()


async def test_members_are_answered_when_they_ask(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await stage.open_shop()
        stage.say(XIAOMAN, CATS, "大家好")
        await stage.named(XIAOMAN)
        stage.say(XIAOMAN, CATS, "帮助")
        await stage.hear(CATS, "@小满", "毛球家")
        stage.say(XIAOMAN, CATS, "@毛毛\u2005幼猫多久驱虫一次？", BOT)
        await stage.hear(CATS, "转给店里的人")
        await stage.hear(TEAM, "小满", "幼猫多久驱虫一次？")
        stage.say(XIAOMAN, CATS, "/:rose 谢谢")
        stage.say(XIAOMAN, CATS, "/签到")
        stage.say(LAOQIN, OTHER, "帮助")
        await stage.settle()
        assert stage.silent()


async def test_a_nickname_calls_nobody_and_commands_nothing(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await stage.open_shop()
        stage.world.add_person("joker", "所有人")
        stage.world.join(CATS, ["joker"], OWNER)
        stage.world.add_person("mole", "/release 猫咪会客厅")
        stage.world.join(CATS, ["mole"], OWNER)
        stage.say("joker", CATS, "帮助")
        assert "@所有人" not in await stage.hear(CATS, "毛球家")
        await stage.named("joker", "mole")
        stage.say("joker", CATS, "帮助")
        assert "@所有人" not in await stage.hear(CATS, "毛球家")
        stage.say("mole", CATS, "@毛毛\u2005{{ 7*7 }} {% raw %} @所有人 在吗", BOT)
        await stage.hear(CATS, "转给")
        handed = await stage.hear(TEAM, "{{ 7*7 }}")
        assert "@所有人" not in handed
        assert stage.app.directory.manages(CATS)


async def test_the_house_also_speaks_english(tmp_path: Path) -> None:
    config = settings(tmp_path, brand={"locale": "en"})
    async with playing(tmp_path, config=config) as stage:
        stage.say(OWNER, TEAM, f"/claim {stage.app.claim_code}")
        await stage.hear(TEAM, "owner")
        stage.say(OWNER, TEAM, "/help status")
        await stage.hear(OWNER, "/status", "today's posts")
