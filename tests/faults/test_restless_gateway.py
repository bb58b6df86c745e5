"""A gateway that queues for a second, loses one send in ten and restarts every 20 s: nothing twice, no loss unnoticed.

The bot's time runs fast, and the gateway's faults and the link's patience, which are real seconds, are as much shorter.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from bot.app import App, running
from bot.chat.sandbox.faults import Faults
from bot.chat.sandbox.gateway import SandboxGateway
from bot.chat.sandbox.world import World
from bot.chat.wechaty import link
from bot.chat.wechaty.adapter import WechatyChat
from bot.chat.wechaty.limits import Limits
from bot.clock import Clock
from bot.core.operator import Role
from bot.core.room import RoomRole
from storage import accounts, operators, rooms
from tests.faults.look import look
from tests.scenarios.stage import BOT, OWNER, TEAM, evening, settings, texts
from tests.storage.blank import open_store

pytestmark = pytest.mark.xdist_group("load")

SPEED = 25.0
LATENCY, RESTART = 1 / SPEED, 20 / SPEED
DROPS = 0.10
ROOMS = [f"r{number:02}@room" for number in range(80)]
CONFIG = {
    "plan": {"windows": ["19:00-19:09"]},
    "pacing": {"gap_min": 2, "gap_max": 4, "per_minute": 40, "burst": 20, "batch_rooms": 0, "texts_a_day": 0},
}
HASTY = Limits(
    reads_per_second=1000,
    unary_timeout=5 / SPEED,
    start_timeout=20 / SPEED,
    silence_seconds=10 / SPEED,
    backoff_first=0.2 / SPEED,
    backoff_most=15 / SPEED,
    backoff_replaced=3 / SPEED,
)
NOTICED_MS = 180_000
BEAT = 0.01


@dataclass
class Beat:
    """Real time as far as this process kept up with it: on a busy machine the bot's time waits for the bot."""

    elapsed: float = 0.0

    def __call__(self) -> float:
        return self.elapsed

    async def go_on(self) -> None:
        before = time.monotonic()
        while True:
            await asyncio.sleep(BEAT)
            now = time.monotonic()
            self.elapsed += min(now - before, 2 * BEAT)
            before = now


def town() -> World:
    world = World(BOT, "毛毛", run="restless")
    world.add_person(OWNER, "周岚")
    for number, room in enumerate([*ROOMS, TEAM]):
        world.add_room(room, f"{number}号群", (OWNER, BOT), owner_id=OWNER)
    return world


def adopt(db) -> None:
    now = evening("18:50:00")
    accounts.ensure(db, "main", now)
    operators.add(db, "main", OWNER, Role.OWNER, name="周岚", by="test", now=now)
    for number, room in enumerate([*ROOMS, TEAM]):
        role = RoomRole.CONTROL if room == TEAM else RoomRole.CUSTOMER
        rooms.adopt(db, "main", room, topic=f"{number}号群", role=role, by=OWNER, now=now)


async def restart_again_and_again(gateway: SandboxGateway, port: int) -> None:
    while True:
        await asyncio.sleep(RESTART)
        await gateway.crash()
        await gateway.start(port=port)


@asynccontextmanager
async def restless(folder):
    """The bot at two minutes to seven, on that gateway."""
    config = settings(folder, **CONFIG)
    gateway = SandboxGateway(town(), "token", Faults(seed=7))
    endpoint = await gateway.start()
    gateway.faults.latency, gateway.faults.drop_rate = LATENCY, DROPS
    beat = Beat()
    async with open_store(config) as store:
        await store.run(adopt)
        clock = Clock(evening("18:58:00"), SPEED, monotonic=beat)
        chat = WechatyChat("main", endpoint, "token", clock, limits=HASTY)
        port = int(endpoint.rpartition(":")[2])
        tasks = [asyncio.create_task(beat.go_on()), asyncio.create_task(restart_again_and_again(gateway, port))]
        try:
            async with running(App(config, texts(config), store, clock, chat)) as app:
                yield app, gateway
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await gateway.stop()


@pytest.fixture(autouse=True)
def quick_link(monkeypatch):
    """The two waits of the link that are no configuration are shortened like the others."""
    monkeypatch.setattr(link, "_STEADY", link._STEADY / SPEED)
    monkeypatch.setattr(link, "_QUIET_OPENING", link._QUIET_OPENING / SPEED)


@pytest.mark.timeout(240)
async def test_nothing_is_doubled_and_every_loss_is_noticed_in_time(tmp_path):
    began = time.perf_counter()
    async with restless(tmp_path) as (app, gateway):
        while app.clock() < evening("19:12:00"):
            await asyncio.sleep(0.05)
        rows = await look(app.store, "SELECT id, room_id, text, state, dispatched_at FROM delivery")
        notices = dict(await look(app.store, "SELECT key, created_at FROM notice"))
    wire = [sent for sent in gateway.faults.wire_log if sent.conversation_id != TEAM]
    assert [send for send, times in Counter((s.conversation_id, s.label) for s in wire).items() if times > 1] == []
    assert len(wire) >= 60
    found = {(room, text): (row, state, at) for row, room, text, state, at in rows}
    dropped = [sent for sent in wire if sent.dropped]
    waits = []
    for sent in dropped:
        row, state, at = found[sent.conversation_id, sent.label]
        assert state in {"unconfirmed", "ambiguous"}
        # A send that the gateway refused at first is a later attempt of the same row.
        (told,) = (said for key, said in notices.items() if key.startswith(f"{state}:{row}:"))
        waits.append(told - at)
    print(
        f"{len(wire)} sends, {len(dropped)} dropped, noticed after {max(waits) / 1000:.0f} s at most; "
        f"{dict(Counter(state for *_, state, _ in rows))}; {time.perf_counter() - began:.0f} s"
    )
    assert len(dropped) >= 3
    assert max(waits) <= NOTICED_MS
    taken = {(sent.conversation_id, sent.label) for sent in wire}
    assert {state for send, (_, state, _) in found.items() if send in taken} <= {
        "confirmed",
        "unconfirmed",
        "ambiguous",
    }
    assert {state for send, (_, state, _) in found.items() if send not in taken} <= {
        "ambiguous",
        "failed",
        "planned",
        "held",
    }
