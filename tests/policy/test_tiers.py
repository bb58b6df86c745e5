"""Tiers: the highest that is reached by either figure, and in words by which rule."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.purchase import Figures, yuan
from bot.policy import tiers
from bot.policy.customs import Customs, TierRule

SUPER, VIP, FRIEND = TierRule("超级VIP", 500_000, 20), TierRule("VIP", 100_000, 5), TierRule("品牌挚友")
HOUSE = Customs(tiers=(SUPER, VIP))


@pytest.mark.parametrize(
    ("orders", "cents", "tier", "rule"),
    [
        (0, 0, "普通", "近365天没有订单"),
        (1, 99_999, "普通", "近365天消费 ¥999.99，下单 1 次，还没到VIP"),
        (1, 100_000, "VIP", "近365天消费 ¥1,000 ≥ ¥1,000"),
        (5, 500, "VIP", "近365天下单 5 次 ≥ 5 次"),
        (4, 129_900, "VIP", "近365天消费 ¥1,299 ≥ ¥1,000"),
        (19, 499_999, "VIP", "近365天消费 ¥4,999.99 ≥ ¥1,000"),
        (20, 2_000, "超级VIP", "近365天下单 20 次 ≥ 20 次"),
        (1, 500_000, "超级VIP", "近365天消费 ¥5,000 ≥ ¥5,000"),
    ],
)
def test_either_figure_is_enough(orders, cents, tier, rule):
    found = tiers.decide(Figures(orders, cents), HOUSE)
    assert (found.name, found.rule) == (tier, rule)


def test_the_rule_is_told_in_the_language_of_the_house_and_of_its_span():
    house = replace(HOUSE, tier_span=timedelta(days=90))
    assert tiers.decide(Figures(1, 100_000), house, locale="en").rule == "spent ¥1,000 ≥ ¥1,000 in 90 days"


@pytest.mark.parametrize(
    ("listed", "cents", "tier"),
    [
        ("VIP", 0, "VIP"),
        ("VIP", 500_000, "超级VIP"),
        ("超级VIP", 100_000, "超级VIP"),
        ("普通", 100_000, "VIP"),
        ("黑卡", 0, "普通"),
    ],
)
def test_the_list_raises_and_never_lowers(listed, cents, tier):
    assert tiers.decide(Figures(1, cents), HOUSE, listed=listed).name == tier


def test_a_tier_that_asks_for_nothing_is_only_given():
    house = Customs(tiers=(FRIEND, VIP))
    assert tiers.decide(Figures(50, 10**7), house).name == "VIP"
    assert tiers.decide(Figures(), house, listed="品牌挚友").name == "品牌挚友"
    assert tiers.decide(Figures(1, 100), Customs(tiers=(FRIEND,))).name == "普通"


@pytest.mark.parametrize(("said", "name"), [("vip", "VIP"), ("ＶＩＰ", "VIP"), ("超級vip", "超级VIP"), ("金卡", None)])
def test_a_tier_is_found_however_it_is_typed(said, name):
    assert tiers.find(HOUSE, said) == name


@given(st.integers(0, 40), st.integers(0, 1_000_000), st.integers(0, 10), st.integers(0, 200_000))
def test_buying_more_never_lowers_a_tier(orders, cents, more_orders, more_cents):
    order = tiers.names(HOUSE)
    before = tiers.decide(Figures(orders, cents), HOUSE).name
    after = tiers.decide(Figures(orders + more_orders, cents + more_cents), HOUSE).name
    assert order.index(after) <= order.index(before)


@pytest.mark.parametrize(("cents", "said"), [(0, "¥0"), (5, "¥0.05"), (129_950, "¥1,299.50"), (10**9, "¥10,000,000")])
def test_money_is_told_as_people_write_it(cents, said):
    assert yuan(cents) == said
