"""How members say that they want something for their points, and which reward they mean."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.policy.customs import Reward
from bot.policy.text import for_matching

LONGEST = 30
_ASKED = re.compile(r"(?:我?(?:想要|想|要))?兑换(?P<gap>\s*[:：]?\s*)(?P<what>\S(?:.*\S)?)")
_BACK = re.compile(r"(?:取消|撤销|撤回)(?:兑换)?\s*(?P<what>.*)")
_TAIL = re.compile(r"[。.!！~～吧啦]+$")
CANCEL = "取消"


def redemption_words(text: str) -> tuple[str, ...] | None:
    """Read 兑换 洗护 as ("洗护",), 兑换 取消 and 取消兑换 as ("取消",); None for talk about something else.

    What is said without a gap (兑换洗护) may also be talk (兑换码是多少): only the list of rewards can tell.
    """
    if "兑换" not in text[:6] or len(text) > LONGEST or "\n" in text:
        return None
    said = _TAIL.sub("", text)
    if said.startswith(("取消兑换", "撤销兑换", "撤回兑换")):
        return _cancel(said)
    asked = _ASKED.fullmatch(said)
    if asked is None:
        return None
    return _cancel(asked["what"]) or (asked["what"],)


def is_apart(text: str) -> bool:
    """Whether the wish stands apart, as in 兑换 洗护, so that it can be nothing but one."""
    asked = _ASKED.fullmatch(text)
    return asked is not None and bool(asked["gap"])


def wanted(rewards: Iterable[Reward], said: str) -> tuple[Reward, ...]:
    """The rewards that may be meant: by their number in the list, their name, or part of it."""
    offered = tuple(rewards)
    if said.isdecimal():
        return offered[int(said) - 1 : int(said)] if 0 < int(said) <= len(offered) else ()
    words = for_matching(said)
    exact = [reward for reward in offered if words in {reward.slug, for_matching(reward.title)}]
    partly = [reward for reward in offered if _alike(words, for_matching(reward.title))]
    return tuple(exact or partly)


def _alike(words: str, title: str) -> bool:
    return bool(words) and (words in title or title in words)


def _cancel(said: str) -> tuple[str, ...] | None:
    back = _BACK.fullmatch(said)
    if back is None:
        return None
    return (CANCEL, back["what"]) if back["what"] else (CANCEL,)
