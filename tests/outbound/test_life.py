"""A delivery's life through the whole bot: confirmed, accepted, unknown or failed, and never sent twice."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from grpclib.const import Status

from bot.app import App
from bot.chat.wechaty.adapter import WechatyChat
from bot.clock import Clock
from bot.core.post import PostKind
from bot.lease import TTL
from storage import accounts, notices, outbox, rooms
from tests.faults.look import look, until, until_shows
from tests.scenarios.stage import CATS, OWNER, TEAM, evening, playing, settings, town

STATES = f"SELECT state FROM delivery WHERE room_id = '{CATS}' ORDER BY id"
LEDGER = f"SELECT count(*) FROM ledger WHERE room_id = '{CATS}' AND kind <> 'reply'"
DUE = "20:00:00"


@asynccontextmanager
async def shop(folder, *, at="18:50:00", world=None, opened=False, **config):
    """The bot with one customer room, whose outbox moves only when the test says so."""
    fresh = () if opened else (CATS,)
    async with playing(folder, at=at, world=world, config=settings(folder, **config), opened=fresh) as stage:
        for job in ("outbound", "care", "delivery"):
            stage.app._ticker._scheduler.remove_job(job)
        stage.faults = stage.gateway.faults
        stage.faults.wire_log.clear()
        yield stage


def posts(stage):
    """What the gateway took for the customer room."""
    return [sent.label for sent in stage.faults.wire_log if sent.conversation_id == CATS]


async def states(stage):
    return [state for (state,) in await look(stage.app.store, STATES)]


async def many_ticks(stage):
    """The rest of the evening, and the next night."""
    for clock in ("20:02:10", "20:05:00", "20:15:00", "20:45:00", "21:10:00", "23:59:00"):
        await stage.at(clock)


async def test_a_post_is_confirmed_by_its_echo(tmp_path):
    async with shop(tmp_path) as stage:
        await stage.at(DUE)
        await until_shows(stage.app.store, STATES, [("confirmed",)])
        assert await look(stage.app.store, LEDGER) == [(1,)]
        assert len(posts(stage)) == 1


async def test_an_echo_that_comes_before_the_response_is_not_undone_by_it(tmp_path):
    async with shop(tmp_path) as stage:
        send, heard = stage.app.chat.send_text, []

        async def answered_late(*args):
            receipt = await send(*args)
            await until_shows(stage.app.store, STATES, [("confirmed",)])
            heard.append(receipt)
            return receipt

        stage.app.chat.send_text = answered_late
        await stage.at(DUE)
        assert heard
        assert await states(stage) == ["confirmed"]


async def test_without_an_echo_it_stays_accepted(tmp_path):
    async with shop(tmp_path) as stage:
        stage.faults.echo_off()
        await stage.at(DUE)
        assert await states(stage) == ["accepted"]
        await many_ticks(stage)
        assert await states(stage) == ["unconfirmed"]
        assert len(posts(stage)) == 1


@pytest.mark.parametrize(
    ("status", "echo"),
    [
        (Status.UNAVAILABLE, True),
        (Status.UNAVAILABLE, False),
        (Status.DEADLINE_EXCEEDED, False),
        (Status.INTERNAL, False),
        (None, False),
    ],
)
async def test_a_send_whose_answer_is_lost_is_never_repeated(tmp_path, status, echo):
    async with shop(tmp_path) as stage:
        if status is None:
            stage.faults.hang_next("MessageSendText", after_effect=True)
        else:
            stage.faults.fail_next("MessageSendText", status, after_effect=True)
        if not echo:
            stage.faults.echo_off()
        await stage.at(DUE)
        await until_shows(stage.app.store, STATES, [("confirmed" if echo else "unknown",)])
        await many_ticks(stage)
        assert len(posts(stage)) == 1
        assert await states(stage) == ["confirmed" if echo else "ambiguous"]
        assert await look(stage.app.store, LEDGER) == [(1,)]


async def test_a_send_that_was_on_its_way_when_the_process_died_is_never_repeated(tmp_path):
    world = town()
    async with shop(tmp_path, world=world) as stage:
        send = stage.app.chat.send_text

        async def die(room_id, *_):
            if room_id == CATS:
                await asyncio.get_running_loop().create_future()

        stage.app.chat.send_text = die
        tick = asyncio.create_task(stage.at(DUE))
        await until_shows(stage.app.store, STATES, [("dispatching",)])
        dying = stage.app.store.run
        stage.app.store.run = None  # a dead process writes nothing any more
        tick.cancel()
        await asyncio.gather(tick, return_exceptions=True)
        stage.app.store.run, stage.app.chat.send_text = dying, send
        assert await states(stage) == ["dispatching"]
    async with shop(tmp_path, at="20:01:00", world=world, opened=True) as stage:
        await many_ticks(stage)
        ((state, reason),) = await look(
            stage.app.store, "SELECT state, reason FROM delivery WHERE room_id = 'cats@room'"
        )
        assert (state, reason.split(":")[0]) == ("ambiguous", "crash")
        assert posts(stage) == []
        stage.say(OWNER, TEAM, "/status")
        await stage.hear(TEAM, "猫咪会客厅")


async def test_what_was_provably_not_sent_is_tried_three_times_and_then_given_up(tmp_path):
    async with shop(tmp_path) as stage:
        stage.faults.fail_next("MessageSendText", Status.FAILED_PRECONDITION, 3)
        seen = []
        for clock in (DUE, "20:01:00", "20:02:05", "20:03:00", "20:04:10", "20:30:00"):
            await stage.at(clock)
            ((state, attempts),) = await look(
                stage.app.store, "SELECT state, attempts FROM delivery WHERE room_id = 'cats@room'"
            )
            seen.append((state, attempts))
        assert seen == [("planned", 1), ("planned", 1), ("planned", 2), ("planned", 2), ("failed", 3), ("failed", 3)]
        assert await look(stage.app.store, LEDGER) == [(0,)]
        assert posts(stage) == []


async def test_a_refused_post_goes_out_at_the_next_try(tmp_path):
    async with shop(tmp_path) as stage:
        stage.faults.fail_next("MessageSendText", Status.NOT_FOUND)
        await stage.at(DUE)
        await stage.at("20:02:05")
        await until_shows(stage.app.store, STATES, [("confirmed",)])
        assert (len(posts(stage)), await look(stage.app.store, LEDGER)) == (1, [(1,)])


async def test_with_the_gateway_away_at_the_due_time_the_post_waits(tmp_path):
    async with shop(tmp_path) as stage:
        port = int(stage.app.chat._endpoint.rpartition(":")[2])
        await stage.gateway.crash()
        await until(lambda: not stage.app.inbound.connected)
        await stage.at(DUE)
        await stage.at("20:10:00")
        assert await states(stage) == ["planned"]
        await stage.gateway.start(port=port)
        await until(lambda: stage.app.inbound.connected)
        await stage.at("20:20:00")
        await until_shows(stage.app.store, STATES, [("confirmed",)])


async def test_after_a_logout_posts_wait_for_the_login_on_the_same_link(tmp_path):
    """A login on a link that had stayed open was not noticed, and nothing was posted until the next reconnect."""
    async with shop(tmp_path) as stage:
        stage.world.logout("kicked")
        await until(lambda: not stage.app.inbound.connected)
        await stage.at(DUE)
        assert await states(stage) == ["planned"]
        stage.world.login()
        await until(lambda: stage.app.inbound.connected)
        await stage.at("20:10:00")
        await until_shows(stage.app.store, STATES, [("confirmed",)])


async def test_a_window_missed_altogether_holds_the_post_until_the_next_one(tmp_path):
    async with shop(tmp_path) as stage:
        await stage.at("18:58:00")
        await stage.at("21:05:00")
        assert await states(stage) == ["held"]
        await stage.at("23:30:00")
        assert posts(stage) == []
        stage.app.clock.jump(evening("19:00:10").replace(day=23))
        await stage.app.outbound.tick()
        assert (await states(stage))[0] in {"accepted", "confirmed"}
        assert len(posts(stage)) == 1


async def test_a_room_released_or_left_after_planning_is_skipped(tmp_path):
    async with shop(tmp_path) as stage:
        await stage.at("18:58:00")
        await stage.app.store.run(rooms.set_active, "main", CATS, active=False)
        await stage.at(DUE)
        ((state, reason),) = await look(
            stage.app.store, "SELECT state, reason FROM delivery WHERE room_id = 'cats@room'"
        )
        assert (state, reason.split(":")[0]) == ("skipped", "room.inactive")
        await stage.app.store.run(rooms.set_active, "main", CATS, active=True)
        stage.app.clock.jump(evening("18:58:00").replace(day=23))
        await stage.app.outbound.tick()
        assert await states(stage) == ["skipped", "planned"]
        stage.say(OWNER, TEAM, "/release 猫咪会客厅")
        await stage.hear(TEAM, "猫咪会客厅")
        stage.app.clock.jump(evening(DUE).replace(day=23))
        await stage.app.outbound.tick()
        assert await states(stage) == ["skipped", "skipped"]
        assert posts(stage) == []


@pytest.mark.parametrize("fault", ["broken", "gone"])
async def test_a_text_that_breaks_between_plan_and_send_costs_one_post_and_nothing_else(tmp_path, fault):
    async with shop(tmp_path) as stage:
        await stage.at("18:58:00")
        ((slug,),) = await look(stage.app.store, "SELECT content FROM delivery WHERE room_id = 'cats@room'")
        post = stage.app.content.library.pop(slug)
        if fault == "broken":
            stage.app.content.library[slug] = replace(post, body="好 {{ no.such.thing }}")
        await stage.at(DUE)
        ((state, reason),) = await look(
            stage.app.store, "SELECT state, reason FROM delivery WHERE room_id = 'cats@room'"
        )
        assert (state, reason.split(":")[0]) == ("skipped", f"content.{fault}")
        assert (posts(stage), await look(stage.app.store, LEDGER)) == ([], [(0,)])


async def test_a_slot_is_used_once_whatever_happens_to_ticks_processes_and_clocks(tmp_path):
    world = town()
    async with shop(tmp_path, world=world) as stage:
        await stage.at("19:59:00")
        first = await states(stage)
        await asyncio.gather(*(stage.app.outbound.tick() for _ in range(5)))
        await stage.at("19:00:00")
        await stage.at("19:59:30")
        assert len(await states(stage)) == len(first) == 1
        other = Clock(evening("20:10:00"), 1.0)
        twin = App(
            stage.app.config,
            stage.app.content,
            stage.app.store,
            other,
            WechatyChat("main", stage.app.chat._endpoint, "token", other),
        )
        await twin.outbound._plan(stage.app.clock())
        assert len(await states(stage)) == 1
        await until_shows(stage.app.store, STATES, [("confirmed",)])
        assert len(posts(stage)) == 1
    async with shop(tmp_path, at="19:10:00", world=world, opened=True) as stage:
        for clock in ("19:59:40", DUE, "20:50:00"):
            await stage.at(clock)
        assert await states(stage) == ["confirmed"]
        assert posts(stage) == []


async def test_a_restart_before_the_due_time_changes_nothing(tmp_path):
    world = town()
    slots = "SELECT content, due_at, attempt_id FROM delivery WHERE room_id = 'cats@room'"
    async with shop(tmp_path, world=world) as stage:
        await stage.at("19:00:05")
        planned = await look(stage.app.store, slots)
        assert await states(stage) == ["planned"]
    async with shop(tmp_path, at="19:05:00", world=world, opened=True) as stage:
        await stage.app.outbound.tick()
        assert await look(stage.app.store, slots) == planned
        await stage.at(DUE)
        await until_shows(stage.app.store, STATES, [("confirmed",)])
        assert len(posts(stage)) == 1


async def test_three_evenings_bring_three_different_posts(tmp_path):
    async with shop(tmp_path) as stage:
        for day in (22, 23, 24):
            stage.app.clock.jump(evening("18:55:00").replace(day=day))
            await stage.app.outbound.tick()
            stage.app.clock.jump(evening("20:30:00").replace(day=day))
            await stage.app.outbound.tick()
            await until_shows(stage.app.store, STATES, [("confirmed",)] * (day - 21))
        contents = await look(stage.app.store, "SELECT content, kind FROM delivery WHERE room_id = 'cats@room'")
        assert len({content for content, _kind in contents}) == 3
        assert {kind for _content, kind in contents} <= {PostKind.VALUE, PostKind.INTERACTIVE}
        assert await look(stage.app.store, LEDGER) == [(3,)]


@asynccontextmanager
async def illustrated(folder):
    """The shop, on an evening whose post has a picture."""
    async with shop(folder) as stage:
        await stage.at("18:58:00")
        ((slug,),) = await look(stage.app.store, "SELECT content FROM delivery WHERE room_id = 'cats@room'")
        picture = folder / "tail.png"
        picture.write_bytes(b"\x89PNG" + b"tail" * 100)
        stage.app.content.library[slug] = replace(stage.app.content.library[slug], media=picture)
        yield stage, picture


async def test_a_picture_goes_before_its_words(tmp_path):
    async with illustrated(tmp_path) as (stage, _):
        await stage.at(DUE)
        await until_shows(stage.app.store, STATES, [("confirmed",)])
        assert [label == "tail.png" for label in posts(stage)] == [True, False]


async def test_words_refused_after_their_picture_leave_the_post_unknown(tmp_path):
    async with illustrated(tmp_path) as (stage, _):
        stage.faults.fail_next("MessageSendText", Status.FAILED_PRECONDITION)
        await stage.at(DUE)
        assert await states(stage) == ["unknown"]
        await many_ticks(stage)
        assert (await states(stage), posts(stage)) == (["ambiguous"], ["tail.png"])


async def test_a_picture_that_cannot_be_read_or_sent_stops_the_words(tmp_path):
    async with illustrated(tmp_path) as (stage, picture):
        data = picture.read_bytes()
        picture.unlink()
        await stage.at(DUE)
        assert (await states(stage), posts(stage)) == (["planned"], [])
        picture.write_bytes(data)
        stage.faults.fail_next("MessageSendFile", Status.INVALID_ARGUMENT)
        await stage.at("20:02:10")
        assert (await states(stage), posts(stage)) == (["planned"], [])
        await stage.at("20:04:30")
        assert len(posts(stage)) == 2


async def test_a_process_that_lost_the_account_sends_nothing_and_touches_no_row(tmp_path):
    """It used to declare the posts of the process that had taken over to be nobody's."""
    async with shop(tmp_path) as stage:
        await stage.at("18:58:00")
        store, real = stage.app.store, stage.app.clock.real()
        await store.run(accounts.take_lease, "main", "another:1:x", real, TTL, force=True)
        await stage.at(DUE)
        assert (await states(stage), posts(stage)) == (["planned"], [])
        ((row,),) = await look(store, "SELECT id FROM delivery WHERE room_id = 'cats@room'")
        await store.run(outbox.intend, row, text="好", text_hash="x", epoch=99, now=stage.app.clock())
        await stage.at("20:05:00")
        assert (await states(stage), posts(stage)) == (["dispatching"], [])


async def test_two_looks_at_once_tell_an_alarm_once(tmp_path):
    """The page's journeys tick beside the scheduler; both once read what was unsaid before either had marked it."""
    async with shop(tmp_path) as stage:
        data = {"count": 1, "rooms": 1}
        await stage.app.store.run(notices.post, "main", "missed:1", "alarms/missed", data, evening("19:00:00"))
        await asyncio.gather(*(stage.app.outbound.tick() for _ in range(3)))
        told = [sent.label for sent in stage.faults.wire_log if sent.conversation_id == TEAM]
        assert len(told) == 1
