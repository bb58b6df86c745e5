"""A machine's two clocks in the hands of a test: time passes, or somebody sets it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass
class Hands:
    """The machine's two clocks, moved by the test."""

    at: datetime
    beat: float = 0.0

    def wall(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.beat

    def pass_by(self, **time: float) -> None:
        """Time really passes."""
        self.at += timedelta(**time)
        self.beat += timedelta(**time).total_seconds()

    def set(self, **time: float) -> None:
        """Somebody sets the clock, or the machine sleeps."""
        self.at += timedelta(**time)
