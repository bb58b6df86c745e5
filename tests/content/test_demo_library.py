"""The demo's library keeps what it promises: enough of every kind, for every room, and pleasant to receive."""

import re
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.content.campaigns import read_campaigns
from bot.content.library import read_library
from bot.core.post import Post, PostKind
from bot.core.room import Room, RoomRole
from bot.policy.audience import NOBODY, fits
from bot.policy.calendar import FESTIVALS
from bot.policy.calling import shown_for
from bot.policy.customs import Customs
from bot.policy.occasion import SAMPLE, Speaker, variables
from bot.policy.text import INVISIBLE
from bot.render import Renderer

POSTS, FAULTS = read_library(Path("templates/posts"))
CAMPAIGNS, UNSOUND = read_campaigns(Path("templates/checkins.toml"), {post.slug: post.kind for post in POSTS})
CUSTOMS = Customs(declared=CAMPAIGNS.declared, call=CAMPAIGNS.call)
RENDERER = Renderer(Path("templates"), "zh", "Asia/Shanghai")
GREETING = "大家晚上好"
ROOM = Room("main", "room", "毛球家·猫咪会客厅", RoomRole.CUSTOMER, datetime(2026, 11, 22, tzinfo=UTC), "wxid")
EMOJI = re.compile("[\u2600-\u27bf\U0001f000-\U0001faff]")
HAN = re.compile("[\u4e00-\u9fff]")
MARKDOWN = re.compile(r"\*\*|__|`|\]\(|^#|^[-*>] ", re.MULTILINE)


def offered(post: Post, day: date = date(2026, 11, 22)) -> Mapping[str, object]:
    campaign = shown_for((), CUSTOMS, post.slug, day)
    return variables(Speaker("毛球家", "毛毛", GREETING, "zh"), ROOM, day, post, people=SAMPLE, campaign=campaign)


TEXTS = {post.slug: RENDERER.post(post, offered(post)) for post in POSTS}


def for_room(kind: PostKind, *tags: str) -> list[Post]:
    """What a room with these tags can get on any evening of the year."""
    return [
        post
        for post in POSTS
        if post.kind is kind
        and not post.festival
        and not post.valid_from
        and not post.valid_to
        and fits(post.audience, frozenset(tags), NOBODY)
    ]


def test_no_fault() -> None:
    assert [str(fault) for fault in (*FAULTS, *UNSOUND)] == []


@pytest.mark.parametrize(("kind", "least"), [("value", 32), ("interactive", 13), ("promo", 6), ("care", 4)])
def test_enough_of_every_kind(kind: str, least: int) -> None:
    assert sum(post.kind == kind for post in POSTS) >= least


@pytest.mark.parametrize("tags", [(), ("养猫",), ("养狗",)], ids=["no tag", "cats", "dogs"])
def test_enough_for_every_room_in_every_season(tags: tuple[str, ...]) -> None:
    """28 evenings take about 20 value, 6 interactive and 3 promo posts, and none comes back within 60 days."""
    assert len(for_room(PostKind.VALUE, *tags)) >= 26
    assert len(for_room(PostKind.INTERACTIVE, *tags)) >= 13
    assert len(for_room(PostKind.PROMO, *tags)) >= 5


def test_cats_and_dogs_are_kept_apart() -> None:
    aside = {"养猫": "not tag:养狗", "养狗": "not tag:养猫"}
    found = {post.slug: post.audience for post in POSTS if aside.keys() & set(post.tags)}
    meant = {post.slug: aside[tag] for post in POSTS for tag in post.tags if tag in aside}
    assert found == meant


def test_only_a_call_asks_for_the_word_of_a_check_in() -> None:
    """Where none runs, whoever said 打卡 as a post had asked was told that there was no check-in."""
    assert [post.slug for post in POSTS if "“打卡”" in post.body and "checkin" not in post.body] == []


def test_the_newcomers_series() -> None:
    parts = sorted(post.part for post in POSTS if post.series == "幼宠到家")
    assert parts == list(range(1, len(parts) + 1))
    assert len(parts) >= 4


def test_the_seasons_series() -> None:
    parts = [post for post in POSTS if post.series == "入冬"]
    assert len(parts) >= 3
    assert {(post.valid_from, post.valid_to) for post in parts} == {(date(2026, 11, 1), date(2027, 2, 28))}


def test_festivals() -> None:
    bound = {post.festival for post in POSTS if post.festival}
    assert {"除夕", "春节", "元宵节", "中秋节", "国庆节", "世界动物日"} <= bound <= set(FESTIVALS)
    assert any(post.days_before for post in POSTS)


@pytest.mark.parametrize("tags", [(), ("养猫",), ("养狗",)], ids=["no tag", "cats", "dogs"])
def test_the_wednesday_session(tags: tuple[str, ...]) -> None:
    """A month has up to five Wednesdays."""
    session = [post for post in for_room(PostKind.VALUE, *tags) if "周三问诊" in post.tags]
    assert len(session) >= 5
    assert all("周三问诊" in TEXTS[post.slug] for post in session)


@pytest.mark.parametrize("post", POSTS, ids=lambda post: post.slug)
def test_a_text_is_fit_for_wechat(post: Post) -> None:
    text = TEXTS[post.slug]
    assert 60 <= len(HAN.findall(text)) <= 220
    assert len(text) <= 300
    assert len(EMOJI.findall(text)) <= 2
    assert text.count("！") <= 1
    assert [word for word in ("@", "＠", "所有人", "亲们", "亲，", "!", "宝子") if word in text] == []
    assert not INVISIBLE.search(text)
    assert not MARKDOWN.search(text)
    assert len(post.title) <= 20


def test_no_two_posts_begin_alike() -> None:
    first_lines = Counter(text.splitlines()[0] for text in TEXTS.values())
    openings = Counter(text.removeprefix(f"{GREETING}，")[:4] for text in TEXTS.values())
    assert [line for line, times in first_lines.items() if times > 1] == []
    assert [words for words, times in openings.items() if times > 1] == []


def test_a_greeting_does_not_open_every_evening() -> None:
    greeted = [slug for slug, text in TEXTS.items() if text.startswith(GREETING)]
    assert 0 < len(greeted) <= len(TEXTS) / 6


def test_no_two_titles_are_alike() -> None:
    assert [title for title, times in Counter(post.title for post in POSTS).items() if times > 1] == []


@pytest.mark.parametrize("post", [post for post in POSTS if post.kind is PostKind.PROMO], ids=lambda post: post.slug)
def test_a_promo_says_until_when_and_how_to_book(post: Post) -> None:
    text = TEXTS[post.slug]
    assert text == RENDERER.post(post, offered(post, date(2027, 5, 4)))  # what was approved stays as it is
    assert post.valid_to or re.search("从今天起|这两周", text)
    assert "群里" in text


@pytest.mark.parametrize("post", [post for post in POSTS if post.kind is PostKind.CARE], ids=lambda post: post.slug)
def test_care_speaks_to_one_person(post: Post) -> None:
    assert "阿椒" in TEXTS[post.slug]


def test_only_festival_posts_name_the_festival() -> None:
    assert [post.slug for post in POSTS if "festival" in post.body and not post.festival] == []
    # The text of the days before would name a day that has not come.
    assert [post.slug for post in POSTS if "festival" in post.body and post.days_before] == []


@pytest.mark.parametrize("tag", ["互动", "打卡", "答疑", "故事"])
def test_members_are_asked_in_several_ways(tag: str) -> None:
    assert sum(post.kind is PostKind.INTERACTIVE and tag in post.tags for post in POSTS) >= 2
