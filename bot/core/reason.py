"""Why something does not go out: the rule, its numbers, and when it would be possible."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Reason:
    """`rule` is a slug such as "promo.week"; `numbers` are what it compared; `next_at` is the next possible time.

    How a rule is told to people stands in templates/replies/<locale>/reasons.toml. `next_at` is aware UTC, None
    when only a person can change it. `rule` is "" where there is nothing to explain.
    """

    rule: str
    numbers: Mapping[str, str | int] = field(default_factory=dict)
    next_at: datetime | None = None

    def __str__(self) -> str:
        """For logs and exports: "promo.week: used=2, most=2"."""
        numbers = ", ".join(f"{key}={value}" for key, value in self.numbers.items())
        return f"{self.rule}: {numbers}" if numbers else self.rule


NO_REASON = Reason("")
