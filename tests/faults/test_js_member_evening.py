"""A day over the JavaScript gateway: a crowd comes in, a birthday, check-ins with photos, somebody left in peace."""

from __future__ import annotations

import base64
from contextlib import asynccontextmanager

import pytest

from bot.app import App, running
from bot.chat.wechaty.adapter import WechatyChat
from bot.clock import Clock
from bot.core.operator import Role
from bot.core.room import RoomRole
from storage import accounts, operators, rooms
from tests.faults.look import look, until, until_shows
from tests.faults.test_js_evening import QUICK
from tests.faults.test_js_plan_evening import PlanEvening
from tests.gateway.js import JsGateway, available
from tests.scenarios.stage import AT_ONCE, BOT, CATS, LAOQIN, OWNER, TEAM, XIAOMAN, evening, settings, texts
from tests.storage.blank import open_store

NO_JS = available()
pytestmark = [
    pytest.mark.gateway,
    pytest.mark.skipif(NO_JS is not None, reason=f"the JavaScript gateway: {NO_JS}"),
    pytest.mark.xdist_group("load"),
]

CROWD = {f"new{number:02}": f"新朋友{number:02}" for number in range(12)}
PHOTO = base64.b64encode(b"\xff\xd8\xff\xe0 a cat at breakfast").decode()
LINJIE = "linjie"
PEOPLE = {BOT: "毛毛", OWNER: "周岚", XIAOMAN: "小满", LAOQIN: "老秦", LINJIE: "林姐"}


def adopt(db) -> None:
    now = evening("08:00:00")
    accounts.ensure(db, "main", now)
    operators.add(db, "main", OWNER, Role.OWNER, name="周岚", by="test", now=now)
    for room, topic, role in ((CATS, "猫咪会客厅", RoomRole.CUSTOMER), (TEAM, "运营群", RoomRole.CONTROL)):
        rooms.adopt(db, "main", room, topic=topic, role=role, by=OWNER, now=now)


class MemberDay(PlanEvening):
    """The day, told by what the gateway was asked to send."""

    async def recorded(self, message_id):
        await until_shows(self.app.store, f"SELECT 1 FROM message WHERE message_id = '{message_id}'", [(1,)])

    async def told(self, who, words):
        await self.recorded(await self.say(who, CATS, words))

    async def show(self, who):
        photo = await self.gateway.call("say_file", talker=who, room=CATS, name="早餐.jpg", base64=PHOTO)
        await self.recorded(photo["messageId"])


@asynccontextmanager
async def out(folder):
    config = settings(folder, pacing=AT_ONCE)
    async with JsGateway() as gateway, open_store(config) as store:
        places = [
            {"id": CATS, "topic": "猫咪会客厅", "members": [*PEOPLE]},
            {"id": TEAM, "topic": "运营群", "members": [OWNER, BOT]},
        ]
        known = {**PEOPLE, **CROWD}
        await gateway.call("world", contacts=[{"id": who, "name": name} for who, name in known.items()], rooms=places)
        await gateway.call("login", contact=BOT)
        await store.run(adopt)
        clock = Clock(evening("08:30:00"), 1.0)
        chat = WechatyChat("main", gateway.endpoint, gateway.token, clock, limits=QUICK)
        app = App(config, texts(config), store, clock, chat)
        async with running(app):
            for job in ("outbound", "care", "delivery"):
                app._ticker._scheduler.remove_job(job)
            await until(lambda: app.inbound.connected and len(app.directory.topics) == len(places))
            yield MemberDay(app, gateway)


async def come_in(play):
    """Twelve people within a minute are greeted once, together."""
    for group in (list(CROWD)[:5], list(CROWD)[5:]):
        await play.gateway.call("join", room=CATS, contacts=group, inviter=XIAOMAN)
    joined = "SELECT count(*) FROM membership WHERE joined_at IS NOT NULL"
    await until_shows(play.app.store, joined, [(len(CROWD),)])
    names = "SELECT count(*) FROM contact WHERE contact_id LIKE 'new%' AND name <> ''"
    await until_shows(play.app.store, names, [(len(CROWD),)])
    await play.tick("08:32:00")
    await play.hear(CATS, "欢迎", "新朋友00", "12 位")
    await play.tick("08:40:00")
    assert len(await play.sent(CATS, "欢迎")) == 1
    assert await look(play.app.store, "SELECT DISTINCT inviter_id FROM membership WHERE joined_at IS NOT NULL") == [
        (XIAOMAN,)
    ]


async def have_birthdays(play):
    """Two have their birthday; one of them wants to be left in peace."""
    await play.told(LAOQIN, "退订")
    await play.hear(CATS, "@老秦", "订阅")
    for who in (XIAOMAN, LAOQIN):
        await play.told(who, "生日 11-22")
    await until_shows(play.app.store, "SELECT count(*) FROM birthday", [(2,)])
    for clock in ("10:30:00", "14:30:00"):
        await play.tick(clock)
    (wish,) = [entry["text"] for entry in await play.sent(CATS, "生日快乐") if not entry["text"].startswith("@")]
    assert "小满" in wish
    assert "老秦" not in wish


async def check_in(play):
    """Photos count, each person once; a minute's check-ins are confirmed together."""
    await play.ask("/checkin start 晒早餐 猫咪会客厅 counts=photo rhythm=daily", "晒早餐")
    await play.tick("18:30:00")
    for who in (XIAOMAN, LINJIE, LINJIE, "new03"):
        await play.show(who)
    punched = "SELECT contact_id FROM punch ORDER BY contact_id"
    await until_shows(play.app.store, punched, [(LINJIE,), ("new03",), (XIAOMAN,)])
    await play.tick("18:32:00")
    await play.hear(CATS, "小满", "林姐", "新朋友03")
    await play.tick("18:40:00")
    assert len(await play.sent(CATS, "林姐", "新朋友03")) == 1


async def test_a_day_among_members_over_the_javascript_gateway(tmp_path):
    async with out(tmp_path) as play:
        await come_in(play)
        await have_birthdays(play)
        await check_in(play)
        await play.tick("19:58:00")
        after = [entry["text"] for entry in await play.sent(CATS)]
        spoken_of = [words for words in after if "老秦" in words]
        assert all(words.startswith("@老秦") for words in spoken_of), spoken_of
