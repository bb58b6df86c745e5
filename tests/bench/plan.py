"""Planning, the gate and the simulation: how fast, and how each grows with what it is given."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bot.config_plan import Plan as Settings
from bot.core.outlook import Outlook
from bot.core.post import MIX, Post, PostKind
from bot.core.posted import Posted
from bot.core.room import Room, RoomRole
from bot.policy import gate
from bot.policy.charter import Charter
from bot.policy.occasion import Speaker
from bot.policy.pacing import Pace
from bot.policy.planner import project
from bot.policy.question import ContentFacts, Question

DAYS = 14
DAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)
EVENING = datetime(2026, 11, 23, 11, 30, tzinfo=UTC)
HISTORY = 100
COUNTS = {PostKind.VALUE: 60, PostKind.INTERACTIVE: 20, PostKind.PROMO: 10}


def charter() -> Charter:
    """The product's own rules over a library of ninety posts."""
    slugs = [(kind, f"{kind}/{number}") for kind, count in COUNTS.items() for number in range(count)]
    library = {slug: Post(slug, kind, slug, "text", Path(f"{slug}.md"), 1) for kind, slug in slugs}
    speaker = Speaker("毛球家", "毛毛", "大家晚上好", "zh")
    return Charter(speaker, Settings().rules(), library, Pace(), seed="bench", warm=True)


def outlooks(count: int, house: Charter) -> list[Outlook]:
    """Rooms that have been posted in for a hundred days, each with a ledger of its own."""
    began = NOW - timedelta(days=HISTORY)
    room = Room("main", "", "群", RoomRole.CUSTOMER, began, "owner")
    found = []
    for number in range(count):
        mine = replace(room, room_id=f"{number}@chatroom")
        entries = [
            Posted(
                MIX[0 if place % 10 < 7 else 1 if place % 10 < 9 else 2], began + timedelta(days=place), f"old/{place}"
            )
            for place in range(HISTORY)
        ]
        found.append(Outlook(mine, tuple(entries)))
    return found


def seconds(work: Callable[[], object]) -> float:
    """The best of three: what the machine can do when it is left alone."""
    times = []
    for _ in range(3):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return min(times)


def plan_all(rooms: list[Outlook], house: Charter, days: int = DAYS) -> int:
    return sum(len(project(room, house.rules, house, frozenset(), DAY, days, NOW)) for room in rooms)


def question(kind: PostKind, entries: int, house: Charter) -> Question:
    """A post that passes every rule, in a room with a ledger of so many entries."""
    history = tuple(
        Posted(PostKind.VALUE, EVENING - timedelta(hours=20 + place), f"old/{place}") for place in range(entries)
    )
    facts = ContentFacts("value/1", cooldown=timedelta(days=60))
    return Question(
        kind,
        EVENING,
        managed=True,
        active=True,
        room_id="1@chatroom",
        rules=house.rules,
        history=history[::-1],
        content=facts,
        most_today=300,
    )


def decisions(kind: PostKind, entries: int, house: Charter, count: int = 2_000) -> float:
    """The gate's decisions a second."""
    asked = question(kind, entries, house)
    return count / seconds(lambda: [gate.decide(asked, EVENING) for _ in range(count)])


def bench() -> None:
    """Print each figure with its growth."""
    house = charter()
    thousand = outlooks(1_000, house)
    whole = seconds(lambda: plan_all(thousand, house))
    tenth = seconds(lambda: plan_all(thousand[:100], house))
    half = seconds(lambda: plan_all(thousand[:100], house, DAYS // 2))
    print(f"planning {DAYS} days × 1,000 rooms: {whole:.2f} s")
    print(f"  × {whole / tenth:.1f} for 10 × the rooms, × {tenth / half:.2f} for 2 × the days (linear: 10, 2)")
    for kind in (PostKind.VALUE, PostKind.PROMO):
        few, many = decisions(kind, 20, house), decisions(kind, 1_000, house)
        print(
            f"the gate, {kind}: {few:,.0f} decisions/s with a ledger of 20, {many:,.0f} with 1,000 (÷ {few / many:.1f})"
        )
