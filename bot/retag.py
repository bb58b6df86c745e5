"""What `qunzhu retag` does: after the tag rules were changed, read all that was said once more."""

from __future__ import annotations

import asyncio
import sys

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from bot.clock import Clock
from bot.config import Config
from bot.content.rules import read_tag_rules
from bot.core.errors import SetupError
from bot.lease import Tenancy
from bot.policy.tag_rules import TagRules
from storage import retag as work
from storage import rooms
from storage.engine import parse_url
from storage.retag import Retagged
from storage.schema import require_current
from storage.store import Db, Store

TOGETHER = 50
"""So many people share a transaction: few enough to be short, many enough to be fast."""


def retag(config: Config, room: str | None) -> int:
    """Do it, for everybody or for those who have spoken in a room, and say what changed.

    `RefusedError` while the bot runs: what it hears meanwhile would be counted by the old rules and then overwritten.
    """
    rules = read_tag_rules(config.path(config.content.tag_rules))
    require_current(parse_url(config.database))
    done = asyncio.run(_retag(config, rules, room))
    sys.stdout.write(
        f"{done.messages} messages read: {done.given} tags given, {done.taken} taken, {done.corrected} corrected\n"
    )
    return 0


async def _retag(config: Config, rules: TagRules, room: str | None) -> Retagged:
    store = Store(config.database)
    tenancy = Tenancy(store, Clock(), config.chat.account)
    try:
        await tenancy.take()
        people = await store.read(_people, config.chat.account, room)
        return await _all(store, tenancy, config.chat.account, people, rules)
    finally:
        await tenancy.release()
        await store.close()


async def _all(store: Store, tenancy: Tenancy, account: str, people: list[str], rules: TagRules) -> Retagged:
    done = Retagged()
    with _progress() as progress:
        task = progress.add_task("people", total=len(people))
        for start in range(0, len(people), TOGETHER):
            some = people[start : start + TOGETHER]
            done += await store.run(work.rerun, account, some, rules)
            await tenancy.renew()
            progress.update(task, advance=len(some))
    return done


def _people(db: Db, account: str, room: str | None) -> list[str]:
    if room is None:
        return work.people(db, account, None)
    managed = rooms.managed(db, account)
    found = [item.room_id for item in managed if room in {item.room_id, item.name}]
    if not found:
        known = ", ".join(item.name for item in managed)
        raise SetupError(f"there is no room {room!r}", where="--room", hint=f"one of: {known or 'none yet'}")
    return work.people(db, account, found[0])


def _progress() -> Progress:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, console=console, disable=not console.is_terminal, transient=True)
