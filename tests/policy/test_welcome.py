"""Who is welcomed, when, and by which names."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.policy.welcome import NAMED, OFF, Before, Newcomer, called, is_new, own_text, ready, setting, wanted

NOW = datetime(2026, 11, 22, 11, 5, tzinfo=UTC)
SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
AGAIN = 30 * DAY


@pytest.mark.parametrize(
    ("before", "new"),
    [
        (None, True),
        # There already: known by the room's list, by an earlier join, or greeted.
        (Before(NOW - DAY), False),
        (Before(NOW - 3 * SECOND, joined_at=NOW), False),
        (Before(NOW - 3 * SECOND, welcomed_at=NOW), False),
        # The room was read a moment before the news of the join came.
        (Before(NOW - 3 * SECOND), True),
        # Back again: sooner or later, and after a greeting later than the leaving.
        (Before(NOW - 90 * DAY, NOW - 90 * DAY, left_at=NOW - 29 * DAY), False),
        (Before(NOW - 90 * DAY, NOW - 90 * DAY, left_at=NOW - 30 * DAY), True),
        (Before(NOW - 90 * DAY, NOW - 90 * DAY, NOW - 40 * DAY, welcomed_at=NOW - 20 * DAY), False),
        # Gone and back while the welcome was still to come.
        (Before(NOW - MINUTE, NOW - MINUTE, left_at=NOW - SECOND, welcome_at=NOW + SECOND), True),
    ],
)
def test_who_is_new(before: Before | None, new: bool) -> None:
    assert is_new(before, NOW, AGAIN) is new


def newcomer(
    name: str = "阿椒", joined: timedelta = -MINUTE, due: timedelta = timedelta(), there: bool = True
) -> Newcomer:
    return Newcomer(name, name, NOW + joined, NOW + due, there)


@pytest.mark.parametrize(
    ("people", "said"),
    [
        ([newcomer()], True),
        ([newcomer(due=SECOND)], False),
        # Who came last goes with who came first.
        ([newcomer(), newcomer("老秦", -SECOND, 59 * SECOND)], True),
        # A name may still come.
        ([newcomer(), newcomer("", -MINUTE)], False),
        ([newcomer(), newcomer("", -2 * MINUTE)], True),
        ([newcomer(), newcomer("", -MINUTE, there=False)], True),
        # However many nameless ones come after it, the first one waits two minutes at most.
        ([newcomer(joined=-3 * MINUTE, due=-2 * MINUTE), newcomer("", -SECOND, MINUTE)], True),
    ],
)
def test_when_they_are_greeted(people: list[Newcomer], said: bool) -> None:
    assert ready(people, NOW) is said


def test_the_names_that_are_said() -> None:
    odd = ["", " ", "\u200b\u202e", "所有人", "@所有人", "＠ All", "全体成员"]
    assert called([newcomer(name) for name in odd]) == []
    assert called([newcomer(name) for name in (*odd, "阿椒", "\u202e老秦", "🐱", "{{ 1 }}")]) == [
        "阿椒",
        "老秦",
        "🐱",
        "{{ 1 }}",
    ]
    assert called([newcomer(f"人{number}") for number in range(12)]) == [f"人{number}" for number in range(NAMED)]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (" 欢迎{names} ", "欢迎{names}"),
        ("欢迎｛名字｝，坐", "欢迎{names}，坐"),
        ("欢迎{ Name }", "欢迎{names}"),
        ("先看群公告", "先看群公告"),
        ("不用", OFF),
        ("OFF", OFF),
    ],
)
def test_a_rooms_own_welcome(said: str, kept: str) -> None:
    assert setting(said) == kept


@pytest.mark.parametrize("said", ["", "  ", "长" * 201, "欢迎{nmaes}", "{{ names }}", "{% raw %}", "欢迎{names"])
def test_a_welcome_that_cannot_be_kept(said: str) -> None:
    with pytest.raises(ValueError, match=r"1–200|has braces"):
        setting(said)


def test_what_a_room_says() -> None:
    assert wanted({})
    assert wanted({"welcome": "欢迎{names}"})
    assert not wanted({"welcome": OFF})
    assert own_text({}) == own_text({"welcome": OFF}) == []
    assert own_text({"welcome": "欢迎{names}，坐"}) == ["欢迎", "，坐"]
    assert own_text({"welcome": "先看群公告"}) == ["先看群公告"]
