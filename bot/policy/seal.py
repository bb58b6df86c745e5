"""Seals what was approved: any edit gives another seal."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from bot.core.post import Post, PostKind


def seal(*parts: str) -> str:
    """A short fingerprint of these parts; the same everywhere and always."""
    # JSON keeps the parts apart: ("ab", "c") is not ("a", "bc").
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def of_post(
    post: Post | None, body: str, kind: PostKind, audience: str, window: str, greeting: str, rooms: Sequence[str]
) -> str:
    """Binds what is said, of which kind, to whom, in which window, and in how many and which rooms.

    `post` is a post of the library, None when `body` was typed by hand. The order of the rooms is of no matter.
    """
    source = ("", "", "") if post is None else (post.slug, post.body, post.media.name if post.media else "")
    return seal(*source, body, kind.value, audience, window, greeting, str(len(rooms)), *sorted(rooms))
