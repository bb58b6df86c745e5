"""Badges: each is earned once, and can be lost with its reason."""

from bot.core.points import Badge
from storage import badges
from tests.storage.given import ACCOUNT, ANNA, BEN, MINUTE, NOW, ROOM


async def test_a_badge_is_earned_once(store):
    assert await store.run(badges.add, ACCOUNT, ANNA, "月月不落", ROOM, NOW + MINUTE)
    assert await store.run(badges.add, ACCOUNT, ANNA, "七日有恒", ROOM, NOW)
    assert not await store.run(badges.add, ACCOUNT, ANNA, "七日有恒", ROOM, NOW + MINUTE)
    assert await store.read(badges.of, ACCOUNT, ANNA) == (
        Badge("七日有恒", ROOM, NOW),
        Badge("月月不落", ROOM, NOW + MINUTE),
    )
    assert await store.read(badges.of, ACCOUNT, BEN) == ()


async def test_a_badge_is_taken_back_once(store):
    await store.run(badges.add, ACCOUNT, ANNA, "七日有恒", ROOM, NOW)
    assert not await store.run(badges.remove, ACCOUNT, BEN, "七日有恒")
    assert await store.run(badges.remove, ACCOUNT, ANNA, "七日有恒")
    assert not await store.run(badges.remove, ACCOUNT, ANNA, "七日有恒")
    assert await store.read(badges.of, ACCOUNT, ANNA) == ()
