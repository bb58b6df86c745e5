"""What `qunzhu preview` does: the calendar that would be posted, with exact texts and the gate's verdicts.

It sends nothing and writes nothing. Before the demo has run, its rooms are taken from the play.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from bot.chat.sandbox.script import read_script
from bot.clock import Clock
from bot.config import Config
from bot.core.errors import SetupError
from bot.core.outlook import Outlook
from bot.core.posted import Posted
from bot.core.reason import NO_REASON, Reason
from bot.core.room import Room, RoomRole
from bot.core.verdict import Allow, Drop, Hold, Verdict
from bot.demo import demo_clock
from bot.inquiry import Wish, foretell
from bot.materials import charter_of, read_content
from bot.policy import planner
from bot.policy.calling import shown_for
from bot.policy.charter import Charter
from bot.policy.occasion import variables
from bot.policy.pacing import most_today
from bot.policy.room_rules import RoomRules, rules_of
from bot.render import Renderer
from bot.standing import Standing, prospects, standing
from storage import accounts, rooms
from storage.engine import parse_url, sqlite_file
from storage.reading import reading
from storage.schema import require_current
from storage.store import Db

Row = dict[str, Any]


def preview(config: Config, days: int, room: str | None, *, as_json: bool) -> int:
    """Print the calendar of so many local days from today, for every customer room or the one named."""
    if not 1 <= days <= 366:
        raise SetupError(f"{days} days cannot be previewed", where="--days", hint="give a number from 1 to 366")
    content = read_content(config)
    charter = charter_of(config, content)
    rows = [row for found in _rooms(config, charter, room) for row in _calendar(found, charter, content.renderer, days)]
    if as_json:
        sys.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1) + "\n")
    else:
        _show(rows)
    return 0


@dataclass(frozen=True, slots=True)
class _Found:
    """A room with everything known of it, and the time it is now."""

    outlook: Outlook
    here: Standing
    now: datetime

    @property
    def room(self) -> Room:
        return self.outlook.room


@dataclass(frozen=True, slots=True)
class _Entry:
    """A slot of the calendar: what shall go out, for which local day; `empty` says why nothing is in it."""

    wish: Wish
    day: date
    empty: Reason = NO_REASON


def _rooms(config: Config, charter: Charter, named: str | None) -> list[_Found]:
    file = sqlite_file(parse_url(config.database))
    found: list[_Found] = []
    if file is None or file.exists():
        require_current(parse_url(config.database))
        with reading(config.database) as db:
            found = _known(db, config, charter)
    if not found and config.chat.gateway == "sandbox":
        found = _play(config, charter)
    if named is not None:
        known = ", ".join(item.room.name for item in found)
        found = [item for item in found if named in {item.room.room_id, item.room.name}]
        if not found:
            raise SetupError(f"there is no room {named!r}", where="--room", hint=f"one of: {known or 'none yet'}")
    return found


def _known(db: Db, config: Config, charter: Charter) -> list[_Found]:
    """The rooms that are looked after."""
    account = config.chat.account
    now = _now(config, accounts.lived_until(db, account))
    managed = [room for room in rooms.managed(db, account) if room.role is RoomRole.CUSTOMER]
    known = prospects(db, account, charter, managed, now)
    return [_Found(known[room.room_id], standing(db, account, charter, room.room_id, now), now) for room in managed]


def _play(config: Config, charter: Charter) -> list[_Found]:
    """The demo's customer rooms, as they will be once they are adopted."""
    script, now = read_script(config.path(config.sandbox.world)), _now(config, None)
    found = []
    for stage in script.customer_rooms:
        tags = {"tags": ",".join(stage.tags)} if stage.tags else {}
        room = Room(config.chat.account, stage.id, stage.topic, RoomRole.CUSTOMER, now, stage.owner, settings=tags)
        here = Standing(room, rules_of(tags, charter.rules), most_today=most_today(charter.pace, None))
        found.append(_Found(Outlook(room), here, now))
    return found


def _now(config: Config, lived_until: datetime | None) -> datetime:
    return demo_clock(config, lived_until)() if config.chat.gateway == "sandbox" else Clock()()


def _calendar(found: _Found, charter: Charter, renderer: Renderer, days: int) -> Iterator[Row]:
    """A room's slots in order, those that wait already among them; each takes the earlier ones for posted."""
    rules = found.here.rules
    if rules is None:
        hint = "/room show tells which"
        raise SetupError("a setting of the room cannot be read", where=found.room.name, hint=hint)
    here, zone = found.here, rules.hours.zone
    for entry in _entries(found, rules, charter, days):
        wish = entry.wish
        verdict = Drop(entry.empty) if entry.empty.rule else foretell(here, charter, wish, found.now)
        yield {
            "room_id": found.room.room_id,
            "room": found.room.name,
            "at": wish.due_at.astimezone(zone).isoformat(),
            "kind": wish.kind.value,
            "content": wish.content,
            **_words(entry, charter, renderer, found),
            **_judged(verdict, zone),
        }
        if not isinstance(verdict, Drop):
            here = replace(here, history=(*here.history, Posted(wish.kind, wish.due_at, wish.content)))


def _entries(found: _Found, rules: RoomRules, charter: Charter, days: int) -> list[_Entry]:
    first = rules.hours.local_day(found.now)
    gone = frozenset(found.here.retired)
    entries = [_Entry(Wish.of(item), date.fromisoformat(item.slot_day)) for item in found.outlook.waiting]
    for item in planner.project(found.outlook, rules, charter, gone, first, days, found.now):
        slug = item.post.slug if item.post else ""
        entries.append(_Entry(Wish(found.room.room_id, item.kind, slug, item.due_at), item.day, item.reason))
    return sorted(entries, key=lambda entry: entry.wish.due_at)


def _words(entry: _Entry, charter: Charter, renderer: Renderer, found: _Found) -> Row:
    """The post's title and its exact text; a typed one is its own text."""
    post = charter.library.get(entry.wish.content)
    if post is None:
        return {"title": "", "text": entry.wish.body}
    campaign = shown_for(found.outlook.campaigns, charter.customs, post.slug, entry.day)
    text = renderer.post(post, variables(charter.speaker, found.room, entry.day, post, campaign=campaign))
    return {"title": post.title, "text": text}


def _judged(verdict: Verdict, zone: ZoneInfo) -> Row:
    if isinstance(verdict, Allow):
        return {"verdict": "allow", "reason": "", "next_at": None}
    next_at = verdict.reason.next_at
    return {
        "verdict": "hold" if isinstance(verdict, Hold) else "drop",
        "reason": str(verdict.reason),
        "next_at": next_at.astimezone(zone).isoformat() if next_at else None,
    }


def _show(rows: Sequence[Row]) -> None:
    """For people: a table for each room."""
    console = Console()
    for room in dict.fromkeys(row["room"] for row in rows):
        table = Table(title=room, title_justify="left")
        for column in ("when", "kind", "content", "title", "verdict"):
            table.add_column(column)
        for row in rows:
            if row["room"] == room:
                when = f"{datetime.fromisoformat(row['at']):%a %m-%d %H:%M:%S}"
                table.add_row(when, row["kind"], row["content"], row["title"], f"{row['verdict']} {row['reason']}")
        console.print(table)
    if not rows:
        console.print("no customer rooms yet: /adopt one in chat")
