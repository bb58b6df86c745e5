"""What stops the bot from speaking, and what starts it again: strays, warnings, a jumping clock, a pause half-way."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from sqlalchemy import event

from bot.chat.sandbox.message import Content
from bot.chat.wire import EventType
from bot.clock import Clock
from bot.core.message import MessageKind
from tests.faults.hands import Hands
from tests.faults.look import look, until, until_shows
from tests.faults.points import INTENT
from tests.faults.shop import posts, shop, tell_again
from tests.scenarios.stage import BOT, CATS, DOGS, OWNER, SHOP, TEAM, XIAOMAN, Stage, evening, playing, settings, town

FAST = "操作过于频繁，请稍后再试"
SENDING = "SELECT breaker_until IS NOT NULL, stopped_at IS NOT NULL FROM sending"


async def state_in(stage: Stage, room: str) -> tuple[str, str]:
    ((state, rule),) = await look(stage.app.store, f"SELECT state, rule FROM delivery WHERE room_id = '{room}'")
    return state, rule


async def notices(stage: Stage, kind: str) -> int:
    ((count,),) = await look(stage.app.store, f"SELECT count(*) FROM notice WHERE template = 'alarms/{kind}'")
    return int(count)


async def first_and_second(stage: Stage) -> tuple[str, str, str]:
    """Let the evening's first post go out; its room, the room of the second, and its words."""
    await stage.at("18:58:00")
    (first, due), (second, later) = await look(stage.app.store, "SELECT room_id, due_at FROM delivery ORDER BY due_at")
    assert later - due > 5_000
    stage.app.clock.jump(datetime.fromtimestamp(due / 1000 + 1, UTC))
    await stage.app.outbound.tick()
    await until_shows(stage.app.store, f"SELECT state FROM delivery WHERE room_id = '{first}'", [("confirmed",)])
    return first, second, posts(stage, first)[0].label


async def test_a_post_that_shows_up_in_another_room_stops_everything_until_somebody_resumes(tmp_path):
    async with shop(tmp_path, both=True) as stage:
        first, second, words = await first_and_second(stage)
        stage.world.say(BOT, second, words)
        await until_shows(stage.app.store, SENDING, [(0, 1)])
        await stage.settle()
        await until(lambda: stage.app.turns._closed.stopped_at is not None)
        stage.gateway.faults.wire_log.clear()
        await stage.at("20:50:00")
        assert await state_in(stage, second) == ("held", "sending.stopped")
        stage.say(XIAOMAN, CATS, "@毛毛 有人吗")
        await stage.settle()
        await stage.app.outbound.tick()
        # The team is told at once, and may ask; customers hear nothing more.
        assert {sent.conversation_id for sent in stage.gateway.faults.wire_log} == {TEAM}
        alarms = [sent.label for sent in stage.gateway.faults.wire_log if "不是发给这个群的" in sent.label]
        assert [words[:10] in alarm for alarm in alarms] == [True]
        stage.gateway.faults.wire_log.clear()
        stage.say(OWNER, TEAM, "/resume sending")
        await stage.settle()
        await stage.app.outbound.tick()
        await until_shows(stage.app.store, f"SELECT state FROM delivery WHERE room_id = '{second}'", [("confirmed",)])
        assert (len(posts(stage, first)), len(posts(stage, second))) == (0, 1)
        assert await notices(stage, "misrouted") == 1


async def test_a_post_that_shows_up_twice_is_told_once(tmp_path):
    async with shop(tmp_path) as stage:
        await stage.at("20:00:00")
        await until_shows(stage.app.store, f"SELECT state FROM delivery WHERE room_id = '{CATS}'", [("confirmed",)])
        (sent,) = posts(stage)
        tell_again(stage, sent)
        await stage.settle()
        assert await notices(stage, "duplicate") == 0
        double = stage.world.say(BOT, CATS, sent.label)
        await until_shows(stage.app.store, "SELECT key FROM notice", [(f"duplicate:{double.id}",)])
        stage.world.utter(BOT, CATS, double.content, double.id)
        await stage.settle()
        await stage.at("20:05:00")
        await stage.hear(CATS)
        await stage.hear(CATS)
        await stage.hear(CATS)
        await stage.hear(CATS)
        await stage.hear(TEAM, "出现了两遍")
        assert (await notices(stage, "duplicate"), stage.silent()) == (1, True)
        assert await state_in(stage, CATS) == ("confirmed", "")


def system_note(stage: Stage) -> None:
    """The platform writes into the room itself."""
    stage.world.utter(OWNER, CATS, Content(MessageKind.GROUP_NOTE, FAST))


def gateway_error(stage: Stage) -> None:
    stage.gateway.faults.malformed(EventType.ERROR, json.dumps({"data": f"send failed: {FAST}"}))


def its_own_name(stage: Stage) -> None:
    """Some gateways show the platform's words as if the account had said them."""
    stage.world.say(BOT, CATS, FAST)


