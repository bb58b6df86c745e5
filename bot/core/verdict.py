"""What the gate says about a post: allow, hold or drop."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.reason import Reason


@dataclass(frozen=True, slots=True)
class Allow:
    """It may go out now."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Not now; asked again at `reason.next_at` (None: when a person has changed something)."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Drop:
    """Not at all; `reason.next_at` says when something like it would be possible."""

    reason: Reason


Verdict = Allow | Hold | Drop
