"""What an account's sending remembers: its pace, its breaker, a frozen clock, and a full stop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Sending:
    """Times are aware UTC. `paced_until` is the rate limiter's state (GCRA's theoretical arrival time).

    `breaker_times` is how often in a row the breaker has opened; `stopped_at` is a stop that only a person ends.
    """

    paced_until: datetime | None = None
    breaker_until: datetime | None = None
    breaker_times: int = 0
    breaker_why: str = ""
    frozen_until: datetime | None = None
    stopped_at: datetime | None = None
    stopped_why: str = ""

    def frozen(self, now: datetime) -> bool:
        """Whether the clock has jumped, and posts wait until it has been quiet for a while."""
        return self.frozen_until is not None and now < self.frozen_until


NOTHING_SENT = Sending()
