"""What came of a simulation: the verdict, a fingerprint, and what it cost."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from bot.simulation.checker import Judgement
from bot.simulation.gateway import Sent
from bot.simulation.shelf import mark_of
from bot.simulation.terms import Terms


@dataclass(frozen=True, slots=True)
class Outcome:
    """The verdict, with a fingerprint of everything the gateway saw, and what the run cost."""

    terms: Terms
    judgement: Judgement
    digest: str
    messages: int
    seconds: float

    def as_json(self) -> dict[str, object]:
        """The fields of `simulate --json`."""
        found = self.judgement
        return {
            "rooms": self.terms.rooms,
            "days": self.terms.days,
            "seed": self.terms.seed,
            "posts": found.posts,
            "max_mix_deviation": found.max_mix_deviation,
            "outside_window": found.count("window", "last_start"),
            "cap_breaches": found.count("promo"),
            "duplicates": found.count("duplicate"),
            "lost": found.count("lost"),
            "ambiguous": found.count("ambiguous"),
            "broken_promises": [
                {
                    "promise": breach.promise,
                    "room": breach.room,
                    "at": breach.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                    "detail": breach.detail,
                }
                for breach in found.breaches
            ],
            "digest": self.digest,
            "messages": self.messages,
            "seconds": round(self.seconds, 2),
        }


def digest(log: Sequence[Sent]) -> str:
    """A fingerprint of what the gateway saw, in order: posts word by word, of anything else when and where."""
    lines = (f"{sent.at.isoformat()} {sent.conversation_id} {sent.fate} {_shown(sent.text)}" for sent in log)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _shown(text: str) -> str:
    return text if mark_of(text) else "…"
