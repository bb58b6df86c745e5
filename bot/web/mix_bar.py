"""A bar of the mix: how much of it each kind of post takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.post import MIX

WIDTH = 1000
"""The whole bar in units of its own."""


@dataclass(frozen=True, slots=True)
class Share:
    """One kind's stretch of the bar: where it begins, how wide it is, and what it stands for."""

    kind: str
    count: int
    percent: int
    start: int
    width: int


def shares(counts: Sequence[int]) -> tuple[Share, ...]:
    """The stretches for counts in the order of the mix; () where there is nothing to show."""
    whole, found, passed = sum(counts), [], 0
    for kind, count in zip(MIX, counts, strict=False):
        start, passed = passed * WIDTH // (whole or 1), passed + count
        end = passed * WIDTH // (whole or 1)
        found.append(Share(kind.value, count, round(100 * count / (whole or 1)), start, end - start))
    return tuple(found) if whole else ()
