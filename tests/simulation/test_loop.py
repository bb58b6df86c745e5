"""Virtual time: nothing is waited for, and the same programme does the same things in the same order."""

import asyncio
import random
from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import Clock
from bot.simulation.clockwork import Clockwork
from bot.simulation.loop import DeadlockError, VirtualLoop

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)


def play(coro_of_loop):
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(coro_of_loop())


def test_a_month_passes_at_once_and_to_the_microsecond():
    async def month():
        loop = asyncio.get_running_loop()
        for _ in range(30 * 24):
            await asyncio.sleep(3600)
        return loop.time()

    assert play(month) == pytest.approx(30 * 86_400, abs=1e-6)


def test_timers_run_in_the_order_of_their_times_however_they_were_set():
    async def race():
        came = []

        async def runner(after):
            await asyncio.sleep(after)
            came.append((after, asyncio.get_running_loop().time()))

        await asyncio.gather(*(runner(after) for after in (5.0, 0.5, 3600.0, 2.25, 0.5)))
        return came

    assert [after for after, _at in play(race)] == [0.5, 0.5, 2.25, 5.0, 3600.0]
    assert all(at == pytest.approx(after, abs=1e-6) for after, at in play(race))


def test_the_same_programme_twice_gives_the_same_history():
    def history(seed):
        async def crowd():
            rng, log = random.Random(seed), []
            meeting = asyncio.Queue()

            async def somebody(name):
                for _ in range(50):
                    await asyncio.sleep(rng.choice((0, 0.1, 1.0, 1.0, 7.5)))
                    await meeting.put(name)
                    log.append((name, await meeting.get(), asyncio.get_running_loop().time()))

            await asyncio.gather(*(somebody(name) for name in range(8)))
            return log

        return play(crowd)

    assert history(7) == history(7)
    assert history(7) != history(8)


def test_what_can_never_happen_is_an_error_and_not_a_wait():
    async def forever():
        await asyncio.get_running_loop().create_future()

    with pytest.raises(DeadlockError, match="nothing will ever happen"):
        play(forever)


def test_work_for_a_thread_is_done_on_the_spot_with_its_result_or_its_error():
    async def work():
        assert await asyncio.to_thread(lambda: 6 * 7) == 42
        with pytest.raises(OSError, match="full"):
            await asyncio.to_thread(full)
        return asyncio.get_running_loop().time()

    def full():
        raise OSError("full")

    assert play(work) == 0


def test_a_timeout_counts_virtual_seconds():
    async def patient():
        loop = asyncio.get_running_loop()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(90):
                await loop.create_future()
        return loop.time()

    assert play(patient) == pytest.approx(90, abs=1e-6)


def test_a_clock_that_is_set_wrong_slips_and_still_sleeps_the_right_time():
    async def shift():
        clockwork = Clockwork(BEGIN, asyncio.get_running_loop())
        clock = clockwork.clock()
        assert clock.slip() == timedelta()
        await clock.sleep(60)
        assert clock.slip() == timedelta()
        clockwork.set_wrong(timedelta(hours=-1))
        assert clock() == BEGIN + timedelta(minutes=-59)
        await clock.sleep(60)
        assert clock.slip() == timedelta(hours=-1)
        assert clockwork.truth() == BEGIN + timedelta(minutes=2)
        assert isinstance(clock, Clock)
        assert not clock.virtual

    play(shift)
