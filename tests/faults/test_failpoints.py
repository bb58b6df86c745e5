"""Every place at which a send can fail, once and for ever, with its echo early, late and never: where the post ends."""

from __future__ import annotations

import asyncio
from functools import partial
from itertools import product

import pytest

from bot.chat.wechaty.limits import Limits
from bot.chat.wechaty.sending import Sending
from storage import deliveries
from tests.faults.look import look, until, until_shows
from tests.faults.points import POINTS
from tests.faults.shop import posts, shop, tell_again
from tests.scenarios.stage import CATS, evening, town

LATER = ("20:02:10", "20:04:30", "20:07:00", "20:15:00", "20:45:00", "21:10:00", "23:59:00")
"""Time for every retry and every wait for an echo; then the window closes."""

DUE = "20:00:00"
POST = f"SELECT id, state FROM delivery WHERE room_id = '{CATS}'"
LEDGER = f"SELECT count(*) FROM ledger WHERE room_id = '{CATS}' AND kind <> 'reply'"
EVER = 1000

# For each place: where the post ends, and how often the gateway took it, with its echo before the answer, after it, and
# never; first when the fault comes once, then when it stays.
TABLE = {
    "the gateway refuses": (("confirmed 1", "confirmed 1", "unconfirmed 1"), ("failed 0", "failed 0", "failed 0")),
    "the call fails after its effect": (("confirmed 1", "confirmed 1", "ambiguous 1"),) * 2,
    "the call hangs before its effect": (("ambiguous 0",) * 3,) * 2,
    "the call hangs after its effect": (("confirmed 1", "confirmed 1", "ambiguous 1"),) * 2,
    "the link is lost before the effect": (("ambiguous 0",) * 3,) * 2,
    "the link is lost after the effect": (("confirmed 1", "confirmed 1", "ambiguous 1"),) * 2,
    "the intent is not written": (("confirmed 1", "confirmed 1", "unconfirmed 1"), ("held 0",) * 3),
    "the intent is written, the news of it is lost": (("ambiguous 0",) * 3,) * 2,
    "the outcome is not written": (("confirmed 1", "confirmed 1", "ambiguous 1"),) * 2,
    "the process dies before the send": (("ambiguous 0",) * 3,) * 2,
    "the process dies after the send": (("confirmed 1", "confirmed 1", "ambiguous 1"),) * 2,
}
CASES = [
    pytest.param(point, times, echo, TABLE[point][row][column], id=f"{point}, {often}, echo {echo}")
    for point in TABLE
    for (row, (times, often)), (column, echo) in product(
        enumerate(((1, "once"), (EVER, "for ever"))), enumerate(("before", "after", "never"))
    )
]


@pytest.fixture
def impatient(monkeypatch):
    """Sends that give up after a moment, so that a hanging one is not waited for in real time."""
    send = Sending._send

    async def briefly(self, method, request, within=None):
        return await send(self, method, request, within or 0.5)

    monkeypatch.setattr(Sending, "_send", briefly)
    limits = partial(Limits, backoff_first=0.02, backoff_most=0.1)
    monkeypatch.setattr("tests.scenarios.stage.Limits", limits)


async def row_of(stage):
    ((row, state),) = await look(stage.app.store, POST)
    return row, state


async def confirmed(stage):
    await until(lambda: confirmed_now(stage))


async def confirmed_now(stage):
    return (await row_of(stage))[1] == "confirmed"


async def hear_before_the_answer(stage):
    """Whatever the answer is, it comes after the echo."""
    send = stage.app.chat.send_text

    async def slowly(room_id, *rest):
        try:
            return await send(room_id, *rest)
        finally:
            if room_id == CATS and posts(stage):
                await confirmed(stage)

    stage.app.chat.send_text = slowly


async def tell_until_heard(stage, sent):
    """After a lost link nobody may be listening at first; telling the same message twice is harmless."""

    async def heard():
        if await confirmed_now(stage):
            return True
        tell_again(stage, sent)
        return False

    await until(heard)


