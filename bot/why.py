"""What `qunzhu why` does: one delivery's story, and for a waiting one every rule with its numbers."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.config import Config
from bot.core.delivery import Delivery
from bot.core.errors import SetupError
from bot.core.reason import Reason
from bot.core.verdict import Allow
from bot.demo import demo_clock
from bot.inquiry import Wish, ask
from bot.materials import charter_of, read_content
from bot.policy import gate
from bot.policy.charter import Charter
from bot.standing import Standing, standing
from storage import accounts, deliveries, rooms
from storage.engine import parse_url
from storage.reading import reading
from storage.schema import require_current
from storage.store import Db


def why(config: Config, delivery_id: int) -> int:
    """Print the story; `SetupError` when there is no such delivery."""
    content = read_content(config)
    charter = charter_of(config, content)
    require_current(parse_url(config.database))
    with reading(config.database) as db:
        found = deliveries.find(db, config.chat.account, delivery_id)
        if found is None:
            hint = "qunzhu export deliveries lists them"
            raise SetupError(f"there is no delivery {delivery_id}", where="why", hint=hint)
        for line in _story(db, config, charter, found):
            sys.stdout.write(line + "\n")
    return 0


def _story(db: Db, config: Config, charter: Charter, found: Delivery) -> Iterator[str]:
    lived_until = accounts.lived_until(db, found.account_id)
    now = demo_clock(config, lived_until)() if config.chat.gateway == "sandbox" else Clock()()
    here = standing(db, found.account_id, charter, found.room_id, now)
    zone = (here.rules or charter.rules).hours.zone
    room = rooms.find(db, found.account_id, found.home_id)
    name = room.name if room else found.room_id
    yield f"{found.id}  {found.kind}  {found.content}  {name}  due {_at(found.due_at, zone)}  {found.state}"
    for step in deliveries.steps(db, found.account_id, found.id):
        by = f"  by {step.by}" if step.by else ""
        yield f"  {_at(step.at, zone)}  {step.state}{_because(step.reason, zone)}{by}"
    if found.state.waiting:
        yield f"the rules at {_at(now, zone)}:"
        yield from _rules(here, charter, found, now)


def _rules(here: Standing, charter: Charter, found: Delivery, now: datetime) -> Iterator[str]:
    zone = (here.rules or charter.rules).hours.zone
    for finding in gate.examine(ask(here, charter, Wish.of(found), now), now):
        numbers = ", ".join(f"{key}={value}" for key, value in finding.numbers.items())
        later = "" if isinstance(finding.verdict, Allow) else _later(finding.verdict.reason, zone)
        yield f"  {'✓' if finding.ok else '✗'} {finding.rule} {numbers}{later}".rstrip()


def _because(reason: Reason, zone: ZoneInfo) -> str:
    return f"  {reason}{_later(reason, zone)}" if reason.rule else ""


def _later(reason: Reason, zone: ZoneInfo) -> str:
    return f" → {_at(reason.next_at, zone)}" if reason.next_at else ""


def _at(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S}"
