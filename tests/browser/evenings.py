"""Evenings of the demo's play, in no time: a shop with something to see on every page of the console."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from grpclib.const import Status

from bot.core.message import File
from bot.demo import Cue
from storage import deliveries, exports, messages
from storage.exports import Asked
from tests.scenarios.stage import PATIENCE, ZONE
from tests.web.house import CATS, DOGS, OWNER, TEAM, XIAOMAN, House

FIRST = date(2026, 11, 22)
"""A Sunday: the evening on which the house stands."""
AJIAO, LAOQIN, LINJIE, DALIU, QIQI = "wxid_ajiao", "wxid_laoqin", "wxid_linjie", "wxid_daliu", "wxid_qiqi"
SETTLED = timedelta(minutes=4)
"""After this long, a post that was not heard is known to be ambiguous."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture that somebody sends."""

    at: datetime
    who: str
    room_id: str
    file: File


def moment(day: int, clock: str) -> datetime:
    """A time on the n-th evening, the first being 1."""
    return datetime.fromisoformat(f"{FIRST + timedelta(days=day - 1)}T{clock}").replace(tzinfo=ZONE)


async def live(house: House, evenings: int, until: str = "21:30:00", photo: bytes = b"") -> None:
    """Open the shop and let so many evenings pass, the last one until a time of day; then the clock stands.

    The bot's own looks at the outbox rest meanwhile: nothing is looked at twice at once.
    """
    await house.open_shop()
    await _everybody_is_known(house)
    with _in_hand(house):
        await _live(house, evenings, until, photo)


async def _live(house: House, evenings: int, until: str, photo: bytes) -> None:
    for room, tags in ((CATS, "养猫"), (DOGS, "养狗")):
        await command(house, f"/room set tags {tags}", room)
    for order in ("/checkin start 21天喝水打卡 猫咪会客厅", "/checkin start 梳毛打卡 汪星人散步群"):
        await command(house, order, TEAM)
    last = moment(evenings, until)
    cues = [cue for day in range(1, evenings + 1) for cue in _evening(house, day, photo)]
    for cue in sorted(cues, key=lambda cue: cue.at):
        if cue.at <= last:
            await pass_until(house, cue.at)
            if cue.who in house.demo.world.room(cue.room_id).seats:
                await _act(house, cue)
    await pass_until(house, last)


@contextmanager
def _in_hand(house: House) -> Iterator[None]:
    """Nobody but this module wakes the outbox."""
    ticker = house.app._ticker._scheduler
    for job in ("outbound", "care", "delivery"):
        ticker.pause_job(job)
    try:
        yield
    finally:
        for job in ("outbound", "care", "delivery"):
            ticker.resume_job(job)


async def _everybody_is_known(house: House) -> None:
    """The house has read the names of all members, which takes real time."""
    app, world = house.app, house.demo.world
    asked = Asked(app.account, None, None, app.clock())
    seats = {(room, who) for room in (CATS, DOGS) for who in world.room(room).seats if who != world.self_id}
    async with asyncio.timeout(PATIENCE):
        while seats:
            rows = await app.store.read(lambda db: list(exports.KINDS["members"](db, asked)))
            seats -= {(row["room_id"], row["contact_id"]) for row in rows if row["name"]}
            await asyncio.sleep(0.02)


async def pass_until(house: House, at: datetime) -> None:
    """Let time pass, looking at the outbox every five minutes while posts may be due."""
    while (now := house.app.clock()) < at:
        local = now.astimezone(ZONE)
        evening = local.replace(hour=18, minute=50, second=0, microsecond=0)
        step = timedelta(minutes=5) if evening <= local < evening + timedelta(hours=3) else timedelta(hours=4)
        house.app.clock.jump(min(at, now + step))
        await house.app.outbound.tick()
        await house.app.dispatcher.idle()
        async with asyncio.timeout(PATIENCE):
            while await house.app.store.read(deliveries.awaiting, house.app.account):
                await asyncio.sleep(0.005)


async def command(house: House, text: str, room_id: str = TEAM) -> None:
    """The owner types something, and it has been dealt with."""
    await _recorded(house, house.demo.world.say(OWNER, room_id, text).id)


async def lose_a_post(house: House, room_id: str) -> None:
    """The gateway breaks off at the next post of a room: what became of it nobody knows, until one looks.

    It says so at once. That it says nothing at all is the other way there, and its wait is tried where sends are.
    """
    with _in_hand(house):
        await command(house, "/post “带毛孩子来店里称个重吧，今晚谁又胖了？” 互动", room_id)
        await _due(house, room_id)
        house.demo.gateway.faults.fail_next("MessageSendText", Status.UNAVAILABLE)
        await house.app.outbound.tick()
        house.app.clock.jump(house.app.clock() + SETTLED)
        await house.app.outbound.tick()


async def _act(house: House, cue: Cue | Shown) -> None:
    world = house.demo.world
    if isinstance(cue, Shown):
        message = world.send_file(cue.who, cue.room_id, cue.file)
    else:
        message = world.say(cue.who, cue.room_id, cue.text, cue.mentions)
    await _recorded(house, message.id)


async def _recorded(house: House, message_id: str) -> None:
    """What was said is in the database, and answered."""
    app = house.app
    async with asyncio.timeout(PATIENCE):
        while await app.store.read(messages.new_ids, app.account, [message_id]):
            await asyncio.sleep(0.005)
    await app.dispatcher.idle()


async def _due(house: House, room_id: str) -> None:
    """A post waits to be sent, and whoever ordered it has been told so."""
    app = house.app
    async with asyncio.timeout(PATIENCE):
        while not await app.store.read(deliveries.waiting, app.account, room_id):
            await asyncio.sleep(0.02)
    await app.dispatcher.idle()


def _evening(house: House, day: int, photo: bytes) -> list[Cue | Shown]:
    """What the script says that day, and what members do who take part."""
    own: list[Cue | Shown] = [
        Cue(moment(day, "19:06:30"), XIAOMAN, CATS, "打卡"),
        Cue(moment(day, "19:08:20"), LAOQIN, CATS, "打卡 大福喝了一大碗"),
        Cue(moment(day, "19:31:00"), QIQI, DOGS, "梳毛打卡"),
    ]
    if day == 1:
        own += [
            Cue(moment(day, "19:26:00"), XIAOMAN, CATS, "生日 宠物 汤圆 12月3日"),
            Cue(moment(day, "19:27:00"), DALIU, DOGS, "生日 11-29"),
            Cue(moment(day, "19:28:00"), AJIAO, CATS, "生日 农历十月二十"),
        ]
    if photo:
        own.append(Shown(moment(day, "19:40:20"), LINJIE, CATS, File("IMG_0412.png", photo)))
        own.append(Cue(moment(day, "19:40:40"), LINJIE, CATS, "打卡"))
    return [*house.demo._cues(FIRST + timedelta(days=day - 1), FIRST), *own]
