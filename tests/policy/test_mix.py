"""The mix: Tijdeman's rule, against its own theorem and against a form written with fractions."""

import itertools
import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.post import MIX, PostKind
from bot.policy import mix

VALUE, INTERACTIVE, PROMO = MIX
USUAL = {VALUE: 7, INTERACTIVE: 2, PROMO: 1}
kinds = st.lists(st.sampled_from(PostKind), max_size=60)
weights = st.fixed_dictionaries({VALUE: st.integers(1, 50), INTERACTIVE: st.integers(0, 50), PROMO: st.integers(0, 50)})


def plan(weights: dict[PostKind, int], count: int) -> list[PostKind]:
    credit, posts = mix.credits((), weights), []
    for _ in range(count):
        posts.append(mix.turns(credit, weights)[0])
        credit = mix.after(credit, posts[-1], weights)
    return posts


def test_no_prefix_of_a_hundred_thousand_posts_is_further_than_three_fifths_from_seven_two_one() -> None:
    posts = plan(USUAL, 100_000)
    assert mix.deviation(posts, USUAL) <= 0.600
    assert [posts.count(kind) for kind in MIX] == [70_000, 20_000, 10_000]


def test_no_prefix_under_any_weights_is_further_than_three_quarters() -> None:
    draw = random.Random(7)
    triples = [tuple(draw.randint(1, 50) for _ in MIX) for _ in range(300)]
    worst = 0.0
    for triple in triples:
        weighted = dict(zip(MIX, triple, strict=True))
        worst = max(worst, mix.deviation(plan(weighted, 3 * sum(triple)), weighted))
    assert 0.6 < worst <= 0.75


def test_of_two_kinds_no_prefix_is_further_than_a_half() -> None:
    for value in range(1, 30):
        weighted = {VALUE: value, INTERACTIVE: 30 - value}
        assert mix.deviation(plan(weighted, 90), weighted) <= 0.5


def test_the_first_ten_posts_of_a_room() -> None:
    assert "".join(kind[0] for kind in plan(USUAL, 10)) == "vvivvpvviv"


def by_the_book(posted: list[PostKind], weights: dict[PostKind, int]) -> PostKind | None:
    """The rule as it is published, on fractions; it knows no clipping."""
    able = [kind for kind in MIX if weights.get(kind, 0) > 0]
    posted, total, q = [kind for kind in posted if kind in able], sum(weights[kind] for kind in able), 2 * len(able) - 2
    if len(able) == 1:
        return able[0]
    share = {kind: (len(posted) + 1) * weights[kind] - total * posted.count(kind) for kind in able}
    urgency = {
        kind: (Fraction(total * (q - 1) - q * share[kind], weights[kind]), -weights[kind], MIX.index(kind))
        for kind in able
        if q * share[kind] >= total
    }
    return min(urgency, key=urgency.__getitem__, default=None)


@given(weights, st.integers(0, 80))
def test_every_turn_is_the_one_that_the_rule_names(weighted: dict[PostKind, int], count: int) -> None:
    posts = plan(weighted, count)
    assert mix.order(posts, weighted)[0] is by_the_book(posts, weighted)


def test_small_weights_meet_the_rule_on_its_edges() -> None:
    """A kind whose turn has come exactly, q·s = W, is among those whose turn has come."""
    for triple in itertools.product(range(1, 8), repeat=3):
        weighted = dict(zip(MIX, triple, strict=True))
        posts = plan(weighted, sum(triple))
        for end in range(len(posts)):
            assert posts[end] is by_the_book(posts[:end], weighted), (triple, end)


@given(kinds, weights)
def test_credits_agree_however_they_are_counted(posted: list[PostKind], weighted: dict[PostKind, int]) -> None:
    credit = mix.credits((), weighted)
    for kind in posted:
        credit = mix.after(credit, kind, weighted)
    assert credit == mix.credits(posted, weighted)
    total = sum(weighted.values())
    assert all(-5 * total <= owed <= total for owed in credit.values())


@given(kinds, weights)
def test_the_order_names_every_kind_with_weight_once(posted: list[PostKind], weighted: dict[PostKind, int]) -> None:
    assert sorted(mix.order(posted, weighted)) == sorted(kind for kind in MIX if weighted[kind] > 0)


