"""The brief of the evening: what was planned, sent, held and skipped in every room, with reasons."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.core.delivery import Delivery
from bot.core.notice import BRIEF
from bot.core.post import Post
from bot.policy.charter import Charter
from storage import deliveries, notices, rooms, sending
from storage.store import Db, Store

AFTER = timedelta(minutes=5)
"""So long after the day's last window has closed, the brief is written."""

STALE = timedelta(hours=12)
"""An evening so long ago is not told any more: the bot was not running."""


class Brief:
    """Writes one brief a day into the notices."""

    def __init__(self, account_id: str, charter: Charter) -> None:
        self._account, self._charter = account_id, charter
        self._written = ""

    async def write(self, store: Store, now: datetime) -> None:
        """Write today's, or last night's, once its evening is over and if anything was planned."""
        hours = self._charter.rules.hours
        today = hours.local_day(now)
        ends = {item.day: item.end for item in hours.openings(today - timedelta(days=1), 2)}
        over = [day for day, end in ends.items() if end + AFTER <= now < end + STALE]
        day = over[-1].isoformat() if over else ""
        if day and day != self._written and await store.run(self._compile, day, now):
            self._written = day

    def _compile(self, db: Db, day: str, now: datetime) -> bool:
        """Whether that day is dealt with: by a clock that nobody trusts no evening is over."""
        if sending.load(db, self._account).frozen(now):
            return False
        names = {room.room_id: room.name for room in rooms.managed(db, self._account)}
        found = [item for item in deliveries.of_date(db, self._account, day) if item.room_id in names]
        if found:
            data = _data(day, found, names, self._charter.library)
            notices.post(db, self._account, f"brief:{day}", BRIEF, data, now)
        return True


def _data(
    day: str, found: list[Delivery], names: Mapping[str, str], library: Mapping[str, Post]
) -> Mapping[str, object]:
    """Counts by state, and a line for whatever did not simply arrive."""
    states = [item.state.value for item in found]
    return {
        "day": day,
        "planned": len(found),
        "counts": {state: states.count(state) for state in dict.fromkeys(states)},
        "rest": [_line(item, names, library) for item in found if item.state.value not in {"confirmed", "cancelled"}],
    }


def _line(item: Delivery, names: Mapping[str, str], library: Mapping[str, Post]) -> Mapping[str, object]:
    reason = {"rule": item.reason.rule, "numbers": dict(item.reason.numbers), "next_at": item.reason.next_at}
    return {
        "id": item.id,
        "room": names[item.room_id],
        "content": item.content,
        "title": library[item.content].title if item.content in library else "",
        "kind": item.kind.value,
        "state": item.state.value,
        "due_at": item.due_at,
        "reason": reason,
    }
