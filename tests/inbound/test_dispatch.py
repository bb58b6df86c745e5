"""Answering: tried and set aside, never twice, never late, and only for those who may and mean it."""

from __future__ import annotations

import pytest

from bot.chat.sandbox.message import Content
from bot.core.errors import StoreError
from bot.core.message import Link, MessageKind
from bot.core.operator import Role
from bot.core.reply import Reply
from bot.policy.command import command
from storage import operators
from storage.tables import Handling
from tests.faults.look import look, until, until_shows
from tests.scenarios.stage import BOT, CATS, LAOQIN, OTHER, OWNER, SHOP, TEAM, XIAOMAN, evening, playing, town

ORDERS = "SELECT command, outcome FROM audit WHERE command NOT IN ('/claim', '/control', '/adopt') ORDER BY id"


def plant(stage, name, run):
    """Give the bot one more command."""
    stage.app.router._named[name] = command(name)(run)


async def test_a_failing_handler_is_set_aside_after_three_tries_and_the_next_message_is_answered(tmp_path):
    async with playing(tmp_path, opened=SHOP) as stage:
        plant(stage, "boom", lambda _db, _call: 1 / 0)
        stage.say(OWNER, TEAM, "/boom")
        stage.say(OWNER, TEAM, "/status")
        said = {await stage.hear(TEAM), await stage.hear(TEAM)}
        assert [text for text in said if "猫咪会客厅" in text]
        assert [text for text in said if "试了 3 次" in text and "/boom" in text]
        await stage.settle()
        failures = await look(stage.app.store, "SELECT attempt, error, traceback FROM failure ORDER BY attempt")
        assert [attempt for attempt, *_ in failures] == [1, 2, 3]
        assert all("ZeroDivisionError" in error and "test_dispatch.py" in trace for _, error, trace in failures)
        found = await look(stage.app.store, "SELECT handling, tries FROM message WHERE text = '/boom'")
        assert found == [(Handling.SET_ASIDE, 3)]
        assert await look(stage.app.store, ORDERS) == [("/status", "done")]
        stage.say(OWNER, TEAM, "/status")
        await stage.hear(TEAM, "猫咪会客厅")


async def test_a_failing_command_of_somebody_forgotten_leaves_no_trace_of_them(tmp_path):
    """The failure row named them, and the control room was shown what they had said."""
    async with playing(tmp_path, opened=SHOP) as stage:
        stage.say(XIAOMAN, CATS, "忘记我")
        await stage.hear(CATS, "想好了吗")
        stage.say(XIAOMAN, CATS, "是的")
        await stage.hear(CATS, "都删了")
        await until_shows(stage.app.store, f"SELECT count(*) FROM message WHERE talker_id = '{XIAOMAN}'", [(0,)])

        def boom(_db, call):
            tries.append(call.message_id)
            raise ValueError(call.talker_id, call.text)

        tries: list[str] = []
        stage.app.router._named["boom"] = command("boom", role=Role.MEMBER, traceless=True)(boom)
        stage.say(XIAOMAN, CATS, "/boom")
        await until(lambda: len(tries) == 3)
        await stage.app.dispatcher.idle()
        assert await look(stage.app.store, "SELECT count(*) FROM failure") == [(0,)]
        assert stage.silent()


async def test_nobody_is_addressed_by_name_when_alone_with_the_bot(tmp_path):
    async with playing(tmp_path, opened=SHOP) as stage:
        await stage.named(XIAOMAN)
        stage.say(XIAOMAN, CATS, "积分")
        assert (await stage.hear(CATS)).startswith("@小满")
        stage.say(XIAOMAN, BOT, "积分")
        assert "@" not in await stage.hear(XIAOMAN)