@pytest.mark.parametrize("warn", [system_note, gateway_error, its_own_name])
async def test_a_warning_of_the_platform_silences_the_bot_for_half_an_hour(tmp_path, warn):
    async with shop(tmp_path) as stage:
        await stage.at("19:20:00")
        warn(stage)
        await until_shows(stage.app.store, SENDING, [(1, 0)])
        await stage.settle()
        stage.gateway.faults.wire_log.clear()
        for clock in ("19:20:10", "19:35:00", "19:49:50"):
            await stage.at(clock)
            stage.say(OWNER, TEAM, "/status")
            await stage.settle()
            stage.say(XIAOMAN, CATS, "@毛毛 有人吗")
            await stage.settle()
            await stage.app.outbound.tick()
        assert stage.gateway.faults.wire_log == []
        await stage.at("20:30:00")
        await until_shows(stage.app.store, f"SELECT state FROM delivery WHERE room_id = '{CATS}'", [("confirmed",)])
        await stage.at("20:35:00")
        told = [sent.label for sent in stage.gateway.faults.wire_log if sent.conversation_id == TEAM]
        assert [("嫌发得太快" in text, "19:50" in text) for text in told] == [(True, True)]


async def test_each_further_warning_within_a_day_doubles_the_silence(tmp_path):
    async with shop(tmp_path) as stage:
        for said, silent, over in (
            ("10:00:00", "10:29:30", "10:30:10"),
            ("10:31:00", "11:30:30", "11:31:10"),
            ("12:00:00", "13:59:30", "14:00:10"),
        ):
            stage.app.clock.jump(evening(said))
            system_note(stage)
            shown = f"SELECT breaker_until > {int(evening(said).timestamp() * 1000)} FROM sending"
            await until_shows(stage.app.store, shown, [(1,)])
            await stage.settle()
            stage.gateway.faults.wire_log.clear()
            await stage.at(silent)
            assert stage.gateway.faults.wire_log == []
            await stage.at(over)
            assert len(stage.gateway.faults.wire_log) == 1
        assert await notices(stage, "breaker") == 3


async def test_several_warnings_at_once_are_one(tmp_path):
    async with shop(tmp_path) as stage:
        for _ in range(5):
            system_note(stage)
        await stage.settle()
        await until_shows(stage.app.store, SENDING, [(1, 0)])
        assert await look(stage.app.store, "SELECT breaker_times FROM sending") == [(1,)]
        assert await notices(stage, "breaker") == 1


async def test_a_member_who_types_the_warning_stops_nothing(tmp_path):
    async with shop(tmp_path) as stage:
        stage.say(XIAOMAN, CATS, FAST)
        stage.say(OWNER, CATS, FAST)
        await stage.settle()
        await stage.at("20:00:00")
        await until_shows(stage.app.store, f"SELECT state FROM delivery WHERE room_id = '{CATS}'", [("confirmed",)])
        assert await notices(stage, "breaker") == 0


@pytest.fixture
def hands(monkeypatch):
    hands = Hands(evening("18:50:00").astimezone(UTC))
    clock = Clock(wall=hands.wall, monotonic=hands.monotonic)
    monkeypatch.setattr("tests.scenarios.stage.Clock", lambda *_: clock)
    return hands


async def test_a_jump_that_both_ticks_see_is_told_once(tmp_path, hands, monkeypatch):
    world = town()
    world._now = hands.wall
    async with shop(tmp_path, world=world) as stage:
        await stage.app.outbound.tick()
        hands.set(seconds=3600)
        run = stage.app.store.run

        async def takes_a_moment(work, *args, **more):
            hands.pass_by(seconds=0.01)
            return await run(work, *args, **more)

        monkeypatch.setattr(stage.app.store, "run", takes_a_moment)
        await asyncio.gather(stage.app.outbound.watch(), stage.app.outbound.deliver())
        assert await notices(stage, "frozen") == 1


@pytest.mark.parametrize(("jump", "frozen"), [(61, True), (59, False), (-61, True), (7200, True), (-7200, True)])
async def test_a_clock_that_jumps_freezes_posts_for_ten_quiet_minutes(tmp_path, hands, jump, frozen):
    world = town()
    world._now = hands.wall
    async with shop(tmp_path, world=world) as stage:
        tick = stage.app.outbound.tick
        await tick()
        # Wherever the clock is set to, it then shows 20:10.
        hands.pass_by(seconds=(evening("20:10:00").astimezone(UTC) - hands.at).total_seconds() - jump)
        stage.app.clock.slip()
        hands.set(seconds=jump)
        await tick()
        assert await notices(stage, "frozen") == int(frozen)
        if not frozen:
            await until_shows(stage.app.store, f"SELECT state FROM delivery WHERE room_id = '{CATS}'", [("confirmed",)])
            return
        assert await state_in(stage, CATS) == ("held", "clock.frozen")
        for _ in range(9):
            hands.pass_by(seconds=60)
            await tick()
        assert posts(stage) == []
        stage.say(OWNER, TEAM, "/status")
        await stage.hear(TEAM, "时间跳了")
        await stage.hear(TEAM, "时间跳过")
        # A second jump begins the ten minutes anew.
        hands.set(seconds=-120)
        await tick()
        hands.pass_by(seconds=9 * 60 + 30)
        await tick()
        assert posts(stage) == []
        hands.pass_by(seconds=60)
        await tick()
        await until_shows(stage.app.store, f"SELECT state FROM delivery WHERE room_id = '{CATS}'", [("confirmed",)])


