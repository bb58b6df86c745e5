"""One evening over the JavaScript gateway, which stamps real time, while the bot lives in virtual time."""

from __future__ import annotations

import base64
import hashlib
from contextlib import asynccontextmanager

import pytest

from bot.app import App, running
from bot.chat.wechaty.adapter import WechatyChat
from bot.chat.wechaty.limits import Limits
from bot.clock import Clock
from storage.tables import MediaState
from tests.faults.look import look, until, until_shows
from tests.gateway.js import JsGateway, available
from tests.scenarios.stage import BOT, CATS, LAOQIN, OWNER, TEAM, XIAOMAN, evening, settings, texts
from tests.storage.blank import open_store

NO_JS = available()
pytestmark = [
    pytest.mark.gateway,
    pytest.mark.skipif(NO_JS is not None, reason=f"the JavaScript gateway: {NO_JS}"),
]

DORA = "dora"
SPEED = 20.0
QUICK = Limits(reads_per_second=200, backoff_first=0.05, backoff_most=0.5)


class Evening:
    """The bot and its gateway, and what passes between them."""

    def __init__(self, app: App, gateway: JsGateway) -> None:
        self.app, self.gateway = app, gateway

    async def say(self, talker, room, text, **more):
        return (await self.gateway.call("say", talker=talker, room=room, text=text, **more))["messageId"]

    async def sent(self, room, *parts):
        """Whether the bot has said something with all these parts there."""
        entries = (await self.gateway.call("sent"))["sent"]
        return [e for e in entries if e["conversationId"] == room and all(part in e["text"] for part in parts)]

    async def hear(self, room, *parts):
        async def there():
            return bool(await self.sent(room, *parts))

        await until(there)

    async def shows(self, sql, *rows):
        await until_shows(self.app.store, sql, list(rows))


@asynccontextmanager
async def out(folder):
    """An evening at 18:55, in a house whose owner is known; files above 100 kB are not fetched."""
    storage = {"url": f"sqlite:///{folder}/qunzhu.db", "folder": folder, "media_megabytes": 0.1}
    config = settings(folder, storage=storage, operators={"owners": [OWNER]})
    people = {BOT: "毛毛", OWNER: "周岚", XIAOMAN: "小满", LAOQIN: "老秦", DORA: "朵拉"}
    async with JsGateway() as gateway, open_store(config) as store:
        await gateway.call(
            "world",
            contacts=[{"id": who, "name": name} for who, name in people.items()],
            rooms=[
                {"id": CATS, "topic": "猫咪会客厅", "members": [OWNER, BOT, XIAOMAN, LAOQIN]},
                {"id": TEAM, "topic": "运营群", "members": [OWNER, BOT]},
            ],
        )
        await gateway.call("login", contact=BOT)
        clock = Clock(evening("18:55:00"), SPEED)
        chat = WechatyChat("main", gateway.endpoint, gateway.token, clock, limits=QUICK)
        app = App(config, texts(config), store, clock, chat)
        async with running(app):
            await until(lambda: app.inbound.connected and len(app.directory.topics) == 2)
            play = Evening(app, gateway)
            await play.say(OWNER, TEAM, "/control")
            await play.hear(TEAM, "运营群")
            await play.say(OWNER, CATS, "/adopt")
            await play.hear(CATS, "毛毛")
            yield play