async def tick(stage, clock, echo):
    """One look at the outbox; a late echo comes when everything about the send is over."""
    await until(lambda: stage.app.inbound.connected)
    before = len(posts(stage))
    await stage.at(clock)
    if echo == "after" and len(posts(stage)) > before:
        stage.gateway.faults.echo_on()
        await tell_until_heard(stage, posts(stage)[-1])


async def live(stage, echo, clocks):
    if echo == "before":
        await hear_before_the_answer(stage)
    else:
        stage.gateway.faults.echo_off()
    for clock in clocks:
        await tick(stage, clock, echo)


async def die(stage, *, sent, echo):
    """End the process at its send, before or after the gateway took it; whatever it would still write is lost."""
    send = stage.app.chat.send_text
    if echo != "before":
        stage.gateway.faults.echo_off()

    async def send_and_hang(room_id, *rest):
        if room_id == CATS and sent:
            await send(room_id, *rest)
            if echo == "before":
                await confirmed(stage)
        if room_id == CATS:
            gone.set()
            await asyncio.get_running_loop().create_future()
        return await send(room_id, *rest)

    gone = asyncio.Event()
    stage.app.chat.send_text = send_and_hang
    doing = asyncio.create_task(stage.at(DUE))
    async with asyncio.timeout(10):
        await gone.wait()
    run, stage.app.store.run = stage.app.store.run, None
    doing.cancel()
    await asyncio.gather(doing, return_exceptions=True)
    stage.app.store.run, stage.app.chat.send_text = run, send


async def lives(folder, point, times, echo):
    """The evening of a bot that dies at its send; `times` says whether the next ones die at a send of theirs, too."""
    world, taken = town(), []
    async with shop(folder, world=world) as stage:
        await die(stage, sent=point == "the process dies after the send", echo=echo)
        taken += posts(stage)
    for number, start in enumerate(["20:01:00", "20:01:30"][: 1 if times == 1 else 2]):
        async with shop(folder, at=start, world=world, opened=True) as stage:
            if echo == "after" and taken and number == 0:
                await tell_until_heard(stage, taken[0])
            await live(stage, "never", LATER)
            taken += posts(stage)
            await check_surfaced(stage)
            end = await outcome(stage, taken)
    return end


async def evening_with(folder, point, times, echo):
    async with shop(folder) as stage:
        await stage.at("18:58:00")
        with POINTS[point](stage, times):
            await live(stage, echo, (DUE, *LATER))
        await check_surfaced(stage)
        return await outcome(stage, posts(stage))


async def outcome(stage, taken):
    _row, state = await row_of(stage)
    counted = state in {"confirmed", "unconfirmed", "ambiguous"}
    assert await look(stage.app.store, LEDGER) == [(int(counted),)]
    return f"{state} {len(taken)}"


async def check_surfaced(stage):
    """What a person has to look after is listed, and told once; all else is not."""
    row, state = await row_of(stage)
    listed = await stage.app.store.read(deliveries.unresolved, "main")
    assert [item.id for item in listed] == ([row] if state in {"unconfirmed", "ambiguous"} else [])
    told = await look(stage.app.store, "SELECT template FROM notice WHERE key LIKE '%:%' AND key NOT LIKE 'brief:%'")
    assert told == ([(f"alarms/{state}",)] if state in {"unconfirmed", "ambiguous", "failed"} else [])


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(("point", "times", "echo", "end"), CASES)
async def test_a_post_ends_where_the_policy_says(tmp_path, point, times, echo, end):
    evening_of = evening_with if point in POINTS else lives
    assert await evening_of(tmp_path, point, times, echo) == end


def test_every_point_is_in_the_table():
    assert set(POINTS) < set(TABLE)
    assert len(CASES) == 6 * len(TABLE)


async def test_an_echo_that_comes_when_nobody_expects_it_any_more_still_confirms(tmp_path):
    async with shop(tmp_path) as stage:
        stage.gateway.faults.echo_off()
        for clock in (DUE, "20:03:00"):
            await stage.at(clock)
        assert (await row_of(stage))[1] == "unconfirmed"
        stage.gateway.faults.echo_on()
        stage.app.clock.jump(evening("20:10:00"))
        tell_again(stage, posts(stage)[0])
        await until_shows(stage.app.store, f"SELECT state FROM delivery WHERE room_id = '{CATS}'", [("confirmed",)])
