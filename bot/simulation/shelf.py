"""The simulated library: posts that carry their slug in their text, so that a judge can recognise them by himself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from bot.core.post import Post, PostKind

COUNTS: Mapping[PostKind, int] = {PostKind.VALUE: 120, PostKind.INTERACTIVE: 50, PostKind.PROMO: 25}

TALK: Mapping[PostKind, str] = {
    PostKind.VALUE: "换季掉毛多，每天梳五分钟，比什么粉都管用。",
    PostKind.INTERACTIVE: "晒晒它今天睡觉的样子，谁家的最离谱？",
    PostKind.PROMO: "周中洗护套餐 98 元，想约的在群里说一声。",
}

FESTIVE: Mapping[str, tuple[int, int]] = {"元旦": (1, 1), "劳动节": (5, 1), "国庆节": (10, 1), "圣诞节": (12, 25)}
"""Festivals whose date a judge knows without a lunar calendar."""

_MARK = re.compile(r"〔((?:value|interactive|promo|care)/[\w-]+)〕")


def mark_of(text: str) -> str:
    """The slug a text carries, "" if it is no post."""
    found = _MARK.search(text)
    return found.group(1) if found else ""


def marked(text: str, slug: str) -> str:
    """The text with its slug at the end."""
    return f"{text}〔{slug}〕"


def simulated_library(begin: date) -> dict[str, Post]:
    """Plain posts of three kinds, some for rooms with a tag only, some valid for a while, a series, and festivals'."""
    posts = [_post(kind, f"{number:03d}") for kind, count in COUNTS.items() for number in range(1, count + 1)]
    posts = [_particular(post, begin) for post in posts]
    for part in (1, 2, 3):
        posts.append(replace(_post(PostKind.VALUE, f"series-{part}"), series="幼猫到家", part=part))
    for number, festival in enumerate(FESTIVE, 1):
        posts.append(replace(_post(PostKind.VALUE, f"festival-{number}"), festival=festival, cooldown_days=300))
    return {post.slug: post for post in posts}


def _post(kind: PostKind, name: str) -> Post:
    slug = f"{kind}/{name}"
    body = marked("{{ room.greeting }}！" + TALK[kind], slug)
    return Post(slug, kind, f"{kind} {name}", body, Path("simulated") / f"{slug}.md", 1, cooldown_days=60)


def _particular(post: Post, begin: date) -> Post:
    """Every eighth is for cats' rooms only, every ninth valid from the tenth day on."""
    number = int(post.slug.rpartition("/")[2])
    if number % 8 == 0:
        return replace(post, audience="tag:养猫")
    if number % 9 == 0:
        return replace(post, valid_from=date.fromordinal(begin.toordinal() + 10))
    return post
