"""The simulated gateway keeps the port's promises while it fails, and writes down everything it was asked."""

import asyncio
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.chat.sandbox.world import World
from bot.core.errors import NotConnectedError, SendRefusedError, SendUncertainError
from bot.core.events import Connected, Disconnected, LoggedIn, MessageReceived
from bot.simulation.chat import SimulatedChat
from bot.simulation.clockwork import Clockwork
from bot.simulation.gateway import Gateway
from bot.simulation.loop import VirtualLoop
from bot.simulation.weather import CALM, Fate, Trouble, Weather

BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
ROOM = "cats@room"


class Link:
    """A gateway, a bot's end of it, and everything it was told."""

    def __init__(self, weather):
        self.clockwork = Clockwork(BEGIN, asyncio.get_running_loop())
        self.world = World(now=self.clockwork.truth)
        self.world.add_person("m1", "小满")
        self.world.add_room(ROOM, "猫咪会客厅", ("m1", "bot"))
        self.gateway = Gateway(self.world, weather, random.Random(1), self.clockwork.truth)
        self.chat = SimulatedChat("main", self.gateway, self.clockwork.clock())
        self.told = []
        self.reading = asyncio.ensure_future(self._read())

    async def _read(self):
        async for batch in self.chat.batches():
            self.told += batch

    def messages(self):
        return [event for event in self.told if isinstance(event, MessageReceived)]


def play(scene, weather=CALM):
    async def whole():
        link = Link(weather)
        await asyncio.sleep(0)
        await scene(link)
        await link.chat.close()
        await link.reading

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(whole())


def certain(fate):
    return replace(CALM, fates={fate: 1.0})


def test_words_arrive_and_come_back_once():
    async def scene(link):
        receipt = await link.chat.send_text(ROOM, "大家好")
        await asyncio.sleep(5)
        assert [(said.message_id, said.text, said.from_self) for said in link.messages()] == [
            (receipt.message_id, "大家好", True)
        ]
        assert [sent.fate for sent in link.gateway.log] == [Fate.ARRIVED]

    play(scene)


@pytest.mark.parametrize(
    ("fate", "error", "arrives"),
    [
        (Fate.REFUSED, SendRefusedError, False),
        (Fate.TOO_FAST, SendRefusedError, False),
        (Fate.LOST, SendUncertainError, False),
        (Fate.TORN, SendUncertainError, True),
    ],
)
def test_each_fault_is_told_as_what_it_is(fate, error, arrives):
    async def scene(link):
        with pytest.raises(error):
            await link.chat.send_text(ROOM, "大家好")
        await asyncio.sleep(5)
        assert bool(link.messages()) is arrives
        assert [sent.fate for sent in link.gateway.log] == [fate]

    play(scene, certain(fate))


def test_a_dropped_send_is_answered_like_any_other_and_never_arrives():
    async def scene(link):
        assert (await link.chat.send_text(ROOM, "大家好")).message_id
        await asyncio.sleep(3600)
        assert not link.messages()
        assert link.gateway.log[0].arrived_at is None

    play(scene, certain(Fate.DROPPED))


def test_a_gateway_that_restarts_is_deaf_and_says_since_when():
    async def scene(link):
        link.world.say("m1", ROOM, "一")
        link.gateway.restart(timedelta(seconds=90))
        link.world.say("m1", ROOM, "二")
        with pytest.raises(NotConnectedError):
            await link.chat.send_text(ROOM, "大家好")
        await asyncio.sleep(91)
        link.world.say("m1", ROOM, "三")
        await asyncio.sleep(1)
        assert [said.text for said in link.messages()] == ["一", "三"]
        assert [type(event) for event in link.told if not isinstance(event, MessageReceived)] == [
            Connected,
            LoggedIn,
            Disconnected,
            Connected,
            LoggedIn,
        ]
        again = [event for event in link.told if isinstance(event, Connected)][1]
        assert again.deaf_since == BEGIN
        assert link.gateway.deaf[-1] == (BEGIN, BEGIN + timedelta(seconds=90))
        assert not link.gateway.log

    play(scene)


def test_a_restart_in_the_middle_of_a_send_leaves_it_uncertain():
    async def scene(link):
        sending = asyncio.ensure_future(link.chat.send_text(ROOM, "大家好"))
        await asyncio.sleep(0.01)
        link.gateway.restart(timedelta(seconds=1))
        with pytest.raises(SendUncertainError):
            await sending
        assert link.gateway.log[0].fate is Fate.LOST
        assert link.gateway.log[0].arrived_at is None

    play(scene)


def test_a_send_goes_on_when_the_process_that_asked_for_it_is_gone():
    async def scene(link):
        sending = asyncio.ensure_future(link.chat.send_text(ROOM, "大家好"))
        await asyncio.sleep(0.01)
        sending.cancel()
        link.gateway.vanish()
        await asyncio.sleep(10)
        assert link.gateway.log[0].arrived_at is not None
        assert link.gateway.log[0].echoed_at is None

    play(scene)


def test_what_was_told_to_a_process_that_died_at_once_was_told_to_nobody():
    async def scene(link):
        early = link.world.say("m1", ROOM, "早")
        await asyncio.sleep(60)
        link.world.say("m1", ROOM, "晚")
        link.gateway.vanish()
        link.world.say("m1", ROOM, "太晚")
        assert [told.message_id for told in link.gateway.delivered] == [early.id]

    play(scene)


def test_echoes_are_lost_late_or_told_twice():
    async def told(link):
        await link.chat.send_text(ROOM, "大家好")
        await asyncio.sleep(5)
        soon = len(link.messages())
        await asyncio.sleep(600)
        return soon, len(link.messages())

    def counts(**chances):
        found = []

        async def scene(link):
            found.append(await told(link))

        play(scene, replace(CALM, **chances))
        return found[0]

    assert counts(echo_lost=1.0) == (0, 0)
    assert counts(echo_late=1.0) == (0, 1)
    assert counts(told_twice=1.0) == (2, 2)


def test_the_weather_of_a_seed_is_always_the_same_and_every_trouble_comes_up():
    def mishaps(seed):
        return Weather().mishaps(random.Random(seed), BEGIN, BEGIN + timedelta(days=90))

    assert mishaps(1) == mishaps(1) != mishaps(2)
    assert {mishap.trouble for mishap in mishaps(1)} == set(Trouble)
    assert sorted(mishaps(1), key=lambda mishap: mishap.at) == mishaps(1)
