"""Operators ask which members they mean, keep the answer under a name, and write posts for such rooms."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

from bot.config import Config
from tests.scenarios.stage import BOT, CATS, LAOQIN, LINJIE, OWNER, ROOT, TEAM, XIAOMAN, ZONE, Stage, playing
from tests.scenarios.stage import settings as product

QUIET = """---
kind: value
title: 好久没聊了
audience: silent>=7d and not tag:已退订
---
{{ room.greeting }}，最近家里都好吗？忙归忙，路过记得来说一声。
"""


def house(folder: Path) -> Config:
    """The product's own texts, and one more post: for rooms in which most have fallen silent."""
    templates = folder / "templates"
    shutil.copytree(ROOT / "templates", templates)
    (templates / "posts" / "value" / "quiet-room.md").write_text(QUIET, encoding="utf-8")
    content = {"templates": templates, "tag_rules": templates / "tag_rules.toml"}
    return product(folder, content=content, checkins={"file": templates / "checkins.toml"})


async def opened(stage: Stage) -> None:
    await stage.open_shop()
    await stage.named(OWNER, XIAOMAN, LAOQIN, LINJIE)


async def later(stage: Stage, at: str) -> None:
    stage.app.clock.jump(datetime.fromisoformat(at).replace(tzinfo=ZONE))
    await stage.app.outbound.tick()


