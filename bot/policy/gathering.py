"""Many people at once, by their ids: what a segment asks instead of looking at one person after the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Span:
    """Whole numbers from `least` on and below `below`; None is no bound on that side."""

    least: int | None = None
    below: int | None = None

    def __contains__(self, number: int) -> bool:
        return (self.least is None or self.least <= number) and (self.below is None or number < self.below)


class Gathering(Protocol):
    """Some people of whom each term of an expression can be asked. The same question has the same answer."""

    def everybody(self) -> frozenset[str]:
        """All of them."""
        ...

    def having(self, term: str, value: str) -> frozenset[str]:
        """Those with this tag or tier, in this room, or unsubscribed."""
        ...

    def counting(self, term: str, span: Span) -> frozenset[str]:
        """Those whose days or count lie in the span; somebody of whom it is not known is not among them."""
        ...
