"""Five hundred rooms and the longest words people use: every answer still fits into one message, in both languages."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.core.delivery import DeliveryState, Order, Slot
from bot.core.operator import Role
from bot.core.pause import Scope
from bot.core.post import PostKind
from bot.core.reason import Reason
from bot.core.reply import Reply
from bot.core.room import KnownRoom, RoomRole
from bot.materials import charter_of
from bot.policy.command import Call, House
from bot.policy.words import split_command
from bot.render import Renderer
from handlers import COMMANDS
from storage import accounts, deliveries, operators, outbox, pauses, rooms
from storage.store import Db, Store
from tests.scenarios.stage import ROOT, settings, texts
from tests.storage.blank import open_store

ACCOUNT, TEAM, OWNER = "main", "team@room", "owner"
NOW = datetime(2026, 11, 22, 11, 10, tzinfo=UTC)
ROOMS = 500
LONG = "长" * 60
WIDE = "说" * 100
RENDERERS = [Renderer(ROOT / "templates", locale, "Asia/Shanghai") for locale in ("zh", "en")]


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The house is furnished once, and each test has a copy of it."""
    folder = tmp_path_factory.mktemp("house")

    async def furnish() -> None:
        async with open_store(settings(folder)) as opened:
            await opened.run(_furnish)

    asyncio.run(furnish())
    return folder / "qunzhu.db"


@pytest.fixture
async def store(tmp_path: Path, furnished: Path) -> AsyncIterator[Store]:
    shutil.copy(furnished, tmp_path)
    async with open_store(settings(tmp_path)) as opened:
        yield opened


def _furnish(db: Db) -> None:
    """Every room has a name as long as they come, a typed post that waits, and some that went wrong."""
    accounts.ensure(db, ACCOUNT, NOW)
    operators.add(db, ACCOUNT, OWNER, Role.OWNER, name=LONG, by="config.toml", now=NOW)
    rooms.adopt(db, ACCOUNT, TEAM, topic="运营群", role=RoomRole.CONTROL, by=OWNER, now=NOW)
    for index in range(ROOMS):
        room_id = f"{index:03}@room"
        topic, adopted = f"{index:03}{LONG}", NOW - timedelta(days=30)
        rooms.adopt(db, ACCOUNT, room_id, topic=topic, role=RoomRole.CUSTOMER, by=OWNER, now=adopted)
        rooms.set_setting(db, ACCOUNT, room_id, "approval", "all")
        for number in range(1, 5):
            slot = Slot(ACCOUNT, room_id, "2026-11-22", number, NOW + timedelta(minutes=number))
            order = Order("daily", PostKind.VALUE, "", body="话" * 1000, by="somebody")
            outbox.plan(db, slot, order, attempt_id=f"{index}-{number}", now=NOW)
    for item in deliveries.waiting(db, ACCOUNT)[::2]:
        outbox.drop(db, item.id, DeliveryState.SKIPPED, Reason("command.skip", {"by": LONG, "why": WIDE}), NOW)
    for index in range(30):
        add_pause(db, f"{index:03}@room")


def add_pause(db: Db, room_id: str) -> None:
    pauses.add(db, ACCOUNT, room_id=room_id, scope=Scope.ALL, reason=WIDE, by=OWNER, until=None, now=NOW)


def call(tmp_path: Path, db: Db, words: str) -> Call:
    config = settings(tmp_path)
    managed = rooms.managed(db, ACCOUNT)
    house = House(
        charter=charter_of(config, texts(config)),
        zone="Asia/Shanghai",
        claim_code="",
        known_rooms=tuple(KnownRoom(room.room_id, room.topic) for room in managed),
        gateway="sandbox",
        connected=True,
        commands=COMMANDS,
    )
    control = next(room for room in managed if room.role is RoomRole.CONTROL)
    return Call(ACCOUNT, "m1", OWNER, "周岚", Role.OWNER, control, TEAM, words, NOW, NOW, house)


def carry_out(db: Db, tmp_path: Path, words: str) -> Reply:
    name, rest = split_command(words)
    command = next(item for item in COMMANDS if name in item.names)
    answer = command.run(db, call(tmp_path, db, words), *rest)
    assert isinstance(answer, Reply)
    return answer


COMMANDED = (
    "/help",
    "/status",
    "/plan",
    "/plan 000@room 14",
    "/preview 000@room",
    "/approve",
    "/approve all",
    "/pause 所有群",
    "/resume",
    "/unknown",
    "/content list 干货",
    "/content show value/teeth",
    "/ledger 000@room 30",
    "/room show 000@room",
    "/post value/teeth 所有群",
    f"/post “{'话' * 1000}” 干货 所有群",
    "/post 平日白天洗护八折 所有群 明天 20:00",
)


async def test_the_longest_answers_fit(store: Store, tmp_path: Path) -> None:
    for words in COMMANDED:
        reply = await store.run(carry_out, tmp_path, words)
        for renderer in RENDERERS:
            assert renderer.reply(reply.template, reply.data), words


async def test_a_broadcast_to_all_rooms_counts_every_one(store: Store, tmp_path: Path) -> None:
    await store.run(pauses.end, ACCOUNT, room_id=None, scope=None, by=OWNER, now=NOW)
    reply = await store.run(carry_out, tmp_path, "/post value/teeth 所有群")
    assert (reply.data["asked"], reply.data["going"], reply.data["people"]) == (ROOMS, ROOMS, 2)
    assert reply.data["late"] == ROOMS


async def test_what_an_overview_leaves_out_is_counted(store: Store, tmp_path: Path) -> None:
    reply = await store.run(carry_out, tmp_path, "/plan")
    shown = [*reply.data["rooms"], *reply.data["troubled"]]  # type: ignore[misc]
    assert len(shown) + int(str(reply.data["more"])) == ROOMS == reply.data["count"]
