"""What members do that says something about them: a tag for it, as declared beside the tag rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

REPLIED, EARLY = "replied", "early"
"""Answering to posts about a topic; checking in before nine in the morning."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """`tag` may hold `{topic}`; `why` is what operators are told. The tag fades after `expires` without more of it.

    `overlooks` are the topics that say nothing of a person, such as 互动.
    """

    tag: str
    why: str
    expires: timedelta | None = None
    overlooks: tuple[str, ...] = ()

    def named(self, topic: str) -> str:
        """The tag for a topic."""
        return self.tag.replace("{topic}", topic)