async def test_a_command_that_was_carried_out_is_not_carried_out_again_when_what_follows_fails(tmp_path, monkeypatch):
    """A fault after the commit used to send the whole command through the handler a second time."""
    async with playing(tmp_path, opened=SHOP) as stage:
        runs, faults = [], []

        def count(_db, call):
            runs.append(call.message_id)
            faults.append(StoreError("disk I/O error"))
            return Reply("control")

        plant(stage, "count", count)
        plant(stage, "mute", lambda _db, call: runs.append(call.message_id) or Reply("no/such/template"))
        reload = stage.app.directory.reload

        async def failing(store):
            if faults:
                raise faults.pop()
            return await reload(store)

        monkeypatch.setattr(stage.app.directory, "reload", failing)
        wanted = [stage.say(OWNER, TEAM, words).id for words in ("/count", "/mute", "/status")]
        await stage.hear(TEAM, "运营群")
        await stage.hear(TEAM, "猫咪会客厅")
        await stage.settle()
        assert runs == wanted[:2]
        assert await look(stage.app.store, ORDERS) == [("/count", "done"), ("/mute", "done"), ("/status", "done")]
        assert await look(stage.app.store, "SELECT count(*) FROM failure") == [(0,)]


async def test_old_words_are_recorded_and_tagged_and_not_answered(tmp_path):
    async with playing(tmp_path, opened=SHOP) as stage:
        ago = stage.world.now_ms - 130_000
        stage.world.say(OWNER, TEAM, "/status", stamp_ms=ago)
        stage.world.say(XIAOMAN, CATS, "@毛毛 我家英短四个月大", stamp_ms=ago)
        stage.world.say(OWNER, TEAM, "/tags", stamp_ms=stage.world.now_ms - 100_000)
        await stage.hear(TEAM)
        await stage.settle()
        assert stage.silent()
        found = await look(
            stage.app.store, "SELECT handling FROM message WHERE text IN ('/status', '/tags') ORDER BY id"
        )
        assert found == [(Handling.TOO_OLD,), (Handling.DONE,)]
        assert ("英短",) in await look(stage.app.store, "SELECT tag FROM tag_assignment WHERE contact_id = 'xiaoman'")
        assert await look(stage.app.store, ORDERS) == [("/tags", "done")]


async def test_what_waited_when_the_process_died_is_answered_once_when_fresh_and_never_when_old(tmp_path):
    """After a crash everything that waited was answered, however long ago it was said, and before anyone could hear."""
    world = town()
    async with playing(tmp_path, world=world, opened=SHOP) as stage:
        stage.app.dispatcher.hold("gateway")
        fresh = stage.say(OWNER, TEAM, "/status")
        await until_shows(stage.app.store, "SELECT handling FROM message WHERE text = '/status'", [(Handling.PENDING,)])
    async with playing(tmp_path, at="18:56:00", world=world) as stage:
        await stage.hear(TEAM, "猫咪会客厅")
        stage.gateway.faults.line.emit(2, {"messageId": fresh.id})
        stage.say(OWNER, TEAM, "/tags")
        await stage.hear(TEAM)
        await stage.settle()
        assert stage.silent()
        assert await look(stage.app.store, ORDERS) == [("/status", "done"), ("/tags", "done")]
        stage.app.dispatcher.hold("gateway")
        stage.say(OWNER, TEAM, "/audit")
        await until_shows(stage.app.store, "SELECT handling FROM message WHERE text = '/audit'", [(Handling.PENDING,)])
    async with playing(tmp_path, at="19:00:00", world=world) as stage:
        await stage.settle()
        assert stage.silent()
        shown = await look(stage.app.store, "SELECT handling FROM message WHERE text = '/audit'")
        assert shown == [(Handling.TOO_OLD,)]
        assert len(await look(stage.app.store, ORDERS)) == 2


async def test_only_the_messages_own_text_is_a_command(tmp_path):
    world = town()
    world.add_person("joker", "/release")
    world.join(CATS, ["joker"])
    async with playing(tmp_path, world=world, opened=SHOP) as stage:
        stage.say("joker", CATS, "大家好")
        stage.say(XIAOMAN, CATS, "@/release\u2005你好", "joker")
        stage.say(OWNER, CATS, "「周岚：/release」\n- - - - - - - - - -\n说的就是这句")
        stage.say(BOT, CATS, "/release")
        world.utter(OWNER, CATS, Content(MessageKind.CHAT_HISTORY, "/release"))
        world.send_link(OWNER, CATS, Link("https://example.com", "/release"))
        await stage.settle()
        stage.spoken.clear()
        assert {CATS, TEAM} <= set(stage.app.directory.rooms)
        assert await look(stage.app.store, ORDERS) == []
        assert await look(
            stage.app.store, "SELECT count(*) FROM message WHERE handling <> 0 AND room_id = 'cats@room'"
        ) == [(0,)]


