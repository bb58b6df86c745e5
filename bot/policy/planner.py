"""Plans a room's slots: how many, when, of which kind, with which post; a pure function of ledger, library and seed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.core.outlook import Outlook
from bot.core.post import Post, PostKind
from bot.core.posted import Posted
from bot.core.reason import NO_REASON, Reason
from bot.policy import caps, mix
from bot.policy.calendar import quiet
from bot.policy.calling import calls
from bot.policy.charter import Charter
from bot.policy.choose import Evening, post_for, shelf
from bot.policy.reopening import LAST_START
from bot.policy.room_rules import RoomRules
from bot.policy.slots import moments
from bot.policy.window import Opening

SETTLE = timedelta(minutes=5)
"""A room adopted in the middle of the evening is left in peace for so long before its first post."""


WEEK = timedelta(days=7)
"""What waits to be posted later than this after a slot does not crowd it."""


FILLERS = (PostKind.VALUE, PostKind.INTERACTIVE)
"""What fills a slot whose own kind has nothing to offer, in this order."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A slot and what the plan puts into it; without a post, `reason` says why nothing fits."""

    day: date
    number: int
    due_at: datetime
    kind: PostKind
    post: Post | None
    reason: Reason = NO_REASON


class Planner:
    """Plans one room forward, taking what it plans for posted. `retired` are slugs taken out of the library."""

    def __init__(self, outlook: Outlook, rules: RoomRules, charter: Charter, retired: frozenset[str]) -> None:
        self._room, self._rules, self._charter, self._taken = outlook.room, rules, charter, outlook.taken
        waiting = [Posted(item.kind, item.next_at or item.due_at, item.content) for item in outlook.waiting]
        self._history = sorted([*outlook.history, *waiting], key=lambda entry: entry.at)
        self._unsure = frozenset(waiting)
        self._used = {entry.content: entry.at for entry in self._history if entry.content}
        posts = (post for post in charter.library.values() if post.slug not in retired)
        self._shelf = shelf(posts, rules.tags, outlook.shares)
        self._themed = frozenset(charter.themes.values())
        self._campaigns, self._every_call = outlook.campaigns, calls(charter.customs)
        self._credit = mix.credits((entry.kind for entry in self._history), rules.weights)

    def plan(self, first: date, days: int, now: datetime) -> Iterator[Planned]:
        """The slots of `days` local days from `first` that have no row yet, in order; what is over is left out."""
        openings: dict[date, list[Opening]] = {}
        for opening in self._rules.hours.openings(first, days):
            openings.setdefault(opening.day, []).append(opening)
        for day, windows in openings.items():
            yield from self._plan_day(day, windows, now)

    def _plan_day(self, day: date, windows: Sequence[Opening], now: datetime) -> Iterator[Planned]:
        count = self._rules.slots[day.weekday()]
        for number, moment in enumerate(moments(windows, count, self._charter.seed, self._room.room_id), 1):
            due = max(moment, self._room.adopted_at + SETTLE)
            opening = next((item for item in windows if due in item), None)
            if opening is None or max(due, now) > opening.end - LAST_START:
                continue
            if (day.isoformat(), number) not in self._taken:
                yield self._fill(day, number, due)

    def _fill(self, day: date, number: int, due: datetime) -> Planned:
        for kind in self._kinds(day, due):
            post = self._post(kind, day, due)
            if post is not None:
                self._history.append(Posted(kind, due, post.slug))
                self._used[post.slug] = due
                self._credit = mix.after(self._credit, kind, self._rules.weights)
                return Planned(day, number, due, kind, post)
        return Planned(day, number, due, PostKind.VALUE, None, Reason("content.none"))

    def _kinds(self, day: date, due: datetime) -> Iterator[PostKind]:
        """The kind whose turn it is; then value, which fills every gap, and interaction. Promotion only in its turn.

        The call for a weekly check-in goes before, on its own day and as far as the proportions bear it.
        """
        if self._prefers_call(day, due):
            yield PostKind.INTERACTIVE
        turn = mix.turns(self._credit, self._rules.weights)[0]
        if turn is PostKind.PROMO:
            if self._bears_promotion(day, due):
                yield turn
            come = mix.has_come(self._credit, PostKind.INTERACTIVE, self._rules.weights)
            turn = PostKind.INTERACTIVE if come else PostKind.VALUE
        yield turn
        yield from (kind for kind in FILLERS if kind in self._credit and kind is not turn)

    def _prefers_call(self, day: date, due: datetime) -> bool:
        weekly = {item.content for item in self._campaigns if not item.daily and item.counts_on(day)}
        if not weekly or not mix.bears(self._credit, PostKind.INTERACTIVE, self._rules.weights):
            return False
        post = self._post(PostKind.INTERACTIVE, day, due)
        return post is not None and post.slug in weekly

    def _bears_promotion(self, day: date, due: datetime) -> bool:
        hours = self._rules.promo_hours or self._rules.hours
        opening = hours.current(due)
        if opening is None or due > opening.end - LAST_START or quiet(day, self._charter.quiet):
            return False
        near = [entry for entry in self._history if entry.at <= due + WEEK]
        # What waits may never go out: the nine posts between two promotions must not depend on it.
        sure = [entry for entry in near if entry not in self._unsure]
        return not any(caps.over(history, self._rules.caps, self._rules.hours, due) for history in (near, sure))

    def _post(self, kind: PostKind, day: date, due: datetime) -> Post | None:
        called = frozenset(item.content for item in self._campaigns if item.content and item.counts_on(day))
        theme = self._charter.themes.get(day.weekday(), "")
        evening = Evening(day, due, theme, self._themed, called, self._every_call - called)
        return post_for(self._shelf[kind], self._used, evening, self._charter.seed, self._room.room_id)


def project(
    outlook: Outlook, rules: RoomRules, charter: Charter, retired: frozenset[str], first: date, days: int, now: datetime
) -> tuple[Planned, ...]:
    """What the plan puts into a room's free slots, from the local day `first` on."""
    return tuple(Planner(outlook, rules, charter, retired).plan(first, days, now))
