"""Audiences: which rooms a post is for, by their tags and by their members."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.core.outlook import Outlook
from bot.core.post import Post, PostKind
from bot.core.profile import Profile
from bot.core.room import Room, RoomRole
from bot.policy.audience import NOBODY, asked_of_members, fits, of_members, share
from bot.policy.choose import shelf
from bot.policy.stock import unused

CAT, NONE = frozenset({"养猫"}), frozenset[str]()
NOW = datetime(2026, 11, 22, 11, 5, tzinfo=UTC)
SILENT = "silent>=7d"


@pytest.mark.parametrize(
    ("text", "tags", "fitting"),
    [("all", NONE, True), ("tag:养猫", CAT, True), ("tag:养猫", NONE, False), ("not tag:养狗", CAT, True)],
)
def test_tags_speak_of_the_room(text: str, tags: frozenset[str], fitting: bool) -> None:
    assert not of_members(text)
    assert fits(text, tags, NOBODY) is fitting
    # Whatever its members are like.
    assert fits(text, tags, {text: 0.0 if fitting else 1.0}) is fitting


@pytest.mark.parametrize(("part", "fitting"), [(0.0, False), (0.49, False), (0.5, True), (1.0, True)])
def test_half_of_the_members_are_enough(part: float, fitting: bool) -> None:
    assert of_members(SILENT)
    assert fits(SILENT, NONE, {SILENT: part}) is fitting


def test_a_room_of_which_nothing_is_known_is_not_meant() -> None:
    assert not fits(SILENT, NONE, NOBODY)
    assert not fits(f"not {SILENT}", NONE, NOBODY)


def test_the_share_of_a_room() -> None:
    quiet, loud = Profile(silent=9), Profile(silent=1)
    gone = Profile(silent=9, unsubscribed=True)
    assert share(SILENT, (), NONE) == 0.0
    assert share(SILENT, (quiet, loud), NONE) == 0.5
    assert share(SILENT, (quiet, loud, loud), NONE) == pytest.approx(1 / 3)
    # Who has unsubscribed is not asked.
    assert share(SILENT, (quiet, loud, gone), NONE) == 0.5
    assert share(SILENT, (gone,), NONE) == 0.0


def test_the_tags_of_the_room_count_as_its_members() -> None:
    text = "tag:养猫 and silent>=7d"
    own = Profile(silent=9, tags=CAT)
    assert share(text, (own, Profile(silent=9)), NONE) == 0.5
    assert share(text, (own, Profile(silent=9)), CAT) == 1.0
    assert share("not tag:养猫 and silent>=7d", (own, Profile(silent=9)), CAT) == 0.0


def post(slug: str, audience: str) -> Post:
    return Post(slug, PostKind.VALUE, slug, "text", Path(f"{slug}.md"), 1, audience=audience)


POSTS = (post("a", "all"), post("b", "tag:养猫"), post("c", SILENT), post("d", "not 已退订 and tag:养猫"))


def test_only_what_speaks_of_members_is_asked_of_them() -> None:
    assert asked_of_members(POSTS) == {SILENT, "not 已退订 and tag:养猫"}


def test_the_shelf_and_the_stock_of_a_room_agree() -> None:
    room = Room("main", "r", "猫", RoomRole.CUSTOMER, NOW, "op")
    outlook = replace(Outlook(room), shares={SILENT: 0.6, POSTS[3].audience: 0.2})
    held = shelf(POSTS, CAT, outlook.shares)[PostKind.VALUE]
    assert [item.slug for item in held] == ["a", "b", "c"]
    assert tuple(unused(POSTS, {}, CAT, NOW, outlook.shares)) == held
