"""An evening of the content plan in 20 rooms over the JavaScript gateway, and what it saw against what the bot kept."""

from __future__ import annotations

import re
from collections import Counter
from contextlib import asynccontextmanager

import pytest

from bot.app import App, running
from bot.chat.wechaty.adapter import WechatyChat
from bot.clock import Clock
from bot.core.operator import Role
from bot.core.room import RoomRole
from storage import accounts, exports, operators, rooms
from storage.exports import Asked
from tests.faults.look import look, until, until_shows
from tests.faults.test_js_evening import QUICK, Evening
from tests.gateway.js import JsGateway, available
from tests.scenarios.stage import BOT, OWNER, TEAM, XIAOMAN, evening, settings, texts
from tests.storage.blank import open_store

NO_JS = available()
pytestmark = [
    pytest.mark.gateway,
    pytest.mark.skipif(NO_JS is not None, reason=f"the JavaScript gateway: {NO_JS}"),
    pytest.mark.xdist_group("load"),
]

ROOMS = {f"r{number:02}@room": f"毛球{number:02}群" for number in range(20)}
PROMOTED, STAFFED, *OTHERS = ROOMS
PROMO, ANOTHER = "平日白天洗护八折", "口腔检查不收费"
STAFF_PROMO = "今晚秒杀，洗护券原价198元，到手价99元，限量十张，要的接龙"
BY_BOT = {"plan", "command"}


def adopt(db) -> None:
    now = evening("18:50:00")
    accounts.ensure(db, "main", now)
    operators.add(db, "main", OWNER, Role.OWNER, name="周岚", by="test", now=now)
    for room, topic in {**ROOMS, TEAM: "运营群"}.items():
        role = RoomRole.CONTROL if room == TEAM else RoomRole.CUSTOMER
        rooms.adopt(db, "main", room, topic=topic, role=role, by=OWNER, now=now)


class PlanEvening(Evening):
    """The evening, with its outbox in the test's hands."""

    async def tick(self, clock=None):
        if clock:
            self.app.clock.jump(evening(clock))
        await self.app.outbound.tick()
        waiting = "SELECT count(*) FROM delivery WHERE state IN ('dispatching', 'accepted', 'unknown')"
        await until_shows(self.app.store, waiting, [(0,)])

    async def ask(self, words, *parts):
        """Command in the control room; the answer, which must have all these parts."""
        seen = len(await self.sent(TEAM))
        await self.say(OWNER, TEAM, words)

        async def answered():
            return len(await self.sent(TEAM)) > seen

        await until(answered)
        answer = (await self.sent(TEAM))[seen]["text"]
        assert all(part in answer for part in parts), answer
        return answer

    async def wire(self):
        return (await self.gateway.call("sent"))["sent"]

    async def export(self, kind):
        asked = Asked("main", None, None, self.app.clock())
        return await self.app.store.read(lambda db: list(exports.KINDS[kind](db, asked)))


@asynccontextmanager
async def out(folder):
    config = settings(folder, pacing={"room_gap": 0, "gap_min": 0, "gap_max": 0, "per_minute": 0, "texts_a_day": 0})
    people = {BOT: "毛毛", OWNER: "周岚", XIAOMAN: "小满"}
    async with JsGateway() as gateway, open_store(config) as store:
        places = [
            {"id": room, "topic": topic, "members": [*people]} for room, topic in {**ROOMS, TEAM: "运营群"}.items()
        ]
        await gateway.call("world", contacts=[{"id": who, "name": name} for who, name in people.items()], rooms=places)
        await gateway.call("login", contact=BOT)
        await store.run(adopt)
        clock = Clock(evening("18:55:00"), 1.0)
        chat = WechatyChat("main", gateway.endpoint, gateway.token, clock, limits=QUICK)
        app = App(config, texts(config), store, clock, chat)
        async with running(app):
            for job in ("outbound", "care", "delivery"):
                app._ticker._scheduler.remove_job(job)
            await until(lambda: app.inbound.connected and len(app.directory.topics) == len(places))
            yield PlanEvening(app, gateway)


