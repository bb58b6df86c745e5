"""Importing a whole shop: every good row in, every bad row named, twice the same, and everybody's tier."""

from __future__ import annotations

import csv
import json
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.config import Config
from bot.importing.pipeline import Asked, import_file
from bot.materials import ladder_of
from storage import tiers
from storage.store import Store
from tests.bench.bot_process import peak_megabytes

ROOT = Path(__file__).parents[2]
ZONE = ZoneInfo("Asia/Shanghai")
MEMBERS, ORDERS = 100_000, 1_000_000
EVERY = 200
"""One row in so many is broken on purpose."""

NOW = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)

ORDER_FAULTS = {
    "amount": "is no amount",
    "below": "below zero",
    "day": "does not exist",
    "future": "in the future",
    "rounded": "rounded by Excel",
    "nobody": "nobody knows whose",
    "twice": "already",
    "cut": "cells, the heading has",
    "quote": "opened and not closed",
    "byte": "is no UTF-8",
}
MEMBER_FAULTS = {
    "nobody": "nobody knows whose",
    "birthday": "no birthday",
    "tier": "is no tier",
    "tag": "has a tag of more than",
    "twice": "already",
    "wide": "cells, the heading has",
    "quote": "opened and not closed",
    "byte": "is no GB18030",
}


@dataclass(slots=True)
class Truth:
    """What was put into the files, known apart from the code that reads them."""

    now: datetime = NOW
    every: int = EVERY
    members: int = 0
    orders: int = 0
    cents: int = 0
    void: int = 0
    faults: dict[str, dict[int, str]] = field(default_factory=lambda: {"members": {}, "orders": {}})
    recent: dict[str, list[int]] = field(default_factory=dict)

    def tier(self, member_no: str) -> str:
        orders, cents = self.recent.get(member_no, (0, 0))
        if cents >= 500_000 or orders >= 20:
            return "超级VIP"
        return "VIP" if cents >= 100_000 or orders >= 5 else "普通"


def write_members(file: Path, count: int, truth: Truth, dice: random.Random) -> None:
    """GB18030, as a Chinese Excel writes CSV."""
    with file.open("wb") as stream:
        stream.write("会员号,昵称,标签,生日,等级,备注\r\n".encode("gb18030"))
        for number in range(1, count + 1):
            line, fault = number + 1, _planted(number, MEMBER_FAULTS, truth, dice)
            cells = [f"{number:06}", f"顾客{number}", "猫、新客" if number % 3 else "狗", _birthday(number), "", ""]
            if fault is None:
                truth.members += 1
            else:
                truth.faults["members"][line] = MEMBER_FAULTS[fault]
            stream.write(_member_line(cells, fault))


def _member_line(cells: list[str], fault: str | None) -> bytes:
    match fault:
        case "nobody":
            cells[0] = ""
        case "birthday":
            cells[3] = "属龙的"
        case "tier":
            cells[4] = "钻石卡"
        case "tag":
            cells[2] = "很" * 21
        case "twice":
            cells[0] = "000001"
        case "wide":
            cells.append("多出来的")
        case "quote":
            cells[1] = f'"{cells[1]}'
    raw = ",".join(cells).encode("gb18030")
    return (raw + b"\xff" if fault == "byte" else raw) + b"\r\n"


def _birthday(number: int) -> str:
    return f"{1960 + number % 45}-{1 + number % 12:02}-{1 + number % 28:02}" if number % 2 else ""


def write_orders(file: Path, members: int, count: int, truth: Truth, dice: random.Random) -> None:
    """UTF-8, with some orders cancelled and some a year old or older."""
    since = truth.now - timedelta(days=365)
    with file.open("wb") as stream:
        stream.write("订单号,会员号,实付金额,下单时间,状态\n".encode())
        for number in range(1, count + 1):
            line, fault = number + 1, _planted(number, ORDER_FAULTS, truth, dice)
            member_no, cents = f"{dice.randint(1, members):06}", dice.randint(100, 30_000)
            at = truth.now - timedelta(seconds=dice.randint(3_600, 500 * 86_400))
            state = "已退款" if number % 50 == 7 and fault is None else "交易成功"
            cells = [
                f"D{number:09}",
                member_no,
                _money(cents, number),
                f"{at.astimezone(ZONE):%Y-%m-%d %H:%M:%S}",
                state,
            ]
            if fault is not None:
                truth.faults["orders"][line] = ORDER_FAULTS[fault]
            elif state == "已退款":
                truth.void += 1
            else:
                truth.orders += 1
                truth.cents += cents
                _count(truth, member_no, cents, at, since)
            stream.write(_order_line(cells, fault))


def _count(truth: Truth, member_no: str, cents: int, at: datetime, since: datetime) -> None:
    figures = truth.recent.setdefault(member_no, [0, 0])
    if at.replace(microsecond=0) >= since:
        figures[0] += 1
        figures[1] += cents


def _money(cents: int, number: int) -> str:
    plain = f"{cents // 100}.{cents % 100:02}"
    return (plain, f"¥{plain}", f"{plain}元")[number % 3]


