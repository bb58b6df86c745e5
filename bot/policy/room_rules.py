"""The rules that hold in one room: the house's, and over them what an operator has set for this room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.core.post import PostKind
from bot.policy.caps import Caps
from bot.policy.mix import Weights
from bot.policy.room_settings import approval_of, caps_of, hours_of, slots_of, tags_of, weights_of
from bot.policy.window import Hours


@dataclass(frozen=True, slots=True)
class RoomRules:
    """`promo_hours` None means that promotion has no windows of its own; `slots` are posts a day, Monday first.

    `approval` are the kinds that wait for somebody's yes; `tags` decide which audiences the room belongs to.
    """

    hours: Hours
    promo_hours: Hours | None
    care_hours: Hours
    weights: Weights
    caps: Caps
    slots: tuple[int, ...]
    approval: frozenset[PostKind]
    tags: frozenset[str]

    def hours_for(self, kind: PostKind) -> Hours:
        """The windows in which a post of this kind may go out."""
        if kind is PostKind.CARE:
            return self.care_hours
        return self.promo_hours or self.hours if kind is PostKind.PROMO else self.hours


def rules_of(settings: Mapping[str, str], default: RoomRules) -> RoomRules | None:
    """The room's rules; None when one of its settings cannot be read, which closes the gate.

    A room's own window is that of its promotion too, unless the house has promotion windows. Its zone moves all.
    """
    hours = hours_of(settings, default.hours)
    if hours is None:
        return None
    promo = default.promo_hours
    try:
        return RoomRules(
            hours=hours,
            promo_hours=replace(promo, zone=hours.zone) if promo else None,
            care_hours=replace(default.care_hours, zone=hours.zone),
            weights=weights_of(settings["mix"]) if "mix" in settings else default.weights,
            caps=caps_of(settings["caps"]) if "caps" in settings else default.caps,
            slots=slots_of(settings["slots"]) if "slots" in settings else default.slots,
            approval=approval_of(settings["approval"]) if "approval" in settings else default.approval,
            tags=tags_of(settings["tags"]) if "tags" in settings else default.tags,
        )
    except ValueError:
        return None
