"""Stock: what a room has not had yet, and how long it lasts."""

import math
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.core.post import Post, PostKind
from bot.policy.stock import days_left, shares, unused

NOW = datetime(2026, 11, 22, 19, 5, tzinfo=ZoneInfo("Asia/Shanghai"))
VALUE, INTERACTIVE, PROMO, CARE = PostKind


def post(slug: str, kind: PostKind = VALUE, **more: object) -> Post:
    return replace(Post(slug, kind, slug, "text", Path(f"{slug}.md"), 1), **more)  # type: ignore[arg-type]


def names(posts: list[Post], used: dict[str, datetime], *tags: str, now: datetime = NOW) -> list[str]:
    return [item.slug for item in unused(posts, used, tags, now)]


def test_a_post_in_its_cooldown_is_not_unused() -> None:
    posts = [post("a", cooldown_days=60), post("b")]
    used = {"a": NOW - timedelta(days=60) + timedelta(seconds=1)}
    assert names(posts, used) == ["b"]
    assert names(posts, used, now=NOW + timedelta(seconds=1)) == ["a", "b"]


def test_only_what_is_valid_today_counts() -> None:
    today = NOW.date()
    posts = [
        post("over", valid_to=today - timedelta(days=1)),
        post("last day", valid_to=today),
        post("first day", valid_from=today),
        post("not yet", valid_from=today + timedelta(days=1)),
    ]
    assert names(posts, {}) == ["last day", "first day"]


def test_today_is_the_rooms_day() -> None:
    posts = [post("tomorrow", valid_from=date(2026, 11, 23))]
    late = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
    assert names(posts, {}, now=late) == []
    assert names(posts, {}, now=late.astimezone(ZoneInfo("Asia/Shanghai"))) == ["tomorrow"]


def test_only_what_is_for_the_room_counts() -> None:
    posts = [post("cat", audience="not tag:养狗"), post("dog", audience="not tag:养猫"), post("all")]
    assert names(posts, {}) == ["cat", "dog", "all"]
    assert names(posts, {}, "养猫") == ["cat", "all"]
    assert names(posts, {}, "养猫", "养狗") == ["all"]


def test_a_festivals_post_fills_no_ordinary_evening() -> None:
    assert names([post("mooncakes", festival="中秋节"), post("a")], {}) == ["a"]


def test_the_scarcest_kind_decides() -> None:
    posts = [*(post(f"v{n}") for n in range(14)), *(post(f"i{n}", INTERACTIVE) for n in range(2)), post("p", PROMO)]
    rates = {VALUE: 0.7, INTERACTIVE: 0.2, PROMO: 0.1}
    assert days_left(posts, {}, rates, (), NOW) == pytest.approx(10)
    assert days_left(posts, {}, {VALUE: 0.7}, (), NOW) == pytest.approx(20)
    assert days_left(posts, {"i0": NOW, "i1": NOW}, rates, (), NOW) == 0


def test_a_kind_that_is_not_posted_is_never_scarce() -> None:
    assert days_left([post("a")], {}, {VALUE: 1, PROMO: 0}, (), NOW) == 1
    assert days_left([], {}, {PROMO: 0}, (), NOW) == math.inf
    assert days_left([], {}, {}, (), NOW) == math.inf


def test_shares_of_the_slots() -> None:
    assert shares({VALUE: 7, INTERACTIVE: 2, PROMO: 1}, 2) == pytest.approx({VALUE: 1.4, INTERACTIVE: 0.4, PROMO: 0.2})
    assert shares({VALUE: 1, PROMO: 0}, 1) == {VALUE: 1}
    assert shares({VALUE: 7}, 0) == {VALUE: 0}
