"""Customers and what they buy: files come in while the bot runs, and operators see, set and leave tiers."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.importing.pipeline import Asked, import_file
from tests.scenarios.stage import CATS, LAOQIN, OWNER, SHOP, TEAM, XIAOMAN, Stage, evening, playing, settings

MEMBERS = (
    "会员号,微信id,昵称,标签,等级,备注",
    "1001,xiaoman,小满,英短、爱拍照,,周末才收快递",
    "1002,laoqin,老秦,橘猫,VIP,",
)
ORDERS = (
    "订单号,会员号,金额,下单时间",
    'A1,1001,"¥1,299.00",2026-03-01 20:15',
    "A2,1002,128元,2026/11/2 19:40",
    "A3,1009,5000,2026-11-03",
)


async def take(stage: Stage, folder: Path, kind: str, *lines: str) -> int:
    """An engineer imports a file on the shell, in a process of their own as far as the bot can tell."""
    file = folder / f"{kind}.csv"
    file.write_text("\n".join(lines), encoding="gb18030")
    config = settings(folder, clock={"start": evening("18:55:00"), "speed": 1})
    asked = Asked("members" if kind == "members" else "orders", file, folder / "faults.csv")
    return await asyncio.to_thread(import_file, config, asked)


async def test_an_import_shows_on_the_card(tmp_path: Path) -> None:
    async with playing(tmp_path, opened=SHOP) as stage:
        stage.say(XIAOMAN, CATS, "大家好，我家英短四个月大")
        await stage.named(XIAOMAN)
        assert await take(stage, tmp_path, "members", *MEMBERS) == 0
        assert await take(stage, tmp_path, "orders", *ORDERS) == 0
        stage.say(OWNER, TEAM, "/member 小满")
        card = await stage.hear(TEAM, "1001", "VIP", "近365天消费 ¥1,299 ≥ ¥1,000", "爱拍照", "英短")
        assert "3月1日" in card


async def test_a_tier_and_what_it_rests_on(tmp_path: Path) -> None:
    async with playing(tmp_path, opened=SHOP) as stage:
        await stage.named(XIAOMAN, LAOQIN)
        stage.say(OWNER, TEAM, "/tier 小满")
        await stage.hear(TEAM, "还没有等级")
        await take(stage, tmp_path, "orders", "订单号,微信id,金额,下单时间", "A1,xiaoman,1299,2026-03-01 20:15")
        stage.say(OWNER, TEAM, "/等级 小满")
        await stage.hear(TEAM, "小满 是VIP（近365天消费 ¥1,299 ≥ ¥1,000）", "下单 1 次，共 ¥1,299", "3月1日 20:15")
        await take(stage, tmp_path, "orders", "订单号,微信id,金额,下单时间,状态", "A1,xiaoman,1299,2026-03-01,已退款")
        stage.say(OWNER, TEAM, "/tier 小满")
        await stage.hear(TEAM, "还没有等级")


async def test_a_tier_by_hand_outranks_orders_until_it_is_left_to_them(tmp_path: Path) -> None:
    async with playing(tmp_path, opened=SHOP) as stage:
        await stage.named(XIAOMAN, LAOQIN)
        stage.say(OWNER, TEAM, "/tier 老秦 超级vip")
        await stage.hear(TEAM, "老秦 现在是超级VIP", "不会自动变")
        await take(stage, tmp_path, "members", *MEMBERS)
        await take(stage, tmp_path, "orders", *ORDERS)
        stage.say(OWNER, TEAM, "/tier 老秦")
        await stage.hear(TEAM, "老秦 是超级VIP（手动定的）", "共 ¥128")
        stage.say(OWNER, TEAM, "/member 老秦")
        await stage.hear(TEAM, "等级：超级VIP，周岚 定的")
        stage.say(OWNER, TEAM, "/tier 老秦 自动")
        await stage.hear(TEAM, "重新按消费来定：VIP（会员名单里写的是VIP）")


async def test_tiers_move_on_with_the_days(tmp_path: Path) -> None:
    async with playing(tmp_path, opened=SHOP) as stage:
        await stage.named(XIAOMAN)
        head = "订单号,微信id,金额,下单时间"
        await take(stage, tmp_path, "orders", head, "A1,xiaoman,1299,2025-11-23 12:00", "A2,laoqin,20,2026-11-01 12:00")
        await stage.at("20:00:00")
        stage.say(OWNER, TEAM, "/tier 小满")
        await stage.hear(TEAM, "小满 是VIP")
        stage.app.clock.jump(evening("23:59:00").replace(day=23, hour=13))
        await stage.app.outbound.tick()
        await stage.settle()
        stage.say(OWNER, TEAM, "/tier 小满")
        while "没有订单" not in (said := await stage.hear(TEAM)):
            assert "VIP" not in said


async def test_somebody_the_house_knows_only_by_a_number_is_bound(tmp_path: Path) -> None:
    async with playing(tmp_path, opened=SHOP) as stage:
        await stage.named(XIAOMAN, LAOQIN)
        await take(stage, tmp_path, "orders", *ORDERS)
        stage.say(OWNER, TEAM, "/tier no:1009")
        await stage.hear(TEAM, "超级VIP", "¥5,000")
        stage.say(OWNER, TEAM, "/member bind no:1009 老秦")
        await stage.hear(TEAM, "1009")
        stage.say(OWNER, TEAM, "/member bind no:1009 老秦 是")
        await stage.hear(TEAM)
        stage.say(OWNER, TEAM, "/tier 老秦")
        await stage.hear(TEAM, "老秦 是超级VIP（近365天消费 ¥5,000 ≥ ¥5,000）")


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("/tier", ("/tier",)),
        ("/tier 没这人", ("没这人",)),
        ("/tier 小满 钻石卡", ("没有“钻石卡”这个等级", "超级VIP、VIP、普通")),
        ("/tier 小满 VIP 谢谢", ("/tier",)),
        ("/teir 小满", ("/tier",)),
    ],
)
async def test_slips_are_explained(tmp_path: Path, said: str, heard: tuple[str, ...]) -> None:
    async with playing(tmp_path, opened=SHOP) as stage:
        await stage.named(XIAOMAN)
        stage.say(OWNER, TEAM, said)
        await stage.hear(TEAM, *heard)


async def test_a_member_sets_no_tier(tmp_path: Path) -> None:
    async with playing(tmp_path, opened=SHOP) as stage:
        await stage.named(XIAOMAN)
        stage.say(XIAOMAN, CATS, "/tier 小满 超级VIP")
        await stage.settle()
        stage.say(OWNER, TEAM, "/tier 小满")
        await stage.hear(TEAM, "还没有等级")
