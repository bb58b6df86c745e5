"""Payloads may come in any order and fail in any way: the events come in the order in which they were heard."""

import asyncio
from collections import Counter

from grpclib.const import Status
from hypothesis import given, settings
from hypothesis import strategies as st
from skipping_loop import run

from bot.chat.wechaty.arrivals import Arrivals
from bot.chat.wechaty.failure import CallError
from bot.chat.wechaty.limits import Limits
from bot.chat.wechaty.payload import Payload
from bot.core.events import GatewayErred

LIMITS = Limits(in_flight=4, ahead=8, queue=100, seen=50)


class FakeLine:
    """Answers each id after its delay, and fails it as often as it is told to."""

    def __init__(self, delays, failures):
        self.delays, self.failures = delays, dict(failures)
        self.heard_at = float("inf")
        self.now = self.most = 0

    async def payload(self, message_id, patience=1):
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            await asyncio.sleep(self.delays.get(message_id, 0))
            if self.failures.get(message_id):
                self.failures[message_id] -= 1
                raise CallError("planned", sent=True, status=Status.UNAVAILABLE)
            return Payload(message_id=message_id)
        finally:
            self.now -= 1


class FakeLink:
    def __init__(self, line):
        self.fake = line
        self.up = asyncio.Event()
        self.up.set()

    def line(self):
        return self.fake

    def is_up(self, line):
        return self.up.is_set() and line is self.fake


async def _finish(payload):
    return payload.message_id


async def _collect(line, ids, count, limits=LIMITS, tally=None):
    arrivals = Arrivals(FakeLink(line), _finish, limits, Counter() if tally is None else tally)
    working = asyncio.create_task(arrivals.work())
    for message_id in ids:
        arrivals.add_message(message_id)
    heard = []
    while len(heard) < count:
        heard += await arrivals.take(3)
    working.cancel()
    return heard


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 4), st.integers(0, 2)), min_size=1, max_size=40))
def test_the_order_of_arrival_is_kept(plan):
    delays = {f"m{n}": delay for n, (delay, _) in enumerate(plan)}
    failures = {f"m{n}": count for n, (_, count) in enumerate(plan)}

    async def main():
        line = FakeLine(delays, failures)
        assert await _collect(line, delays, len(plan)) == list(delays)
        assert line.most <= LIMITS.in_flight

    run(main)


def test_a_message_that_is_always_refused_holds_nobody_up_for_ever():
    async def main():
        tally = Counter()
        heard = await _collect(FakeLine({}, {"m1": 99}), ["m0", "m1", "m2"], 2, tally=tally)
        assert heard == ["m0", "m2"]
        assert tally["unfetched"] == 1

    run(main)


def test_the_same_id_is_fetched_once_while_it_is_remembered():
    async def main():
        tally = Counter()
        heard = await _collect(FakeLine({}, {}), ["a", "b", "a", "c"], 3, tally=tally)
        assert heard == ["a", "b", "c"]
        assert tally["duplicate"] == 1

    run(main)


def test_an_unfetched_message_told_again_gets_another_chance():
    async def main():
        line = FakeLine({}, {"m": 3})
        arrivals = Arrivals(FakeLink(line), _finish, LIMITS, Counter())
        working = asyncio.create_task(arrivals.work())
        arrivals.add_message("m")
        while line.failures["m"] or line.now:
            await asyncio.sleep(1)
        arrivals.add_message("m")
        assert await arrivals.take(9) == ("m",)
        working.cancel()

    run(main)


def test_what_the_link_says_does_not_wait_behind_messages():
    async def main():
        arrivals = Arrivals(FakeLink(FakeLine({"m": 60}, {})), _finish, LIMITS, Counter())
        working = asyncio.create_task(arrivals.work())
        arrivals.add_message("m")
        urgent = GatewayErred("acc", "20001", None)
        arrivals.say(urgent)
        assert await arrivals.take(9) == (urgent,)
        assert await arrivals.take(9) == ("m",)
        working.cancel()

    run(main)


def test_a_timeout_of_a_mute_gateway_is_not_the_messages_fault():
    async def main():
        class Mute(FakeLine):
            async def payload(self, message_id, patience=1):
                self.most += 1
                if self.most < 20:
                    self.heard_at = -1.0  # not a word since the call began
                    raise CallError("no answer in time", sent=True, timed_out=True)
                return await super().payload(message_id)

        assert await _collect(Mute({}, {}), ["m"], 1) == ["m"]

    run(main)


def test_few_payloads_lie_about_while_nobody_reads():
    async def main():
        line = FakeLine({}, {})
        fetched = []

        async def finish(payload):
            fetched.append(payload.message_id)
            return payload.message_id

        arrivals = Arrivals(FakeLink(line), finish, LIMITS, Counter())
        working = asyncio.create_task(arrivals.work())
        for n in range(100):
            arrivals.add_message(f"m{n}")
        await asyncio.sleep(60)
        assert arrivals.full
        assert LIMITS.ahead <= len(fetched) < LIMITS.ahead + LIMITS.in_flight
        heard = []
        while len(heard) < 100:
            heard += await arrivals.take(7)
        assert heard == [f"m{n}" for n in range(100)]
        assert not arrivals.full
        working.cancel()

    run(main)


def test_a_message_that_breaks_us_costs_only_itself():
    async def main():
        async def finish(payload):
            if payload.message_id == "m1":
                raise ZeroDivisionError
            return payload.message_id

        tally = Counter()
        arrivals = Arrivals(FakeLink(FakeLine({}, {})), finish, LIMITS, tally)
        working = asyncio.create_task(arrivals.work())
        for n in range(3):
            arrivals.add_message(f"m{n}")
        assert await arrivals.take(1) + await arrivals.take(1) == ("m0", "m2")
        assert tally["unfetched"] == 1
        working.cancel()

    run(main)
