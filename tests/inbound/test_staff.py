"""Staff's own posts: counted in the ledger, and told to the operators when promotion is too much."""

import pytest

from bot.core.delivery import DeliveryState
from tests.scenarios.stage import BOT, CATS, OWNER, TEAM, XIAOMAN, playing


async def ledger(stage):
    return [
        (row["kind"], row["source"], row["talker_id"]) for row in await stage.export("ledger") if row["kind"] != "reply"
    ]


@pytest.fixture
async def shop(tmp_path):
    async with playing(tmp_path) as stage:
        await stage.open_shop()
        yield stage


async def test_a_promotion_by_staff_counts_and_one_too_many_is_told(shop):
    shop.say(OWNER, CATS, "今晚猫粮全场八折，想要的直接接龙，原价128现在99元")
    await shop.settle()
    assert await ledger(shop) == [("promo", "staff", OWNER)]
    await shop.app.outbound.tick()
    assert not [row for row in shop.spoken if "八折" in row.content.text]
    shop.say(OWNER, CATS, "驱虫药也有活动，买一送一，今天截止")
    await shop.settle()
    await shop.app.outbound.tick()
    await shop.hear(TEAM, "猫咪会客厅")
    assert len(await ledger(shop)) == 2


async def test_answers_commands_and_members_are_no_posts(shop):
    shop.say(OWNER, CATS, "@小满 周六下午有位子，99元一次，要留吗", XIAOMAN)
    shop.say(OWNER, CATS, "好的，来吧")
    shop.say(OWNER, CATS, "/help")
    shop.say(XIAOMAN, CATS, "楼下那家猫粮打八折，99元一袋，原价128")
    shop.say(OWNER, TEAM, "明天全场八折，99元一袋，大家记得发")
    await shop.settle()
    assert await ledger(shop) == []


async def test_what_somebody_says_with_the_bot_s_own_phone_is_a_staff_post(shop):
    shop.say(BOT, CATS, "各位，周末来店里洗澡一律八折，原价128，到手99元，名额不多")
    await shop.settle()
    assert await ledger(shop) == [("promo", "staff", BOT)]


async def test_the_bot_s_own_posts_and_answers_are_not(shop):
    shop.say(XIAOMAN, CATS, "帮助")
    await shop.hear(CATS)
    await shop.at("20:00:00")
    await shop.hear(CATS)
    await shop.settle()
    rows = await ledger(shop)
    assert {source for _kind, source, _talker in rows} == {"plan"}
    deliveries = {row["state"] for row in await shop.export("deliveries") if row["room_id"] == CATS}
    assert deliveries == {DeliveryState.CONFIRMED}
