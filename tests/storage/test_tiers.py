"""Tiers on the database: reckoned from orders, moved on by the days, and never against a person's word."""

import pytest

from bot.core.purchase import Figures, Purchase
from bot.policy.customs import Customs, TierRule
from storage import customers, purchases, tiers
from storage.customers import Card
from tests.storage.given import ACCOUNT, ANNA, BEN, DAY, NOW, OPERATOR

TERMS = tiers.Terms(Customs(tiers=(TierRule("超级VIP", 500_000, 20), TierRule("VIP", 100_000, 5))))
SOLD = (
    Purchase("A1", ANNA, 129_900, NOW - 100 * DAY),
    Purchase("A2", ANNA, 10_000, NOW - 364 * DAY),
    Purchase("A3", ANNA, 900_000, NOW - 366 * DAY),
)


@pytest.fixture
async def shop(store):
    await store.run(customers.meet, ACCOUNT, {ANNA: Card("安娜"), BEN: Card("小本")}, NOW)
    return store


async def sell(store, *sold):
    await store.run(purchases.add, ACCOUNT, sold, NOW)


async def reckon(store, *people, at=NOW):
    return await store.run(tiers.reckon, ACCOUNT, TERMS, people, at)


async def tier(store, who=ANNA):
    return await store.read(tiers.of, ACCOUNT, who)


async def today(store, at=NOW):
    return await store.run(tiers.reckon_today, ACCOUNT, TERMS, at.date(), at)


async def test_what_was_bought_within_the_span_counts(shop):
    await sell(shop, *SOLD)
    assert await reckon(shop, ANNA, BEN) == 2
    anna, ben = await tier(shop), await tier(shop, BEN)
    assert (anna.name, anna.rule) == ("VIP", "近365天消费 ¥1,399 ≥ ¥1,000")
    assert anna.figures == Figures(2, 139_900, NOW - 100 * DAY)
    assert (ben.name, ben.rule, ben.figures) == ("普通", "近365天没有订单", Figures())
    assert await reckon(shop, ANNA, BEN) == 0


async def test_the_last_order_of_all_times_is_kept_when_it_counts_no_more(shop):
    await sell(shop, SOLD[2])
    await reckon(shop, ANNA)
    assert (await tier(shop)).figures == Figures(0, 0, NOW - 366 * DAY)


async def test_the_days_move_the_span_on(shop):
    await sell(shop, *SOLD)
    assert await today(shop)
    assert not await today(shop)
    assert (await tier(shop)).name == "VIP"
    later = NOW + 266 * DAY
    assert await today(shop, later)
    assert (await tier(shop)).name == "普通"


async def test_everybody_is_reached_a_page_at_a_time(shop, monkeypatch):
    monkeypatch.setattr(tiers, "PAGE", 10)
    people = {f"wxid_{number:03}": Card() for number in range(35)}
    await shop.run(customers.meet, ACCOUNT, people, NOW)
    await sell(shop, *(Purchase(who, who, 200_000, NOW - DAY) for who in people))
    pages = 0
    while await today(shop):
        pages += 1
    assert pages == 4
    assert [(await tier(shop, who)).name for who in people] == ["VIP"] * 35
    assert (await tier(shop)).name == "普通"


async def test_a_reckoning_that_was_interrupted_goes_on_where_it_was(shop, monkeypatch):
    monkeypatch.setattr(tiers, "PAGE", 1)
    await sell(shop, *(Purchase(who, who, 200_000, NOW - DAY) for who in (ANNA, BEN)))
    await today(shop)
    assert [(await tier(shop, who)).name for who in (ANNA, BEN)] == ["VIP", ""]
    await shop.run(tiers.due_again, ACCOUNT)
    while await today(shop):
        pass
    assert [(await tier(shop, who)).name for who in (ANNA, BEN)] == ["VIP", "VIP"]


async def test_a_tier_set_by_hand_stays_until_it_is_left_to_the_rules(shop):
    await sell(shop, *SOLD)
    await reckon(shop, ANNA)
    assert await shop.run(tiers.set_by_hand, ACCOUNT, ANNA, "超级VIP", "手动定的", OPERATOR)
    assert not await shop.run(tiers.set_by_hand, ACCOUNT, ANNA, "超级VIP", "手动定的", OPERATOR)
    await sell(shop, Purchase("A4", ANNA, 100, NOW))
    await reckon(shop, ANNA)
    found = await tier(shop)
    assert (found.name, found.rule, found.by, found.figures.orders) == ("超级VIP", "手动定的", OPERATOR, 3)
    assert await shop.run(tiers.leave_to_rules, ACCOUNT, TERMS, ANNA, NOW)
    assert not await shop.run(tiers.leave_to_rules, ACCOUNT, TERMS, ANNA, NOW)
    found = await tier(shop)
    assert (found.name, found.by) == ("VIP", "")


async def test_a_house_without_orders_tells_nobody_that_they_bought_nothing(shop):
    await shop.run(customers.meet, ACCOUNT, {"wxid_c": Card(tier_listed="VIP")}, NOW)
    await today(shop)
    assert (await tier(shop)).name == ""
    assert (await tier(shop, "wxid_c")).name == "VIP"


async def test_orders_of_another_account_count_nothing_here(shop):
    await shop.run(purchases.add, "other", [Purchase("B1", ANNA, 900_000, NOW)], NOW)
    await sell(shop, SOLD[1])
    await reckon(shop, ANNA)
    assert (await tier(shop)).figures.spent_cents == 10_000


async def test_nobody_known_has_no_tier(shop):
    assert (await tier(shop, "wxid_nobody")).name == ""
    assert not await shop.run(tiers.reckon_today, "nowhere", TERMS, NOW.date(), NOW)


async def test_orders_are_changed_and_taken_out(shop):
    await sell(shop, *SOLD)
    moved = Purchase("A1", BEN, 5, NOW - DAY, "换货")
    await shop.run(purchases.change, ACCOUNT, [moved], NOW)
    await shop.run(purchases.remove, ACCOUNT, ["A2"])
    found = await shop.read(purchases.known, ACCOUNT, ["A1", "A2", "A3", "A9"])
    assert found == {"A1": moved, "A3": SOLD[2]}


async def test_the_last_orders_come_newest_first(shop):
    await sell(shop, *SOLD, Purchase("B1", BEN, 100, NOW))
    latest = await shop.read(purchases.latest, ACCOUNT, ANNA, 2)
    assert latest == SOLD[:2]
    assert await shop.read(purchases.latest, ACCOUNT, "nobody", 2) == ()
