"""The name somebody probably meant."""

import pytest

from bot.policy.nearest import nearest

NAMES = ["help", "status", "rooms", "room", "op", "tag", "tags", "帮助", "状态", "群", "群列表", "标签"]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("hlep", "help"),
        ("stauts", "status"),
        ("statu", "status"),
        ("statusss", "status"),
        ("help", "help"),
        ("romo", "room"),
        ("tg", "tag"),
        ("邦助", "帮助"),
        ("标前", "标签"),
        ("群组", "群"),
        ("群列", "群"),
        ("wechat", None),
        ("xyz", None),
        ("打卡", None),
    ],
)
def test_a_slip_finds_its_name(word: str, meant: str | None) -> None:
    assert nearest(word, NAMES) == meant


@pytest.mark.parametrize("word", ["", "1", "x", "嗯"])
def test_a_single_letter_has_no_neighbours(word: str) -> None:
    """ "/1" was once answered with "did you mean /群?"."""
    assert nearest(word, NAMES) is None


def test_without_names_nothing_is_meant() -> None:
    assert nearest("help", []) is None
