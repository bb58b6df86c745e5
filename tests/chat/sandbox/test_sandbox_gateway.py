"""The gateway listens on loopback, says plainly when it cannot, and ends quickly whatever is open."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from grpclib.client import Channel
from grpclib.exceptions import StreamTerminatedError
from sandbox_kit import METADATA, TOKEN, Ear
from wechaty_grpc.wechaty import PuppetStub

from bot.chat.sandbox.gateway import SandboxGateway
from bot.chat.wire import EventType
from bot.core.errors import SetupError


@asynccontextmanager
async def connected(endpoint, metadata=METADATA, authority=None):
    host, port = endpoint.split(":")
    channel = Channel(host, int(port))
    if authority is not None:
        channel._authority = authority
    try:
        yield PuppetStub(channel, metadata=metadata)
    finally:
        channel.close()


async def timed(awaitable):
    start = asyncio.get_running_loop().time()
    await awaitable
    return asyncio.get_running_loop().time() - start


async def test_a_client_on_loopback(gateway, world):
    async with connected(await gateway.start()) as stub:
        ear = Ear(stub)
        await ear.ready()
        world.say("ming", "r1", "你好")
        await ear.hear(EventType.MESSAGE)
        assert await timed(gateway.stop()) < 0.4
        assert await ear.end() == "politely"


async def test_the_authority_may_be_the_token(gateway):
    endpoint = await gateway.start()
    async with connected(endpoint, metadata=None, authority=TOKEN) as stub:
        assert (await stub.room_list()).ids == ["r1"]
    async with connected(endpoint, metadata={"x-sandbox-authority": TOKEN}) as stub:
        with pytest.raises(Exception, match="token"):
            await stub.room_list()
    await gateway.stop()


async def test_it_starts_again_on_the_same_port_and_the_world_went_on(gateway, world):
    endpoint = await gateway.start()
    port = int(endpoint.split(":")[1])
    await gateway.stop()
    await gateway.stop()
    missed = world.say("ming", "r1", "停机时说的")
    assert await gateway.start(port=port) == endpoint
    async with connected(endpoint) as stub:
        ear = await Ear(stub).ready()
        heard = world.say("ming", "r1", "又好了")
        assert heard.id in await ear.hear(EventType.MESSAGE)
        assert (await stub.message_payload(id=missed.id)).text == "停机时说的"
        await gateway.stop()
        await ear.end()


async def test_a_crash_breaks_the_stream_without_a_word(gateway):
    async with connected(await gateway.start()) as stub:
        ear = await Ear(stub).ready()
        await gateway.crash()
        assert isinstance(await ear.end(), StreamTerminatedError)


async def test_a_frozen_gateway_stops_all_the_same(gateway, faults):
    async with connected(await gateway.start()) as stub:
        ear = await Ear(stub).ready()
        faults.freeze()
        hanging = asyncio.create_task(stub.room_list())
        assert await timed(gateway.stop()) < 1
        with pytest.raises(StreamTerminatedError):
            await hanging
        await ear.end()


async def test_a_newcomer_kicks_the_first_client_where_the_gateway_does_so(world):
    gateway = SandboxGateway(world, TOKEN, kick=True)
    endpoint = await gateway.start()
    async with connected(endpoint) as one, connected(endpoint) as other:
        first = await Ear(one).ready()
        second = await Ear(other).ready()
        assert await first.end() == "politely"
        world.say("ming", "r1", "你好")
        await second.hear(EventType.MESSAGE)
        await gateway.stop()
        await second.end()


async def test_a_port_in_use_is_said_with_what_to_do(gateway, world):
    endpoint = await gateway.start()
    with pytest.raises(SetupError) as caught:
        await SandboxGateway(world, TOKEN).start(port=int(endpoint.split(":")[1]))
    assert caught.value.where == endpoint
    assert "taken" in caught.value.what
    assert "port" in caught.value.hint
    await gateway.stop()


async def test_an_address_that_is_not_ours_and_a_missing_token_are_said_too(gateway, world):
    with pytest.raises(SetupError, match="cannot listen"):
        await gateway.start(host="192.0.2.1")
    with pytest.raises(SetupError, match="token"):
        SandboxGateway(world, "")
