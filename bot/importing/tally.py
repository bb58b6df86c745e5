"""What became of the rows of a file."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Tally:
    """`void` are orders that were cancelled or never paid, `taken_out` those of them that the house had counted.

    `left_out` are rows of people who asked to be forgotten, `strangers` people known by nothing but their orders,
    `bound` those of whom only a number was known. `concerned` are all whose tier may change.
    """

    new: int = 0
    changed: int = 0
    same: int = 0
    refused: int = 0
    void: int = 0
    taken_out: int = 0
    left_out: int = 0
    bound: int = 0
    strangers: set[str] = field(default_factory=set)
    concerned: set[str] = field(default_factory=set)

    @property
    def rows(self) -> int:
        return self.new + self.changed + self.same + self.refused + self.void + self.left_out

    @property
    def used(self) -> bool:
        """Whether a single row could be used."""
        return self.rows > self.refused
