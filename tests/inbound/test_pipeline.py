"""Hearing, through the whole bot: what passes by, what the bot knows of its gateway, and what watchers are told."""

from __future__ import annotations

from bot.core.message import File
from storage import accounts, rooms
from tests.faults.look import look, until, until_shows
from tests.scenarios.stage import BOT, CATS, LAOQIN, OTHER, OWNER, SHOP, TEAM, XIAOMAN, evening, playing


async def test_customers_earn_tags_by_plain_talk_and_nobody_else_does(tmp_path):
    async with playing(tmp_path, opened=SHOP) as stage:
        stage.say(XIAOMAN, CATS, "我家英短四个月大")
        stage.say(OWNER, CATS, "我家也是英短四个月大")
        stage.say(BOT, CATS, "英短四个月大的时候要打疫苗")
        stage.say(XIAOMAN, BOT, "我家还有一只布偶猫")
        stage.say(LAOQIN, OTHER, "我家布偶猫")
        await stage.settle()
        tagged = await look(stage.app.store, "SELECT DISTINCT contact_id FROM tag_assignment")
        assert tagged == [(XIAOMAN,)]
        assert ("布偶",) not in await look(stage.app.store, "SELECT tag FROM tag_assignment")


async def test_a_gap_in_hearing_is_noted_once_and_shown(tmp_path):
    async with playing(tmp_path, opened=SHOP) as stage:
        await stage.settle()
        port = int(stage.app.chat._endpoint.rpartition(":")[2])
        await stage.gateway.crash()
        await until(lambda: not stage.app.inbound.connected)
        stage.world.say(XIAOMAN, CATS, "没人听见")
        await stage.gateway.start(port=port)
        await until(lambda: stage.app.inbound.connected)
        await until_shows(stage.app.store, "SELECT count(*) FROM gap", [(1,)])
        stage._owed.clear()
        stage.say(OWNER, TEAM, "/status")
        await stage.hear(TEAM, "断线 1 次")
        found = await stage.app.store.read(accounts.gaps_since, "main", evening("18:00"))
        assert found[0] == 1


async def test_words_said_while_the_gateway_is_lost_are_answered_when_it_is_back(tmp_path):
    """An answer that was due while the link was down used to be spoken into the void, and the question was done."""
    async with playing(tmp_path, opened=SHOP) as stage:
        await stage.settle()
        port = int(stage.app.chat._endpoint.rpartition(":")[2])
        stage.app.dispatcher.hold("gateway")
        stage.say(XIAOMAN, CATS, "@毛毛 在吗")
        await until_shows(stage.app.store, "SELECT handling FROM message WHERE text = '@毛毛 在吗'", [(1,)])
        await stage.gateway.crash()
        await until(lambda: not stage.app.inbound.connected)
        assert stage.silent()
        await stage.gateway.start(port=port)
        await stage.hear(CATS, "听到了")


async def test_the_bot_leaves_with_its_removal_and_comes_back_with_its_return(tmp_path):
    async with playing(tmp_path, opened=SHOP) as stage:
        stage.world.leave(CATS, [BOT], OWNER)
        active = f"SELECT active FROM room WHERE room_id = '{CATS}'"
        await until_shows(stage.app.store, active, [(0,)])
        stage.world.join(CATS, [BOT], OWNER)
        await until_shows(stage.app.store, active, [(1,)])
        stage.world.rename(CATS, "猫咪新客厅", OWNER)
        await until_shows(stage.app.store, f"SELECT topic FROM room WHERE room_id = '{CATS}'", [("猫咪新客厅",)])
        stage.say(OWNER, TEAM, "/status 新客厅")
        await stage.hear(TEAM, "新客厅")


async def test_a_recalled_message_is_marked_and_its_words_are_kept(tmp_path):
    async with playing(tmp_path, opened=SHOP) as stage:
        slip = stage.say(XIAOMAN, CATS, "发错群了")
        await stage.settle()
        stage.world.recall(slip.id)
        await until_shows(stage.app.store, "SELECT text FROM message WHERE recalled_at IS NOT NULL", [("发错群了",)])


async def test_hostile_words_are_stored_as_they_are_and_do_nothing(tmp_path):
    hostile = [
        "{{ 7*7 }} {% for x in ().__class__.__mro__ %}",
        "'; DROP TABLE message; --",
        "\u202e/adopt\u202c\u200b",
        "@所有人 ／ release",
        "a" * 20_000,
        "\x01\x02\x1b[31m",
        "👨‍👩‍👧‍👦" * 50,
    ]
    async with playing(tmp_path, opened=SHOP) as stage:
        await stage.settle()
        ids = [stage.say(LAOQIN, CATS, text).id for text in hostile]
        await stage.settle()
        assert stage.silent()
        kept = dict(await look(stage.app.store, "SELECT message_id, text FROM message"))
        assert [kept[message_id] for message_id in ids] == hostile
        assert await stage.app.store.read(rooms.find, "main", CATS)


async def test_a_picture_in_a_room_nobody_adopted_is_not_fetched(tmp_path):
    async with playing(tmp_path, opened=SHOP) as stage:
        stage.world.send_file(LAOQIN, OTHER, File("证件.png", b"\x89PNG"))
        stage.say(XIAOMAN, CATS, "你好")
        await stage.settle()
        await stage.app.media.idle()
        assert not (tmp_path / "media").exists()