def _order_line(cells: list[str], fault: str | None) -> bytes:
    match fault:
        case "amount":
            cells[2] = "面议"
        case "below":
            cells[2] = "-12.00"
        case "day":
            cells[3] = "2026-02-30 12:00:00"
        case "future":
            cells[3] = "2099-01-01 12:00:00"
        case "rounded":
            cells[0] = "1.23457E+17"
        case "nobody":
            cells[1] = ""
        case "twice":
            cells[0] = "D000000001"
        case "cut":
            del cells[3:]
        case "quote":
            cells[4] = f'"{cells[4]}'
    raw = ",".join(cells).encode()
    return (raw[:-1] if fault == "byte" else raw) + b"\n"


def _planted(number: int, faults: dict[str, str], truth: Truth, dice: random.Random) -> str | None:
    return dice.choice(list(faults)) if number % truth.every == 0 else None


def settings(url: str, folder: Path) -> Config:
    """The product's own tiers, on the evening of the bench."""
    return Config.model_validate(
        {"root": ROOT, "storage": {"url": url, "folder": folder}, "clock": {"start": NOW, "speed": 1}}
    )


def reported(errors: Path) -> dict[int, str]:
    """Line → reason, as the file of faults has them."""
    with errors.open(encoding="utf-8-sig", newline="") as stream:
        return {int(row["line"]): row["reason"] for row in csv.DictReader(stream)}


def wrongly_reported(kind: str, errors: Path, truth: Truth) -> list[str]:
    """Planted faults that were not reported, or for another reason, and reports of what was not planted."""
    found, planted = reported(errors), truth.faults[kind]
    missed = [f"line {line}: {why}" for line, why in planted.items() if why not in found.get(line, "")]
    return missed + [f"line {line}: {why}" for line, why in found.items() if line not in planted]


def wrong_tiers(rows: Iterator[tuple[str, str, int, int]], truth: Truth) -> list[str]:
    """(member number, tier, orders, cents) of everybody, against what was put in."""
    return [
        number
        for number, tier, orders, cents in rows
        if (tier, orders, cents) != (truth.tier(number), *truth.recent.get(number, (0, 0)))
    ]


CUSTOMERS = "SELECT member_no, tier, orders, spent_cents FROM contact"
LISTED = "SELECT count(*) FROM contact WHERE name <> ''"
TOTALS = "SELECT count(*), sum(amount_cents) FROM purchase"


async def reckon_all(url: str, config: Config, now: datetime) -> int:
    """Everybody's tier anew, a page at a time as the running bot does it once a day; how many pages."""
    terms, store, pages, reached = tiers.Terms(ladder_of(config)), Store(url), 0, ""
    try:
        while True:
            reached, _changed = await store.run(tiers.reckon_page, "main", terms, reached, now)
            pages += 1
            if not reached:
                return pages
    finally:
        await store.close()


def bench() -> None:
    """Print each figure; an assertion fails where a row is lost, doubled or not reported."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        truth, dice = Truth(), random.Random(7)
        write_members(folder / "members.csv", MEMBERS, truth, dice)
        write_orders(folder / "orders.csv", MEMBERS, ORDERS, truth, dice)
        for kind, rows in (("members", MEMBERS), ("orders", ORDERS)):
            _bench_file(folder, kind, rows, truth)
        _bench_tiers(folder, truth)


def _bench_file(folder: Path, kind: str, rows: int, truth: Truth) -> None:
    for time_of in ("first", "second"):
        told = _child(folder, "import", kind)
        assert told["code"] == 1
        assert wrongly_reported(kind, folder / f"{kind}.csv.errors.csv", truth) == []
        print(
            f"import of {rows:,} {kind}, {time_of} time: {told['seconds']:.1f} s, "
            f"{rows / told['seconds']:,.0f} rows/s, {told['rss_mb']} MB"
        )
    bad = len(truth.faults[kind])
    print(f"  {bad:,} planted faults, each reported with its line and reason")


def _bench_tiers(folder: Path, truth: Truth) -> None:
    database = sqlite3.connect(folder / "qunzhu.db")
    assert database.execute(LISTED).fetchone() == (truth.members,)
    assert database.execute(TOTALS).fetchone() == (truth.orders, truth.cents)
    told = _child(folder, "tiers", truth.now.isoformat())
    assert wrong_tiers(database.execute(CUSTOMERS), truth) == []
    print(
        f"tiers of {database.execute('SELECT count(*) FROM contact').fetchone()[0]:,} customers over {truth.orders:,}"
    )
    print(f"  orders: {told['seconds']:.1f} s in {told['pages']} pages, {told['rss_mb']} MB")
    database.close()


def _child(folder: Path, *arguments: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.importing", str(folder), *arguments],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def child(folder: Path, what: str, which: str) -> dict[str, float]:
    """One measured step in a process of its own, whose memory is its own."""
    url = f"sqlite:///{folder}/qunzhu.db"
    config, began = settings(url, folder), time.perf_counter()
    figures: dict[str, float] = {}
    if what == "import":
        asked = Asked(
            "members" if which == "members" else "orders", folder / f"{which}.csv", folder / f"{which}.csv.errors.csv"
        )
        figures["code"] = import_file(config, asked)
    else:
        import asyncio

        figures["pages"] = asyncio.run(reckon_all(url, config, datetime.fromisoformat(which)))
    return {**figures, "seconds": time.perf_counter() - began, "rss_mb": peak_megabytes()}


if __name__ == "__main__":
    print(json.dumps(child(Path(sys.argv[1]), sys.argv[2], sys.argv[3])))