async def test_a_member_hears_nothing_of_a_wrong_command_and_an_owner_the_nearest_one(tmp_path):
    async with playing(tmp_path, opened=SHOP) as stage:
        stage.say(XIAOMAN, CATS, "/statu")
        stage.say(XIAOMAN, CATS, "/status")
        stage.say(OWNER, TEAM, "/statu")
        await stage.hear(TEAM, "/statu", "/status")
        await stage.settle()
        assert stage.silent()
        outcomes = [("/statu", "failed"), ("/status", "refused"), ("/statu", "failed")]
        assert await look(stage.app.store, ORDERS) == outcomes


async def test_strangers_leave_no_row(tmp_path):
    world = town()
    world.add_person("stranger", "路人")
    tables = ("audit", "message", "contact", "membership", "room", "failure")
    counts = " UNION ALL ".join(f"SELECT count(*) FROM {table}" for table in tables)
    async with playing(tmp_path, world=world, opened=SHOP) as stage:
        await stage.settle()
        await until_shows(stage.app.store, "SELECT count(*) FROM contact WHERE name = ''", [(0,)])
        before = await look(stage.app.store, counts)
        for words in ("/adopt", "/nonsense", "/claim ABCDEFGH", "帮助"):
            stage.say(LAOQIN, OTHER, words)
        stage.say("stranger", BOT, "在吗？")
        stage.say(XIAOMAN, CATS, "我先说一句")
        await stage.settle()
        assert stage.spoken[stage._heard :] == []
        after = await look(stage.app.store, counts)
        assert [new[0] - old[0] for old, new in zip(before, after, strict=True)] == [0, 1, 0, 0, 0, 0]


async def test_a_private_line_is_greeted_once_and_handed_on_and_an_owner_is_obeyed(tmp_path):
    async with playing(tmp_path, opened=SHOP) as stage:
        await until_shows(stage.app.store, "SELECT count(*) FROM contact WHERE contact_id = 'laoqin'", [(1,)])
        stage.say(LAOQIN, BOT, "你们周末开门吗")
        await stage.hear(LAOQIN, "毛毛", "转给店里")
        await stage.hear(TEAM, "老秦", "周末开门吗")
        stage.say(LAOQIN, BOT, "在吗")
        await stage.hear(TEAM, "在吗")
        stage.say(OWNER, BOT, "/status")
        await stage.hear(OWNER, "猫咪会客厅")
        await stage.settle()
        assert stage.silent()


async def test_the_role_is_checked_when_the_command_is_carried_out(tmp_path):
    async with playing(tmp_path, opened=SHOP) as stage:
        store = stage.app.store
        await store.run(operators.add, "main", XIAOMAN, Role.OPERATOR, name="", by=OWNER, now=evening("18:00"))
        await stage.app.directory.reload(store)
        stage.app.dispatcher.hold("gateway")
        stage.say(XIAOMAN, CATS, "/release")
        await until_shows(store, "SELECT handling FROM message WHERE text = '/release'", [(Handling.PENDING,)])
        await store.run(operators.remove, "main", XIAOMAN)
        stage.app.dispatcher.resume("gateway")
        await stage.settle()
        assert stage.silent()
        assert await look(store, ORDERS) == [("/release", "refused")]
        assert CATS in stage.app.directory.rooms


@pytest.mark.parametrize("words", ["/status", "／status", "\u200b/status", "@毛毛\u2005/status", "/状态"])
async def test_a_command_is_known_however_a_phone_writes_it(tmp_path, words):
    async with playing(tmp_path, opened=SHOP) as stage:
        stage.say(OWNER, TEAM, words)
        await stage.hear(TEAM, "猫咪会客厅")