async def test_who_is_meant_is_counted_and_named(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await opened(stage)
        stage.say(XIAOMAN, CATS, "第一次养猫，请多指教")
        await stage.settle()
        stage.say(OWNER, TEAM, "/tag add 林姐 敏感肌")
        await stage.hear(TEAM, "敏感肌")
        stage.say(OWNER, TEAM, "/segment all")
        text = await stage.hear(
            TEAM, "一共 3 人", "猫咪会客厅 2 人", "汪星人散步群 1 人", "小满（xiaoman）", "老秦", "林姐"
        )
        assert "周岚" not in text
        stage.say(OWNER, TEAM, "/segment tag:敏感肌")
        assert "小满" not in await stage.hear(TEAM, "一共 1 人", "林姐（linjie）")
        stage.say(OWNER, TEAM, "/segment room:猫咪会客厅 且 非 tag:敏感肌")
        assert "林姐" not in await stage.hear(TEAM, "一共 2 人", "小满", "老秦")
        stage.say(OWNER, TEAM, "/segment words>=1")
        await stage.hear(TEAM, "一共 1 人", "小满")
        stage.say(OWNER, TEAM, "/segment points>=1000")
        await stage.hear(TEAM, "没有人符合")


async def test_silence_is_found_after_a_week(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await opened(stage)
        stage.say(OWNER, TEAM, "/segment silent>=7d")
        await stage.hear(TEAM, "没有人符合")
        await later(stage, "2026-11-29T18:00:00")
        stage.say(XIAOMAN, CATS, "好久没来了")
        await stage.settle()
        await later(stage, "2026-11-29T19:00:00")
        stage.say(OWNER, TEAM, "/圈人 沉默≥７天")
        assert "小满" not in await stage.hear(TEAM, "一共 2 人", "老秦", "林姐")


async def test_who_has_unsubscribed_is_told_apart(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await opened(stage)
        stage.say(LAOQIN, CATS, "退订")
        await stage.hear(CATS)
        stage.say(OWNER, TEAM, "/segment all")
        await stage.hear(TEAM, "一共 3 人", "其中 1 人已退订")
        stage.say(OWNER, TEAM, "/segment not tag:已退订")
        assert "老秦" not in await stage.hear(TEAM, "一共 2 人")


async def test_a_slip_is_told_with_its_place(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await opened(stage)
        for slip, parts in (
            ("silnt>=7d", ("第 1 个字", "silnt>=7d", "silent")),
            ("tag:养猫 tag:养狗", ("第 8 个字", "tag:养狗", "and")),
            ("tag:养猫 and (silent>=7d", ("右括号",)),
            ("tier:vpi", ("第 6 个字", "vpi", "是不是 VIP")),
            ("room:猫咪会客听", ("第 6 个字", "猫咪会客厅")),
            ("silent>=一周", ("第 9 个字", "7d")),
            ("segment:老客", ("老客", "没有存过")),
        ):
            stage.say(OWNER, TEAM, f"/segment {slip}")
            await stage.hear(TEAM, *parts)


async def test_a_tag_without_its_colon_is_understood_and_examples_are_the_houses_own(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await opened(stage)
        stage.say(OWNER, TEAM, "/segment")
        await stage.hear(TEAM, "/segment tag:养猫 and")
        stage.say(OWNER, TEAM, "/segment 英短")
        assert "是不是" not in await stage.hear(TEAM, "第 1 个字", "比如 tag:养猫")
        stage.say(OWNER, TEAM, "/tag add 小满 英短")
        await stage.hear(TEAM, "英短")
        for said in ("英短", "all and 英短", "英短 and silent>=7d", "save 猫友 英短"):
            stage.say(OWNER, TEAM, f"/segment {said}")
            await stage.hear(TEAM, "比如 tag:英短", "是不是 tag:英短？")
        stage.say(OWNER, TEAM, "/segment")
        await stage.hear(TEAM, "/segment tag:英短 and")
        stage.say(OWNER, TEAM, "/segment tag:英短")
        await stage.hear(TEAM, "小满")


async def test_a_segment_is_kept_used_and_dropped(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await opened(stage)
        stage.say(OWNER, TEAM, "/segment")
        await stage.hear(TEAM, "还没存过")
        stage.say(OWNER, TEAM, "/segment save 猫友 room:猫咪会客厅")
        await stage.hear(TEAM, "segment:猫友")
        stage.say(OWNER, TEAM, "/segment save 安静的猫友 segment:猫友 and words=1")
        await stage.hear(TEAM, "存好了")
        stage.say(OWNER, TEAM, "/segment save 安静的猫友 segment:猫友 and words=0")
        await stage.hear(TEAM, "改好了，原来是 segment:猫友 and words=1")
        stage.say(XIAOMAN, CATS, "大家好")
        await stage.settle()
        stage.say(OWNER, TEAM, "/segment segment:安静的猫友")
        assert "小满" not in await stage.hear(TEAM, "一共 1 人", "老秦")
        stage.say(OWNER, TEAM, "/segment drop 猫友")
        await stage.hear(TEAM, "还不能删", "安静的猫友")
        stage.say(OWNER, TEAM, "/segment save 猫友 segment:安静的猫友")
        await stage.hear(TEAM, "绕回")
        stage.say(OWNER, TEAM, "/segment drop 安静的猫友")
        await stage.hear(TEAM, "删掉了")
        stage.say(OWNER, TEAM, "/segment list")
        assert "安静" not in await stage.hear(TEAM, "猫友：room:猫咪会客厅")


async def test_members_are_not_spoken_of_before_members(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await opened(stage)
        stage.say(XIAOMAN, CATS, "/segment all")
        await stage.settle()
        assert stage.silent()
        stage.say(OWNER, CATS, "/segment all")
        assert "小满" not in await stage.hear(TEAM, "运营群", "私聊")
        stage.say(OWNER, BOT, "/segment all")
        await stage.hear(OWNER, "一共 3 人", "小满")
        assert stage.silent(CATS)


async def test_a_post_for_quiet_rooms_waits_until_the_room_is_quiet(tmp_path: Path) -> None:
    async with playing(tmp_path, config=house(tmp_path)) as stage:
        await opened(stage)
        stage.say(OWNER, TEAM, "/content show quiet-room")
        await stage.hear(TEAM, "silent>=7d")
        stage.say(OWNER, TEAM, "/post value/quiet-room 猫咪会客厅")
        await stage.hear(TEAM, "不是写给这个群的")
        await later(stage, "2026-11-30T15:00:00")
        # One of two has spoken since: half of the room is enough.
        stage.say(XIAOMAN, CATS, "早上好")
        await stage.settle()
        await later(stage, "2026-11-30T20:30:00")
        stage.say(OWNER, TEAM, "/post value/quiet-room 猫咪会客厅")
        assert "不是写给这个群的" not in await stage.hear(TEAM)
        await later(stage, "2026-11-30T20:31:00")
        await stage.settle()
        assert asked_after(stage) == 1


async def test_a_post_for_quiet_rooms_stays_at_home_when_the_room_wakes_up(tmp_path: Path) -> None:
    async with playing(tmp_path, config=house(tmp_path)) as stage:
        await opened(stage)
        await later(stage, "2026-11-30T19:00:00")
        stage.say(OWNER, TEAM, "/post value/quiet-room 猫咪会客厅 20:40")
        assert "不是写给这个群的" not in await stage.hear(TEAM)
        for who in (XIAOMAN, LAOQIN):
            stage.say(who, CATS, "晚上好")
        await stage.settle()
        await later(stage, "2026-11-30T20:41:00")
        await stage.settle()
        assert asked_after(stage) == 0
        (row,) = [item for item in await stage.export("deliveries") if item["source"] == "command"]
        assert (row["state"], row["rule"]) == ("skipped", "content.audience")


def asked_after(stage: Stage) -> int:
    """How often the post for quiet rooms has gone out in the cats' room."""
    heard = (item.content.text for item in stage.spoken if item.conversation_id == CATS)
    return sum("最近家里都好吗" in text for text in heard)
