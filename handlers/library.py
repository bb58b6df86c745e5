"""Finds the post of the library that an operator means: by its slug, its title, or a part of either."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.core.errors import SpeakerError
from bot.core.post import Post
from bot.policy.nearest import nearest
from bot.policy.text import for_matching

SHOWN = 8


def find_content(library: Mapping[str, Post], said: str) -> Post:
    """The one post meant; `SpeakerError` lists the candidates, or the nearest name."""
    found = whole_name(library, said) or _part(library, said)
    if len(found) == 1:
        return found[0]
    if found:
        posts = [{"slug": post.slug, "title": post.title} for post in found[:SHOWN]]
        raise SpeakerError("errors/content_ambiguous", said=said, posts=posts, more=max(0, len(found) - SHOWN))
    raise SpeakerError("errors/content_unknown", said=said, nearest=_near(library, said))


def whole_name(library: Mapping[str, Post], said: str) -> Sequence[Post]:
    """The posts whose slug, its last part, or title is just that."""
    wanted = for_matching(said).strip()
    return [post for post in library.values() if wanted in _names(post)]


def _part(library: Mapping[str, Post], said: str) -> Sequence[Post]:
    wanted = for_matching(said).strip()
    return [post for post in library.values() if wanted and any(wanted in name for name in _names(post))]


def _near(library: Mapping[str, Post], said: str) -> str:
    by_name = {name: post.slug for post in library.values() for name in _names(post)}
    found = nearest(for_matching(said).strip(), by_name)
    return by_name[found] if found else ""


def _names(post: Post) -> tuple[str, str, str]:
    return post.slug, post.slug.rpartition("/")[2], for_matching(post.title).strip()
