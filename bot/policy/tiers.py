"""Which tier a customer has: the highest that their orders reach, or that the shop's own list gives them."""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.purchase import Figures, Tier, yuan
from bot.policy.customs import Customs, TierRule
from bot.policy.text import for_matching

_WORDS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "spent": "近{days}天消费 {spent} ≥ {least}",
        "orders": "近{days}天下单 {orders} 次 ≥ {least} 次",
        "listed": "会员名单里写的是{tier}",
        "below": "近{days}天消费 {spent}，下单 {orders} 次，还没到{next}",
        "none": "近{days}天没有订单",
        "hand": "手动定的",
    },
    "en": {
        "spent": "spent {spent} ≥ {least} in {days} days",
        "orders": "{orders} ≥ {least} orders in {days} days",
        "listed": "the list of members says {tier}",
        "below": "spent {spent}, {orders} orders in {days} days: not yet {next}",
        "none": "no orders in {days} days",
        "hand": "set by hand",
    },
}
"""Stored with the tier as they are, so that a card can say which rule decided even after the rules were changed."""


def names(customs: Customs) -> tuple[str, ...]:
    """Every tier, the highest first, the base one last."""
    return (*(rule.name for rule in customs.tiers), customs.base_tier)


def find(customs: Customs, said: str) -> str | None:
    """The tier that goes by this name, however wide or tall it is written; None if there is none."""
    wanted = for_matching(said.strip())
    return next((name for name in names(customs) if for_matching(name) == wanted), None)


def decide(figures: Figures, customs: Customs, *, listed: str = "", locale: str = "zh") -> Tier:
    """The highest tier reached by either figure, unless the list says a higher one; in words of the locale.

    A tier that asks for neither money nor orders is reached by nobody: it is given by the list, or by hand.
    """
    order = names(customs)
    reached = next(((rule, why) for rule in customs.tiers if (why := _why(rule, figures, customs, locale))), None)
    if listed in order and order.index(listed) < (order.index(reached[0].name) if reached else len(order) - 1):
        return Tier(listed, _WORDS[locale]["listed"].format(tier=listed), figures=figures)
    if reached:
        return Tier(reached[0].name, reached[1], figures=figures)
    return Tier(customs.base_tier, _below(figures, customs, locale), figures=figures)


def by_hand(locale: str) -> str:
    """The rule of a tier that somebody set."""
    return _WORDS[locale]["hand"]


def _why(rule: TierRule, figures: Figures, customs: Customs, locale: str) -> str:
    words, days = _WORDS[locale], customs.tier_span.days
    if rule.spent_cents and figures.spent_cents >= rule.spent_cents:
        return words["spent"].format(days=days, spent=yuan(figures.spent_cents), least=yuan(rule.spent_cents))
    if rule.orders and figures.orders >= rule.orders:
        return words["orders"].format(days=days, orders=figures.orders, least=rule.orders)
    return ""


def _below(figures: Figures, customs: Customs, locale: str) -> str:
    words, days = _WORDS[locale], customs.tier_span.days
    lowest = next((rule.name for rule in reversed(customs.tiers) if rule.spent_cents or rule.orders), None)
    if not figures.orders or lowest is None:
        return words["none"].format(days=days) if not figures.orders else ""
    return words["below"].format(days=days, spent=yuan(figures.spent_cents), orders=figures.orders, next=lowest)
