"""Whose turn it is: value, interactive and promotion in proportion to their weights, by Tijdeman's rule on integers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import prod

from bot.core.post import MIX, PostKind

Weights = Mapping[PostKind, int]
Credits = Mapping[PostKind, int]

OWED, OWING = 1, -5
"""How much credit a kind may gather, in whole turns: a month of one kind is not repaid in a burst of the others."""


def credits(kinds: Iterable[PostKind], weights: Weights) -> dict[PostKind, int]:  # noqa: A001 - the rule's own word
    """What each kind of positive weight is owed after these posts, oldest first; 0 each before the first.

    Every post earns each kind its weight and costs its own kind the sum of all. Kinds outside the mix, or without
    weight, are outside the proportions and change nothing.
    """
    owed = {kind: 0 for kind in MIX if weights.get(kind, 0) > 0}
    total = sum(weights[kind] for kind in owed)
    most, least = OWED * total, OWING * total
    for posted in kinds:
        if posted in owed:
            for kind, credit in owed.items():
                earned = credit + weights[kind] - (total if kind is posted else 0)
                owed[kind] = most if earned > most else max(earned, least)
    return owed


def after(credit: Credits, posted: PostKind, weights: Weights) -> dict[PostKind, int]:
    """The credits after one more post: one step of `credits`, for those who plan many posts in a row."""
    if posted not in credit:
        return dict(credit)
    total = sum(weights[kind] for kind in credit)
    earned = {kind: owed + weights[kind] - (total if kind is posted else 0) for kind, owed in credit.items()}
    return {kind: max(OWING * total, min(OWED * total, owed)) for kind, owed in earned.items()}


def order(kinds: Iterable[PostKind], weights: Weights) -> tuple[PostKind, ...]:
    """Every kind of positive weight after these posts, oldest first: the one whose turn it is, then the next best."""
    return turns(credits(kinds, weights), weights)


def turns(credit: Credits, weights: Weights) -> tuple[PostKind, ...]:
    """The kinds by Tijdeman's rule: those whose turn has come, the most urgent first, then the others by credit.

    With t posts due and x of a kind made, s = t·w - W·x; its turn has come if q·s ≥ W, for k kinds and q = 2k - 2,
    and the smallest (W(q - 1) - q·s)/w is the most urgent. No prefix is then further than 1 - 1/q from its share.
    """
    total, scale = sum(weights[kind] for kind in credit), prod(weights[kind] for kind in credit)
    q = 2 * len(credit) - 2

    def rank(kind: PostKind) -> tuple[bool, int, int, int]:
        weight = weights[kind]
        share = credit[kind] + weight
        if q * share < total:
            return True, -share, -weight, MIX.index(kind)
        # A fraction over w, compared exactly: all are brought to the product of the weights.
        return False, (total * (q - 1) - q * share) * (scale // weight), -weight, MIX.index(kind)

    return tuple(sorted(credit, key=rank))


def bears(credit: Credits, kind: PostKind, weights: Weights) -> bool:
    """Whether this kind may take the next post although another's turn may be more urgent.

    It may when, with the rule deciding from then on, no kind is ever further from its share than the rule allows.
    """
    if kind not in credit:
        return False
    total, q = sum(weights[known] for known in credit), 2 * len(credit) - 2
    held, posted = dict(credit), kind
    # The rule comes round after as many posts as the weights add up to; what holds for two rounds holds for ever.
    for _ in range(2 * total):
        held = {known: owed + weights[known] - (total if known is posted else 0) for known, owed in held.items()}
        if any(q * abs(owed) > total * (q - 1) for owed in held.values()):
            return False
        posted = turns(held, weights)[0]
    return True


def has_come(credit: Credits, kind: PostKind, weights: Weights) -> bool:
    """Whether it is this kind's turn by Tijdeman's rule, whatever the others' may be."""
    total, q = sum(weights[known] for known in credit), 2 * len(credit) - 2
    return kind in credit and q * (credit[kind] + weights[kind]) >= total


def deviation(kinds: Iterable[PostKind], weights: Weights) -> float:
    """How far the worst prefix of these posts is from the proportions, in posts of one kind; 0.0 without posts."""
    made = {kind: 0 for kind in MIX if weights.get(kind, 0) > 0}
    total = sum(weights[kind] for kind in made)
    worst = posts = 0
    for posted in kinds:
        if posted in made:
            made[posted] += 1
            posts += 1
            worst = max(worst, *(abs(total * count - posts * weights[kind]) for kind, count in made.items()))
    return worst / total if worst else 0.0
