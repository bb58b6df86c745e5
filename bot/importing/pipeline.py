"""What `qunzhu import` does: read → check → write, a stretch of rows at a time, each in a transaction of its own."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.config import Config
from bot.core.errors import SetupError
from bot.demo import demo_clock
from bot.importing import headings as columns
from bot.importing import report
from bot.importing.binding import AT_ONCE, Binding
from bot.importing.cells import text
from bot.importing.delimited import read_csv
from bot.importing.fault import Fault, Row
from bot.importing.headings import Headings
from bot.importing.journal import Journal
from bot.importing.members import Members
from bot.importing.orders import Orders
from bot.importing.reading import Shop, read_member, read_order
from bot.importing.seen import Seen
from bot.importing.tally import Tally
from bot.importing.workbook import is_workbook, read_workbook
from bot.materials import ladder_of
from storage import accounts, forgotten, tiers
from storage.engine import parse_url, sqlite_file
from storage.schema import migrate, require_current, revision
from storage.store import Store
from storage.tiers import Terms

Kind = Literal["members", "orders"]
STRETCH = 2_000
"""Rows in one transaction: the running bot waits a tenth of a second for it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What to import, where its faults go, and whether only to look."""

    kind: Kind
    file: Path
    errors: Path
    dry_run: bool = False


def import_file(config: Config, asked: Asked) -> int:
    """Import a file; 0 when all of it went in, 1 when rows were refused, 2 when none could be used.

    Faults and figures are printed. `SetupError` for a file or a heading that makes no sense, before anything is
    written. A dry run says the same and changes nothing but the file of faults.
    """
    terms = Terms(ladder_of(config), config.brand.locale)
    heading, rows = _opened(asked)
    headings = columns.read_headings(asked.kind, heading.cells, asked.file, heading.line)
    for remark in headings.remarks:
        report.say(f"{asked.file}:{heading.line}: {remark}")
    with _database(config, dry_run=asked.dry_run) as url, Journal(asked.errors, report.say) as journal:
        tally = asyncio.run(_import(config, asked, url, terms, headings, rows, journal))
    report.tell(asked.file, tally, journal, dry_run=asked.dry_run)
    return 2 if not tally.used else 1 if tally.refused else 0


def _opened(asked: Asked) -> tuple[Row, Iterator[Row]]:
    try:
        if is_workbook(asked.file):
            return read_workbook(asked.file)
        return read_csv(asked.file, lambda cells: columns.known(asked.kind, cells))
    except OSError as error:
        raise SetupError(f"cannot be read: {error.strerror}", where=str(asked.file), hint="name a file") from None


@contextmanager
def _database(config: Config, *, dry_run: bool) -> Iterator[str]:
    """The database's URL, made if there is none yet; a dry run makes one for itself that goes with it."""
    url = parse_url(config.database)
    file = sqlite_file(url)
    if file.exists() if file else revision(url)[0] is not None:
        require_current(url)
        yield config.database
    elif dry_run:
        with tempfile.TemporaryDirectory() as folder:
            empty = f"sqlite:///{folder}/empty.db"
            migrate(parse_url(empty))
            yield empty
    else:
        migrate(url)
        yield config.database


async def _import(
    config: Config, asked: Asked, url: str, terms: Terms, headings: Headings, rows: Iterator[Row], journal: Journal
) -> Tally:
    account, store = config.chat.account, Store(url)
    try:
        now = _now(config, await store.read(accounts.lived_until, account))
        shop = Shop(ZoneInfo(config.plan.zone), now, terms.customs)
        people = await store.read(forgotten.every, account)
        with Seen() as seen, report.progress(asked.kind) as shown:
            part = (Members if asked.kind == "members" else Orders)(account, headings, seen, people)
            run = _Run(store, part, Tally(), journal, now, dry=asked.dry_run)
            await run.write(accounts.ensure, account, now)
            while stretch := list(islice(rows, STRETCH)):
                await run.take(_parsed(stretch, asked.kind, headings, shop))
                shown(run.tally)
        await run.reckon(account, terms)
        return run.tally
    finally:
        await store.close()


def _parsed(stretch: Sequence[Row], kind: Kind, headings: Headings, shop: Shop) -> list[Any]:
    """Members or orders, and faults between them; rows without a word in them are none."""
    read: Callable[[Row, Headings, Shop], Any] = read_member if kind == "members" else read_order
    return [
        row.fault or read(row, headings, shop) for row in stretch if row.fault or any(text(cell) for cell in row.cells)
    ]


@dataclass(frozen=True, slots=True)
class _Run:
    """One import under way; a `dry` one writes nothing."""

    store: Store
    part: Any
    tally: Tally
    journal: Journal
    now: datetime
    dry: bool

    async def take(self, found: Sequence[Any]) -> None:
        """Check one stretch against the house, write it, and only then say that it is written."""
        rows = [item for item in found if not isinstance(item, Fault)]
        await self._bind(self.part.binding, rows)
        due, more = await self.store.read(self.part.check, rows, self.now, self.tally)
        await self.write(self.part.write, due, self.now)
        faults = sorted([*(item for item in found if isinstance(item, Fault)), *more], key=lambda fault: fault.line)
        self.tally.refused += len(faults)
        for fault in faults:
            self.journal.note(fault)

    async def reckon(self, account_id: str, terms: Terms) -> None:
        """The tiers of everybody whose orders, or whose row in the list, are news."""
        people = iter(sorted(self.tally.concerned))
        while some := list(islice(people, tiers.PAGE)):
            await self.write(tiers.reckon, account_id, terms, some, self.now)

    async def write(self, work: Callable[..., Any], *arguments: Any) -> None:
        """One transaction, unless the run is dry."""
        if not self.dry:
            await self.store.run(work, *arguments)

    async def _bind(self, binding: Binding, rows: Sequence[Any]) -> None:
        pairs = await self.store.read(binding.find, rows)
        if not pairs:
            return
        self.tally.bound += len(pairs)
        self.tally.concerned.update(new for _old, new in pairs)
        bare = await self.store.read(binding.bare, pairs)
        await self.write(binding.adopt, [pair for pair in pairs if pair[0] in bare], self.now)
        others = [pair for pair in pairs if pair[0] not in bare]
        for start in range(0, len(others), AT_ONCE):
            await self.write(binding.bind, others[start : start + AT_ONCE], self.now)


def _now(config: Config, lived_until: datetime | None) -> datetime:
    return demo_clock(config, lived_until)() if config.chat.gateway == "sandbox" else Clock()()
