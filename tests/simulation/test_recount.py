"""What is counted as words arrive equals a recount of the words, after a month of crashes and repetitions."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, create_engine, select

from bot.config import Config
from bot.core.message import MessageKind
from bot.inbound import pipeline
from bot.inbound.record import record
from bot.simulation.loop import VirtualLoop
from bot.simulation.play import Play
from bot.simulation.process import own_tasks
from bot.simulation.run import _undisturbed
from bot.simulation.terms import Terms
from bot.simulation.weather import Trouble, Weather
from storage.tables import DayCountRow, MembershipRow, MessageRow, OperatorRow, RoomRow

ROOT = Path(__file__).parents[2]
TEXTS = Config.model_validate({"root": ROOT})
ROUGH = Weather(
    told_twice=0.2,
    every={
        Trouble.RESTART: timedelta(days=2),
        Trouble.CRASH: timedelta(days=1),
        Trouble.CLOCK: timedelta(days=9),
    },
)
"""Every fifth message is told twice, and the process is killed about once a day."""


@pytest.fixture
def seen(monkeypatch):
    """How often the process was born and a message was told again, counted beside the real thing."""
    counts = Counter()

    def counting(*args):
        recorded = record(*args)
        counts["repeated"] += recorded.repeated
        return recorded

    async def being_born(played):
        counts["births"] += 1
        await born(played)

    born = Play._be_born
    monkeypatch.setattr(pipeline, "record", counting)
    monkeypatch.setattr(Play, "_be_born", being_born)
    return counts


async def play(terms, folder):
    await Play(terms, folder).run(lambda _passed: None)


def live(terms, folder):
    with _undisturbed(), asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.get_loop().set_task_factory(own_tasks)
        runner.run(play(terms, folder))


def recount(db):
    """From the raw words: messages by (room, local day, person), and first and last words by (room, person)."""
    rooms = db.exec(select(RoomRow).where(RoomRow.role == "customer")).all()
    zones = {room.room_id: ZoneInfo(room.settings.get("zone", "Asia/Shanghai")) for room in rooms}
    staff = set(db.exec(select(OperatorRow.contact_id)))
    counts, heard = Counter(), {}
    for row in db.exec(select(MessageRow)):
        no_words = row.raw_type in {MessageKind.RECALLED, MessageKind.GROUP_NOTE}
        if row.from_self or row.room_id is None or not row.talker_id or no_words:
            continue
        heard.setdefault((row.room_id, row.talker_id), []).append(row.sent_at)
        if row.room_id in zones and row.talker_id not in staff:
            day = row.sent_at.astimezone(zones[row.room_id]).date().isoformat()
            counts[row.room_id, day, row.talker_id] += 1
    return dict(counts), {key: (min(times), max(times)) for key, times in heard.items()}


def kept(db):
    """The same as the house has kept it while the words arrived."""
    counts = {(row.room_id, row.day, row.contact_id): row.messages for row in db.exec(select(DayCountRow))}
    heard = {
        (row.room_id, row.contact_id): (row.first_words_at, row.last_seen_at)
        for row in db.exec(select(MembershipRow))
        if row.first_words_at or row.last_seen_at
    }
    return counts, heard


def differences(recounted, held):
    """Where they disagree, as (recounted, kept)."""
    pairs = {key: (recounted.get(key), held.get(key)) for key in recounted | held}
    return {key: pair for key, pair in pairs.items() if pair[0] != pair[1]}


def compare(terms, folder):
    """Play it, count the words once more, and return how many there were."""
    live(terms, folder)
    engine = create_engine(f"sqlite:///{folder}/town.db")
    with Session(engine) as db:
        counts, heard = recount(db)
        kept_counts, kept_heard = kept(db)
    engine.dispose()
    assert differences(counts, kept_counts) == {}
    assert differences(heard, kept_heard) == {}
    return sum(counts.values())


@pytest.mark.long
def test_a_rough_week_in_three_rooms_is_counted_exactly(tmp_path, seen):
    rough = replace(ROUGH, every=ROUGH.every | {Trouble.CRASH: timedelta(hours=8)})
    words = compare(Terms(3, 6, 5, TEXTS, rough, chatter=40.0), tmp_path)
    assert words > 300
    assert seen["repeated"] > 30, "a week without repetitions shows nothing"
    assert seen["births"] > 5, "a week without crashes shows nothing"


@pytest.mark.lab
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(2000, 2030))
def test_any_rough_month_in_ten_rooms_is_counted_exactly(tmp_path, seen, seed):
    assert compare(Terms(10, 30, seed, TEXTS, ROUGH, chatter=12.0), tmp_path) > 2_000
    assert min(seen.values()) > 10