@given(st.lists(st.sampled_from(MIX), max_size=40), weights)
def test_the_deviation_is_that_of_somebody_who_counts(posted: list[PostKind], weighted: dict[PostKind, int]) -> None:
    able = [kind for kind in MIX if weighted[kind]]
    posted = [kind for kind in posted if kind in able]
    prefixes = [posted[:end] for end in range(1, len(posted) + 1)]
    total = sum(weighted.values())
    counted = (
        abs(part.count(kind) - Fraction(len(part) * weighted[kind], total)) for part in prefixes for kind in able
    )
    assert mix.deviation(posted, weighted) == pytest.approx(float(max(counted, default=Fraction(0))))


def test_a_month_of_promotion_by_staff_is_not_repaid_in_a_burst() -> None:
    """Without the clip promotion would be away for 900 posts; with it for some forty."""
    posted = [PROMO] * 100
    credit = mix.credits(posted, USUAL)
    assert credit == {VALUE: 10, INTERACTIVE: 10, PROMO: -50}
    following = []
    for _ in range(120):
        following.append(mix.turns(credit, USUAL)[0])
        credit = mix.after(credit, following[-1], USUAL)
    assert PROMO not in following[:40]
    assert [following[start : start + 10].count(PROMO) for start in range(40, 120, 10)] == [1] * 8
    assert [following[start : start + 9].count(INTERACTIVE) for start in (0, 9, 18, 27)] == [3, 2, 2, 2]
    said = " ".join(following)
    assert "interactive interactive" not in said
    assert " ".join(["value"] * 6) not in said


def test_a_week_of_one_kind_of_the_house_is_clipped_too() -> None:
    credit = mix.credits([VALUE] * 1000, USUAL)
    assert credit == {VALUE: -50, INTERACTIVE: 10, PROMO: 10}


def test_a_kind_without_weight_is_never_due() -> None:
    weighted = {VALUE: 7, INTERACTIVE: 2, PROMO: 0}
    assert PROMO not in plan(weighted, 500)
    assert mix.order([VALUE] * 50, {VALUE: 1}) == (VALUE,)
    assert mix.order([], {}) == ()


def test_care_and_kinds_without_weight_change_nothing() -> None:
    posted = [VALUE, PostKind.CARE, INTERACTIVE, PostKind.CARE]
    assert mix.credits(posted, USUAL) == mix.credits([VALUE, INTERACTIVE], USUAL)
    weighted = {VALUE: 7, INTERACTIVE: 2, PROMO: 0}
    assert mix.credits([VALUE, PROMO, PROMO], weighted) == mix.credits([VALUE], weighted)
    assert mix.deviation([PostKind.CARE] * 9, USUAL) == 0.0


def test_equals_are_told_apart_by_weight_and_then_by_the_order_of_the_mix() -> None:
    assert mix.order([], {VALUE: 1, INTERACTIVE: 1, PROMO: 1}) == MIX
    assert mix.order([], {VALUE: 3, INTERACTIVE: 3})[0] is VALUE


@given(
    st.fixed_dictionaries({VALUE: st.integers(1, 20), INTERACTIVE: st.integers(0, 20), PROMO: st.integers(0, 20)}),
    st.lists(st.sampled_from([None, *MIX]), max_size=120),
)
def test_a_kind_that_may_go_before_keeps_every_prefix_within_the_bound(
    weighted: dict[PostKind, int], wanted: list[PostKind | None]
) -> None:
    credit, posts = mix.credits((), weighted), []
    for kind in wanted:
        taken = kind if kind and mix.bears(credit, kind, weighted) else mix.turns(credit, weighted)[0]
        posts.append(taken)
        credit = mix.after(credit, taken, weighted)
    assert mix.deviation(posts, weighted) <= 0.75


def test_whose_turn_it_is_may_always_go_and_nobody_may_go_at_once_again() -> None:
    credit = mix.credits((), USUAL)
    for _ in range(50):
        turn = mix.turns(credit, USUAL)[0]
        assert mix.bears(credit, turn, USUAL)
        credit = mix.after(credit, turn, USUAL)
        assert turn is VALUE or not mix.bears(credit, turn, USUAL)
    assert not mix.bears(credit, PostKind.CARE, USUAL)
