"""Ids that are the same in every run with the same seed, and never the same in two runs that must differ."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count


@dataclass(slots=True)
class Ids:
    """A counter with a prefix; give each start of a process its own `run` when its ids outlive it."""

    seed: str = "sandbox"
    run: str = ""
    _numbers: count[int] = field(default_factory=lambda: count(1))

    def __call__(self) -> str:
        parts = (self.seed, self.run, f"{next(self._numbers):06d}")
        return "-".join(part for part in parts if part)