async def promote(play):
    """The evening's one promotion; its number."""
    shown = await play.ask(f"/post {PROMO} {ROOMS[PROMOTED]}", "还没发", "/confirm")
    code = shown.split("/confirm ")[1][:4]
    await play.ask(f"/confirm {code}", "开始发", "1 个群")
    await play.tick()
    ((number,),) = await look(play.app.store, "SELECT id FROM delivery WHERE kind = 'promo'")
    return number


async def check_refusals(play):
    """One a day is the limit, whoever posted the first; the answer gives numbers and the next time."""
    for room in (PROMOTED, STAFFED):
        answer = await play.ask(f"/post {ANOTHER} {ROOMS[room]}", ROOMS[room], "已有 1 条，上限 1 条")
        assert re.search(r"1[12]月\d+日 \d\d:\d\d 能再发", answer), answer


async def check_books(play, recalled):
    """Every send of the gateway is in the books once, and nothing else is."""
    sends = await play.wire()
    deliveries = [row for row in await play.export("deliveries") if row["dispatched_at"]]
    ledger = await play.export("ledger")
    posts = Counter((row["room_id"], row["text"]) for row in deliveries)
    said = Counter((send["conversationId"], send["text"]) for send in sends)
    assert {row["state"] for row in deliveries} == {"confirmed"}
    assert max(said[post] for post in posts) == 1
    assert posts <= said
    posted = Counter(row["room_id"] for row in ledger if row["source"] in BY_BOT)
    replied = Counter(row["room_id"] for row in ledger if row["kind"] == "reply")
    assert posted == Counter(room for room, _text in posts)
    assert replied == Counter(send["conversationId"] for send in sends) - posted
    assert {row["delivery_id"] for row in ledger if row["source"] in BY_BOT} == {row["id"] for row in deliveries}
    assert [row["room_id"] for row in ledger if row["source"] == "staff"] == [STAFFED]
    assert [send["conversationId"] for send in sends if send["recalled"]] == [PROMOTED]
    ((name,),) = await look(play.app.store, f"SELECT sent_message_id FROM delivery WHERE id = {recalled}")
    assert (await play.gateway.call("sent"))["recalled_ids"] == [name]
    print(f"{len(sends)} sends, {len(deliveries)} posts, {sum(replied.values())} answers and alarms")


async def test_the_books_and_the_gateway_agree_after_an_evening(tmp_path):
    async with out(tmp_path) as play:
        await play.tick("19:05:00")
        number = await promote(play)
        await play.ask(f"/recall {number}", "撤回了")
        await play.say(OWNER, STAFFED, STAFF_PROMO)
        await play.shows("SELECT source, kind FROM ledger WHERE source = 'staff'", ("staff", "promo"))
        await check_refusals(play)
        await play.say(XIAOMAN, PROMOTED, "@毛毛 有人吗")
        await play.tick("19:45:00")
        early = {
            room for (room,) in await look(play.app.store, "SELECT room_id FROM delivery WHERE state = 'confirmed'")
        }
        paused = [room for room in OTHERS if room not in early][:5]
        assert len(paused) == 5
        assert len(early) > 3
        for room in paused:
            await play.ask(f"/pause {ROOMS[room]}", "停了", ROOMS[room])
        await play.tick("20:58:00")
        held = await look(play.app.store, "SELECT room_id, rule FROM delivery WHERE state = 'held' ORDER BY room_id")
        assert held == [(room, "pause.room") for room in sorted(paused)]
        await play.tick("21:10:00")
        await play.app.dispatcher.idle()
        assert not {send["conversationId"] for send in await play.wire()} & set(paused)
        rest = [row for row in await play.export("deliveries") if row["room_id"] not in paused]
        assert {row["state"] for row in rest} == {"confirmed"}
        assert {row["room_id"] for row in rest} == set(ROOMS) - set(paused)
        await check_books(play, number)
