"""Who speaks next, in virtual time: one at a time, the urgent first, never faster than the pace."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from bot.clock import Clock
from bot.core.errors import SendRefusedError
from bot.core.sending import Sending
from bot.policy.pacing import Pace
from bot.simulation.loop import VirtualLoop
from bot.turns import Rank, Turns

START = datetime(2026, 11, 24, 11, tzinfo=UTC)


class Hall:
    """Turns on a virtual clock, and what was said when."""

    def __init__(self, pace=None, spared=lambda room: False):
        loop = asyncio.get_running_loop()
        self.clock = Clock(wall=lambda: START + timedelta(seconds=loop.time()), monotonic=loop.time)
        self.turns = Turns(self.clock, pace or Pace(), "seed", spared)
        self.said = []

    async def say(self, rank, room, takes=0.5):
        async with self.turns.take(rank, room):
            self.turns.said(room)
            self.said.append((self.clock(), room, rank))
            await asyncio.sleep(takes)

    @property
    def rooms(self):
        return [room for _at, room, _rank in self.said]


def in_virtual_time(play):
    """Runs a coroutine function on the virtual loop."""

    def test(*args, **kwargs):
        loop = VirtualLoop()
        try:
            loop.run_until_complete(play(*args, **kwargs))
        finally:
            loop.close()

    test.__name__ = play.__name__
    return test


@in_virtual_time
async def test_posts_in_many_rooms_keep_their_distance():
    hall = Hall()
    await asyncio.gather(*(hall.say(Rank.VALUE, f"room-{number}") for number in range(40)))
    gaps = [later - earlier for (earlier, *_), (later, *_) in pairwise(hall.said)]
    assert min(gaps) >= timedelta(seconds=3)
    assert max(gaps) <= timedelta(seconds=8)
    assert len(set(gaps)) > 30


@in_virtual_time
async def test_answers_in_one_room_keep_theirs_and_other_rooms_do_not_wait_for_it():
    hall = Hall()
    await asyncio.gather(*(hall.say(Rank.REPLY, room, 0.01) for room in ("a", "a", "b", "c")))
    assert hall.rooms == ["a", "b", "c", "a"]
    times = [at for at, *_ in hall.said]
    assert times[2] - times[0] < timedelta(seconds=1)
    assert times[3] - times[0] >= timedelta(seconds=3)


@in_virtual_time
async def test_the_urgent_come_first_and_nobody_speaks_at_the_same_time():
    hall = Hall(Pace(room_gap=timedelta(), room_jitter=timedelta(), gap_min=timedelta(), gap_max=timedelta()))
    ranks = [Rank.PROMO, Rank.VALUE, Rank.REPLY, Rank.INTERACTIVE, Rank.CARE, Rank.INCIDENT]
    holder = asyncio.create_task(hall.say(Rank.PROMO, "first", 1))
    await asyncio.sleep(0.1)
    await asyncio.gather(*(hall.say(rank, rank.name) for rank in ranks))
    await holder
    assert hall.rooms == ["first", "INCIDENT", "REPLY", "CARE", "VALUE", "INTERACTIVE", "PROMO"]
    assert all(later - earlier >= timedelta(seconds=0.5) for (earlier, *_), (later, *_) in pairwise(hall.said))


@in_virtual_time
async def test_no_minute_sees_more_than_forty_and_the_long_run_twenty():
    hall = Hall()
    await asyncio.gather(*(hall.say(Rank.REPLY, f"room-{number}", 0) for number in range(200)))
    times = [at for at, *_ in hall.said]
    assert max(sum(at <= other < at + timedelta(seconds=60) for other in times) for at in times) <= 40
    assert times[-1] - times[0] >= timedelta(minutes=8)


@in_virtual_time
async def test_the_pace_of_the_last_run_goes_on():
    hall = Hall()
    hall.turns.begin(Sending(paced_until=START + timedelta(seconds=70)), (("a", START - timedelta(seconds=1)),))
    await hall.say(Rank.REPLY, "a")
    assert hall.said[0][0] >= START + timedelta(seconds=10)


@in_virtual_time
async def test_an_open_breaker_and_a_full_stop_refuse_everybody():
    hall = Hall()
    hall.turns.close(Sending(breaker_until=START + timedelta(minutes=30), breaker_why="too fast"))
    with pytest.raises(SendRefusedError, match="breaker"):
        await hall.say(Rank.INCIDENT, "a")
    await asyncio.sleep(1801)
    await hall.say(Rank.REPLY, "a")
    hall.turns.close(Sending(stopped_at=START, stopped_why="misrouted"))
    with pytest.raises(SendRefusedError, match="misrouted"):
        await hall.say(Rank.INCIDENT, "a")


@in_virtual_time
async def test_a_full_stop_spares_the_control_room_and_the_breaker_nobody():
    hall = Hall(spared=lambda room: room == "team")
    hall.turns.close(Sending(stopped_at=START, stopped_why="misrouted"))
    await hall.say(Rank.REPLY, "team")
    with pytest.raises(SendRefusedError):
        await hall.say(Rank.REPLY, "a")
    hall.turns.close(Sending(breaker_until=START + timedelta(minutes=30)))
    with pytest.raises(SendRefusedError):
        await hall.say(Rank.INCIDENT, "team")


@in_virtual_time
async def test_a_stop_reaches_those_who_wait_for_their_turn():
    hall = Hall()
    waiting = [asyncio.create_task(hall.say(Rank.VALUE, room)) for room in "abc"]
    await asyncio.sleep(1)
    hall.turns.close(Sending(stopped_at=START, stopped_why="misrouted"))
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(result) for result in results] == [type(None), SendRefusedError, SendRefusedError]
    assert hall.rooms == ["a"]


@in_virtual_time
async def test_whoever_gives_up_waiting_leaves_the_queue():
    hall = Hall()
    first = asyncio.create_task(hall.say(Rank.REPLY, "a", 10))
    await asyncio.sleep(1)
    second = asyncio.create_task(hall.say(Rank.REPLY, "b"))
    third = asyncio.create_task(hall.say(Rank.REPLY, "c"))
    await asyncio.sleep(1)
    second.cancel()
    await asyncio.gather(first, second, third, return_exceptions=True)
    assert hall.rooms == ["a", "c"]


@in_virtual_time
async def test_a_turn_granted_to_somebody_who_was_just_cancelled_is_passed_on():
    hall = Hall()
    first = asyncio.create_task(hall.say(Rank.REPLY, "a", 1))
    await asyncio.sleep(0.5)
    second = asyncio.create_task(hall.say(Rank.REPLY, "b"))
    third = asyncio.create_task(hall.say(Rank.REPLY, "c"))
    await first
    second.cancel()
    await asyncio.gather(second, third, return_exceptions=True)
    assert "c" in hall.rooms