@pytest.mark.parametrize("wrong", [117, -117])
async def test_a_clock_that_was_wrong_for_minutes_costs_no_post(tmp_path, hands, wrong):
    world = town()
    world._now = hands.wall
    async with shop(tmp_path, world=world) as stage:
        tick = stage.app.outbound.tick
        await tick()
        hands.set(minutes=wrong)
        for _ in range(6):
            await tick()
            hands.pass_by(minutes=1)
        hands.set(minutes=-wrong)
        await tick()
        assert await notices(stage, "frozen") == 2
        assert await notices(stage, "missed") + await notices(stage, "brief") == 0
        while hands.at < evening("20:59:00"):
            hands.pass_by(minutes=1)
            await tick()
        states = await look(stage.app.store, "SELECT DISTINCT state FROM delivery")
        assert {state for (state,) in states} <= {"confirmed", "accepted"}
        assert len(posts(stage)) == 1


async def test_an_operator_lets_a_frozen_clock_go(tmp_path, hands):
    world = town()
    world._now = hands.wall
    async with shop(tmp_path, world=world) as stage:
        await stage.app.outbound.tick()
        hands.set(seconds=100 * 60)
        await stage.app.outbound.tick()
        assert await state_in(stage, CATS) == ("held", "clock.frozen")
        stage.say(OWNER, TEAM, "/resume")
        await stage.settle()
        hands.pass_by(seconds=10)
        await stage.app.outbound.tick()
        await until_shows(stage.app.store, f"SELECT state FROM delivery WHERE room_id = '{CATS}'", [("confirmed",)])


@contextmanager
def writing_down(stage: Stage):
    """The order in which the one writer entered pauses and intents."""
    order: list[str] = []

    def watch(_connection, _cursor, statement, *_):
        if statement.startswith("INSERT INTO pause"):
            order.append("pause")
        if statement.startswith("UPDATE delivery") and INTENT in statement:
            order.append("intent")

    event.listen(stage.app.store._writer, "before_cursor_execute", watch)
    try:
        yield order
    finally:
        event.remove(stage.app.store._writer, "before_cursor_execute", watch)


ROOMS: Sequence[str] = [f"r{number}@room" for number in range(30)]


async def test_a_pause_in_the_middle_of_a_broadcast_lets_only_the_send_in_flight_finish(tmp_path):
    world = town()
    for number, room in enumerate(ROOMS):
        world.add_room(room, f"{number}号群", (OWNER, BOT), owner_id=OWNER)
    config = settings(tmp_path, plan={"slots": 0, "second_person_above": 100})
    async with playing(tmp_path, at="19:30:00", world=world, config=config, opened=SHOP) as stage:
        for room in ROOMS:
            stage.say(OWNER, room, "/adopt")
            await stage.hear(TEAM, "接过来了")
        stage.say(OWNER, TEAM, "/post “今晚八点直播答疑，来聊聊换季掉毛” 互动 所有群")
        code = (await stage.hear(TEAM, "/confirm", "32 个群")).split("/confirm ")[1][:4]
        stage.gateway.faults.wire_log.clear()
        stage.gateway.faults.latency = 0.02
        with writing_down(stage) as order:
            stage.say(OWNER, TEAM, f"/confirm {code}")
            await stage.hear(TEAM, "开始发")
            stage.app.clock.jump(evening("20:00:00"))
            doing = asyncio.create_task(stage.app.outbound.tick())
            await until(lambda: order.count("intent") >= 5)
            stage.say(OWNER, TEAM, "/pause 全部")
            await stage.hear(TEAM, "停了")
            await doing
            await stage.at("20:30:00")
        sends = [sent for sent in stage.gateway.faults.wire_log if sent.conversation_id != TEAM]
        assert "intent" not in order[order.index("pause") :]
        assert 5 <= len(sends) == order.count("intent") < 32
        assert await look(
            stage.app.store, "SELECT count(*) FROM delivery WHERE state = 'held' AND rule = 'pause.all'"
        ) == [(32 - len(sends),)]
        stage.say(OWNER, TEAM, "/resume 全部")
        await stage.hear(TEAM, "接着发")
        await stage.app.outbound.tick()
        sends = [sent.conversation_id for sent in stage.gateway.faults.wire_log if sent.conversation_id != TEAM]
        assert sorted(sends) == sorted([*ROOMS, CATS, DOGS])
