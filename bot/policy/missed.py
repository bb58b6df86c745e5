"""What becomes of posts that were due while the bot was down: at most one late post per room."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from bot.core.delivery import Delivery, DeliveryState
from bot.core.post import PostKind
from bot.core.posted import Source

LATE = timedelta(minutes=15)
_PRIORITY: Mapping[PostKind, int] = {
    kind: rank for rank, kind in enumerate((PostKind.PROMO, PostKind.INTERACTIVE, PostKind.VALUE, PostKind.CARE))
}


def sort_out(
    due: Sequence[Delivery], now: datetime, late: timedelta = LATE
) -> tuple[tuple[Delivery, ...], tuple[Delivery, ...]]:
    """What goes on, and what expires, each in the order given.

    A delivery is late when it was due longer ago than `late`, or a closed window held it. Of a room's late planned
    ones the best goes on: care before value, interactive, promo; of the same kind the newest. What somebody
    commanded never expires here; where such a one is late, it is the room's one late post.
    """
    overdue = [item for item in due if _is_late(item, now, late)]
    commanded = {item.id: item for item in overdue if item.source is Source.COMMAND}
    taken = {item.room_id for item in commanded.values()}
    best = _best(item for item in overdue if item.id not in commanded and item.room_id not in taken)
    expire = tuple(item for item in overdue if item.id not in commanded and best.get(item.room_id) is not item)
    gone = {item.id for item in expire}
    return tuple(item for item in due if item.id not in gone), expire


def _is_late(item: Delivery, now: datetime, late: timedelta) -> bool:
    if now - item.due_at > late:
        return True
    return item.state is DeliveryState.HELD and item.reason.rule.startswith("window.") and item.due_at <= now


def _best(items: Iterable[Delivery]) -> Mapping[str, Delivery]:
    best: dict[str, Delivery] = {}
    for item in items:
        if item.room_id not in best or _worth(item) > _worth(best[item.room_id]):
            best[item.room_id] = item
    return best


def _worth(item: Delivery) -> tuple[int, datetime, int]:
    return _PRIORITY[item.kind], item.due_at, item.id
