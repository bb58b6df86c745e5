"""The post for a slot: the same for the same ledger, library and seed."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.post import Post, PostKind
from bot.policy.choose import Evening, post_for, shelf

DAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 11, 30, tzinfo=UTC)
TONIGHT = Evening(DAY, NOW)


def post(slug: str, **more: object) -> Post:
    kind, _, _ = slug.partition("/")
    return Post(slug, PostKind(kind), slug, "text", Path(f"{slug}.md"), 1, **more)


def on(day: date, **more: object) -> Evening:
    return Evening(day, NOW + (day - DAY), **more)


def test_a_shelf_holds_the_room_s_audience_by_kind():
    library = [post("promo/a"), post("value/cats", audience="not tag:dogs"), post("value/dogs", audience="tag:dogs")]
    assert shelf(library, frozenset({"dogs"})) == {
        PostKind.VALUE: (library[2],),
        PostKind.INTERACTIVE: (),
        PostKind.PROMO: (library[0],),
        PostKind.CARE: (),
    }


def test_nothing_is_chosen_from_an_empty_shelf():
    assert post_for([], {}, TONIGHT, "seed") is None


def test_a_post_rests_for_its_cooldown_to_the_second():
    library = [post("value/a", cooldown_days=60)]
    used = {"value/a": NOW - timedelta(days=60)}
    assert post_for(library, used, TONIGHT) == library[0]
    assert post_for(library, used, Evening(DAY, NOW - timedelta(seconds=1))) is None


def test_a_post_without_a_cooldown_may_come_every_day():
    library = [post("value/a", cooldown_days=0)]
    assert post_for(library, {"value/a": NOW}, TONIGHT) == library[0]


def test_a_post_goes_out_on_its_days_only_both_ends_included():
    library = [post("value/a", valid_from=date(2026, 11, 22), valid_to=date(2026, 11, 23))]
    days = [date(2026, 11, day) for day in (21, 22, 23, 24)]
    assert [post_for(library, {}, on(day)) is not None for day in days] == [False, True, True, False]


def test_the_least_recently_used_comes_first_and_the_unused_before_it():
    library = [post("value/a"), post("value/b"), post("value/c")]
    used = {"value/a": NOW - timedelta(days=70), "value/b": NOW - timedelta(days=80)}
    assert post_for(library, used, TONIGHT) == library[2]
    used["value/c"] = NOW - timedelta(days=1)
    assert post_for(library, used, TONIGHT) == library[1]


@given(order=st.permutations([post(f"value/{name}") for name in "abcdef"]), seed=st.text(max_size=5))
def test_the_choice_does_not_depend_on_the_order_of_the_files(order, seed):
    first = post_for(sorted(order, key=lambda item: item.slug), {}, TONIGHT, seed)
    assert post_for(order, {}, TONIGHT, seed) == first


def test_rooms_do_not_all_begin_with_the_same_post():
    library = [post(f"value/{name}") for name in "abcdef"]
    assert len({post_for(library, {}, TONIGHT, "seed", str(room)) for room in range(20)}) > 2


def test_a_heavier_post_is_chosen_more_often():
    library = [post("value/light", weight=1), post("value/heavy", weight=9)]
    chosen = Counter(post_for(library, {}, TONIGHT, str(seed)).slug for seed in range(500))
    assert 400 < chosen["value/heavy"] < 490


def test_a_festival_s_post_comes_first_on_its_day_and_on_no_other():
    library = [post("value/any"), post("value/moon", festival="中秋节")]
    assert post_for(library, {}, on(date(2026, 9, 25))) == library[1]
    assert post_for(library, {}, on(date(2026, 9, 26))) == library[0]
    early = [post("value/moon", festival="中秋节", days_before=2)]
    assert post_for(early, {}, on(date(2026, 9, 23))) == early[0]
    assert post_for(early, {}, on(date(2026, 9, 25))) is None


def test_a_theme_s_posts_come_first_on_their_weekday_and_last_on_others():
    library = [post("value/a"), post("value/vet", tags=("周三问诊",)), post("value/z")]
    themed = frozenset({"周三问诊"})
    wednesday = Evening(date(2026, 11, 25), NOW, "周三问诊", themed)
    assert post_for(library, {}, wednesday) == library[1]
    for seed in range(20):
        assert post_for(library, {}, Evening(DAY, NOW, "", themed), str(seed)) != library[1]
    assert post_for(library[1:2], {}, Evening(DAY, NOW, "", themed)) == library[1]


@pytest.fixture
def course():
    return [post(f"value/day-{part}", series="幼宠到家", part=part) for part in (1, 2, 3)]


def test_the_parts_of_a_series_come_in_order_and_before_other_posts(course):
    library, used = [post("value/a"), *course], {}
    for number, expected in enumerate(course):
        used = {post.slug: NOW - timedelta(days=9 - index) for index, post in enumerate(course[:number])}
        chosen = post_for(library if number else course, used, TONIGHT)
        assert chosen == expected


def test_a_finished_series_begins_again_after_its_rest(course):
    used = {post.slug: NOW - timedelta(days=63 - index) for index, post in enumerate(course)}
    assert post_for(course, used, TONIGHT) == course[0]
    used["value/day-1"] = NOW - timedelta(days=1)
    assert post_for(course, used, TONIGHT) == course[1]
    assert post_for(course, {**used, "value/day-2": NOW - timedelta(days=10)}, TONIGHT) is None


def test_the_call_of_the_day_comes_first_and_other_calls_not_at_all() -> None:
    library = [post("interactive/a"), post("interactive/call"), post("interactive/other-call")]
    calls = {"calls": frozenset({"interactive/call"}), "uncalled": frozenset({"interactive/other-call"})}
    assert post_for(library, {}, on(DAY, **calls)) == library[1]
    assert post_for(library, {"interactive/call": NOW}, on(DAY, **calls)) == library[0]
    assert post_for(library[2:], {}, on(DAY, **calls)) is None
