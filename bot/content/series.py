"""Checks that the parts of each series make a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from bot.core.errors import SetupError
from bot.core.post import Post


def series_faults(posts: Iterable[Post], where: Callable[[str, Path], str]) -> Iterator[SetupError]:
    """Parts that are missing or there twice, or that a room could never get to from the ones before.

    `where` gives the file:line of a front-matter key.
    """
    parts = sorted((post for post in posts if post.series and post.part), key=lambda post: (post.series, post.part))
    for name, group in groupby(parts, key=lambda post: post.series):
        yield from _faults(name, list(group), where)


def _faults(name: str, parts: Sequence[Post], where: Callable[[str, Path], str]) -> Iterator[SetupError]:
    expected = 1
    before = parts[0]
    for post in parts:
        if post is not before and post.part == before.part:
            what = f"is part {post.part} of the series {name!r}, and so is {before.slug}"
            yield SetupError(what, where=where("part", post.path), hint="give each part a number of its own")
        elif post.part > expected:
            missing = ", ".join(str(number) for number in range(expected, post.part))
            hint = "write what is missing, or number the parts 1, 2, 3 …"
            yield SetupError(f"the series {name!r} has no part {missing}", where=where("part", post.path), hint=hint)
        for key in ("kind", "audience"):
            theirs = getattr(parts[0], key)
            if getattr(post, key) != theirs:
                what = f"has another {key} than part {parts[0].part} of the series {name!r}"
                yield SetupError(what, where=where(key, post.path), hint=f"the parts of a series share it: {theirs}")
        expected, before = post.part + 1, post
