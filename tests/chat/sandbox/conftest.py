"""A small world, a gateway over it, and a stock client's stub to talk to it in memory."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from sandbox_kit import METADATA, TOKEN, Ear, HandClock
from wechaty_grpc.wechaty import PuppetStub

from bot.chat.sandbox.gateway import SandboxGateway
from bot.chat.sandbox.world import World


@pytest.fixture
def clock():
    return HandClock()


@pytest.fixture
def world(clock):
    world = World(now=clock)
    for contact_id, name in (("ming", "阿明"), ("fang", "小芳"), ("wang", "王姐")):
        world.add_person(contact_id, name)
    world.add_room("r1", "湿疹妈妈群", ["wang", "bot", "ming"])
    world.add_room("r2", "没有机器人的群", ["wang", "ming"])
    return world


@pytest.fixture
def gateway(world):
    return SandboxGateway(world, TOKEN)


@pytest.fixture
def faults(gateway):
    return gateway.faults


@pytest.fixture
async def channel(gateway):
    async with gateway.channel() as channel:
        yield channel


@pytest.fixture
def stub(channel):
    return PuppetStub(channel, metadata=METADATA, timeout=5)


@pytest.fixture
def listening(channel):
    """Opens an event stream for the length of a block."""

    @asynccontextmanager
    async def listen():
        ear = Ear(PuppetStub(channel, metadata=METADATA))
        try:
            yield ear
        finally:
            ear.close()
            await asyncio.wait([ear.task])

    return listen
