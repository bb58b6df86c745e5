"""A word for those who came into a room lately: how things work here, a first question, how to be remembered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta

from bot.policy.caring import Due, Round
from bot.policy.first_days import GRACE, Settling, choose, content_of, step_for
from bot.policy.welcome import wanted
from storage import settling
from storage.settling import Arrival, Heard
from storage.store import Db

OCCASION = "first_day"
_DAY = timedelta(days=1)


def care_for_newcomers(db: Db, rounds: Sequence[Round]) -> Iterator[tuple[Round, Due]]:
    """At most one post a room and local day, for everybody who is at that point of their first days."""
    welcoming = [item for item in rounds if item.charter.customs.welcome and wanted(item.room.settings)]
    if not welcoming or not welcoming[0].charter.customs.first_days:
        return
    first = welcoming[0]
    # Their own local days begin up to a day apart.
    since = first.now - (max(first.charter.customs.first_days) + GRACE + 2) * _DAY
    arrivals = settling.arrivals(db, first.account_id, since)
    subjects = {_subject(item) for here in arrivals.values() for item in here}
    heard: dict[str, list[Heard]] = defaultdict(list)
    for part in settling.heard(db, first.account_id, OCCASION, subjects) if subjects else ():
        heard[part.subject].append(part)
    for item in welcoming:
        yield from _due(item, arrivals.get(item.room.room_id, ()), heard)


def _due(here: Round, arrivals: Sequence[Arrival], heard: dict[str, list[Heard]]) -> Iterator[tuple[Round, Due]]:
    zone = here.rules.care_hours.zone
    parts = {item.contact_id: heard.get(_subject(item), []) for item in arrivals}
    if any(part.at.astimezone(zone).date() == here.day for given in parts.values() for part in given):
        return
    steps = [step for step in here.charter.customs.first_days if content_of(step) in here.charter.library]
    due = []
    for item in arrivals:
        person = Settling(item.contact_id, item.joined_at.astimezone(zone).date())
        step = step_for(person, here.day, steps, [int(part.turn) for part in parts[item.contact_id]])
        if step is not None:
            due.append((step, person))
    chosen = choose(due, here.day)
    if chosen is None:
        return
    step, people = chosen
    for person in people:
        subject = f"{here.room.room_id}:{person.contact_id}"
        yield here, Due(OCCASION, subject, str(step), person.contact_id, content_of(step), about={"days": step})


def _subject(item: Arrival) -> str:
    return f"{item.room_id}:{item.contact_id}"
