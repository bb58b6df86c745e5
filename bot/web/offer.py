"""A proposal that waits, as two buttons: whoever reads it on a page need not type its code."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.reply import Reply


@dataclass(frozen=True, slots=True)
class Offer:
    """The code that /confirm and /cancel want, and into how many rooms the post would go."""

    code: str
    rooms: int


def offer_of(reply: Reply) -> Offer | None:
    """What the answer offers to do, once somebody has agreed."""
    if reply.template != "proposal":
        return None
    return Offer(str(reply.data["code"]), int(str(reply.data["going"])))
