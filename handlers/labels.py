"""Kinds and states as people say them, and what operators type for a kind."""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.delivery import DeliveryState
from bot.core.post import MIX, PostKind
from bot.core.reason import Reason

KINDS: Mapping[str, PostKind] = {
    **{kind.value: kind for kind in MIX},
    "干货": PostKind.VALUE,
    "互动": PostKind.INTERACTIVE,
    "推广": PostKind.PROMO,
}
"""The kinds somebody may command, by the words they are typed with."""

EVERYWHERE = frozenset({"all", "所有群", "全部", "全部群", "所有"})
"""Words that mean every customer room."""


def kind_label(kind: PostKind | str) -> Reason:
    """The kind, to be shown with `told`."""
    return Reason("kind", {"kind": str(kind)})


def state_label(state: DeliveryState) -> Reason:
    """The state, to be shown with `told`."""
    return Reason("state", {"state": state.value})