async def test_words_lie_where_they_were_said_and_the_post_is_confirmed(tmp_path):
    async with out(tmp_path) as play:
        before = play.app.clock()
        said = await play.say(XIAOMAN, CATS, "我家英短四个月大")
        await play.shows(f"SELECT count(*) FROM message WHERE message_id = '{said}'", (1,))
        ((sent_at,),) = await look(play.app.store, f"SELECT sent_at FROM message WHERE message_id = '{said}'")
        assert -1 < sent_at / 1000 - before.timestamp() < (play.app.clock() - before).total_seconds() + 1
        await play.shows("SELECT contact_id FROM tag_assignment WHERE tag = '英短'", (XIAOMAN,))
        await play.say(OWNER, TEAM, "/status")
        await play.hear(TEAM, "连接正常")
        assert await look(play.app.store, "SELECT count(*) FROM delivery WHERE state <> 'planned'") == [(0,)]
        play.app.clock.jump(evening("19:58:00"))
        await play.shows("SELECT state FROM delivery", ("confirmed",))
        times = "SELECT dispatched_at, confirmed_at, text FROM delivery"
        ((dispatched, confirmed, text),) = await look(play.app.store, times)
        start, end = (evening(at).timestamp() * 1000 for at in ("19:58:00", "20:30:00"))
        assert start <= dispatched <= confirmed < end
        assert [entry["text"] for entry in await play.sent(CATS)][-1] == text
        assert await look(play.app.store, "SELECT count(*) FROM ledger WHERE kind <> 'reply'") == [(1,)]
        await play.say(OWNER, TEAM, "/tags")
        await play.hear(TEAM, "英短")
        assert await look(play.app.store, "SELECT text, handling FROM message WHERE handling NOT IN (0, 2)") == []


async def test_pictures_recalls_and_comings_and_goings(tmp_path):
    small, large = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 240, b"\x89PNG\r\n\x1a\n" + bytes(200_000)
    async with out(tmp_path) as play:
        for name, data in (("猫.png", small), ("大.png", large)):
            box = base64.b64encode(data).decode()
            await play.gateway.call("say_file", talker=XIAOMAN, room=CATS, name=name, base64=box)
        await play.shows(
            "SELECT media_state, media_name, media_bytes FROM message WHERE media_state <> 0 ORDER BY id",
            (MediaState.STORED, "猫.png", len(small)),
            (MediaState.TOO_LARGE, "大.png", 0),
        )
        ((path,),) = await look(play.app.store, "SELECT media_path FROM message WHERE media_state = 2")
        kept = [file for file in (tmp_path / "media").rglob("*") if file.is_file()]
        assert kept == [tmp_path / "media" / path]
        assert kept[0].read_bytes() == small
        assert hashlib.sha256(small).hexdigest() in path

        slip = await play.say(LAOQIN, CATS, "说错了")
        await play.gateway.call("recalled", message=slip)
        await play.shows("SELECT text FROM message WHERE recalled_at IS NOT NULL", ("说错了",))

        await play.gateway.call("join", room=CATS, contacts=[DORA], inviter=XIAOMAN)
        await play.gateway.call("leave", room=CATS, contacts=[LAOQIN])
        await play.gateway.call("topic", room=CATS, topic="猫咪大客厅", changer=OWNER)
        await play.shows(
            "SELECT contact_id, inviter_id, left_at IS NULL FROM membership "
            "WHERE joined_at IS NOT NULL OR left_at IS NOT NULL ORDER BY contact_id",
            (DORA, XIAOMAN, 1),
            (LAOQIN, "", 0),
        )
        await play.shows(f"SELECT topic FROM room WHERE room_id = '{CATS}'", ("猫咪大客厅",))
        await play.shows(f"SELECT name FROM contact WHERE contact_id = '{DORA}'", ("朵拉",))


async def test_a_gateway_that_dies_in_the_middle_is_heard_again(tmp_path):
    async with out(tmp_path) as play:
        first = await play.say(XIAOMAN, CATS, "停电之前")
        await play.shows("SELECT text FROM message WHERE text LIKE '停电%'", ("停电之前",))
        await play.gateway.kill()
        await until(lambda: not play.app.inbound.connected)
        lost_at = play.app.clock()
        play.app.clock.jump(max(evening("19:58:00"), lost_at))
        await play.gateway.restart_same_port()
        await until(lambda: play.app.inbound.connected)
        # The puppet tells it again under the same id, as some do after a reconnect.
        await play.say(XIAOMAN, CATS, "停电之前", message_id=first)
        await play.say(XIAOMAN, CATS, "停电之后")
        await play.shows("SELECT text FROM message WHERE text LIKE '停电%' ORDER BY id", ("停电之前",), ("停电之后",))
        await play.shows("SELECT count(*) FROM gap", (1,))
        await play.shows("SELECT state FROM delivery", ("confirmed",))
        await play.say(OWNER, TEAM, "/status")
        await play.hear(TEAM, "连接正常")
