"""Every fault does what its name says, once or until it is taken back, and the wire log tells the truth."""

import asyncio
import json

import pytest
from grpclib.const import Status
from grpclib.exceptions import GRPCError, StreamTerminatedError
from sandbox_kit import METADATA
from wechaty_grpc.wechaty import PuppetStub

from bot.chat.sandbox.faults import Faults
from bot.chat.wire import EventType


def send(stub, text="晚上好"):
    return stub.message_send_text(conversation_id="r1", text=text, mentonal_ids=[])


def heard(world):
    return [message.content.text for message in world.messages.values()]


async def message_ids(ear, count):
    return [json.loads(await ear.hear(EventType.MESSAGE))["messageId"] for _ in range(count)]


async def test_a_call_fails_before_it_does_anything(stub, world, faults):
    faults.fail_next("MessageSendText", Status.UNAVAILABLE, n=2)
    for _ in range(2):
        with pytest.raises(GRPCError) as caught:
            await send(stub)
        assert caught.value.status == Status.UNAVAILABLE
    assert (heard(world), faults.wire_log) == ([], [])
    await send(stub)
    assert heard(world) == ["晚上好"]


async def test_a_call_fails_after_it_did_everything(stub, world, faults):
    faults.fail_next("MessageSendText", Status.INTERNAL, after_effect=True)
    with pytest.raises(GRPCError) as caught:
        await send(stub)
    assert caught.value.status == Status.INTERNAL
    assert heard(world) == ["晚上好"]
    assert len(faults.wire_log) == 1


@pytest.mark.parametrize(("after_effect", "said"), [(False, []), (True, ["晚上好"])])
async def test_a_call_is_never_answered(stub, world, faults, after_effect, said):
    faults.hang_next("MessageSendText", after_effect=after_effect)
    stub.timeout = 0.05
    with pytest.raises((TimeoutError, GRPCError)):
        await send(stub)
    assert heard(world) == said


async def test_latency_delays_every_call(stub, faults):
    faults.latency = 0.05
    start = asyncio.get_running_loop().time()
    await stub.version()
    assert asyncio.get_running_loop().time() - start >= 0.05


async def test_a_stream_is_ended_politely(listening, faults):
    async with listening() as ear:
        await ear.ready()
        faults.end_stream()
        assert await ear.end() == "politely"


async def test_a_stream_is_torn_off(listening, faults):
    async with listening() as ear:
        await ear.ready()
        faults.abort_stream()
        assert isinstance(await ear.end(), StreamTerminatedError)


async def test_a_frozen_gateway_says_nothing_until_it_thaws(stub, world, listening, faults):
    async with listening() as ear:
        await ear.ready()
        faults.freeze()
        message = world.say("ming", "r1", "有人吗")
        answer = asyncio.create_task(send(stub))
        with pytest.raises((TimeoutError, GRPCError)):
            await PuppetStub(stub.channel, metadata=METADATA, timeout=0.05).version()
        assert not answer.done()
        assert not ear.heard
        faults.thaw()
        assert await message_ids(ear, 2) == [message.id, (await answer).id]


async def test_echoes_can_be_off_late_or_on(stub, world, listening, faults):
    async with listening() as ear:
        await ear.ready()
        faults.echo_off()
        await send(stub, "没有回声")
        faults.echo_delayed(0.05)
        late = await send(stub, "回声晚到")
        other = world.say("ming", "r1", "别人的话")
        assert await message_ids(ear, 2) == [other.id, late.id]
        faults.echo_on()
        prompt = await send(stub)
        assert await message_ids(ear, 1) == [prompt.id]


async def test_a_gateway_may_give_no_ids(stub, world, faults):
    faults.no_ids = True
    assert (await send(stub)).id is None
    assert list(world.messages) == [faults.wire_log[0].message_id]


async def test_accepted_sends_get_lost_at_the_given_rate(stub, world, faults):
    faults.drop_rate = 0.3
    sent = [(await send(stub, str(number))).id for number in range(100)]
    lost = [entry.message_id for entry in faults.wire_log if entry.dropped]
    assert 15 <= len(lost) <= 45
    assert [entry.message_id for entry in faults.wire_log] == sent
    assert list(world.messages) == [message_id for message_id in sent if message_id not in lost]


def test_the_same_seed_loses_the_same_sends():
    def losses(seed):
        faults = Faults(seed)
        faults.drop_rate = 0.5
        return [faults.drops() for _ in range(64)]

    assert losses(1) == losses(1) != losses(2)


async def test_malformed_events_go_out_as_they_are(listening, faults):
    async with listening() as ear:
        await ear.ready()
        faults.malformed(99, "{not json")
        assert await ear.hear(99) == "{not json"
        faults.malformed(EventType.ROOM_JOIN, '{"roomId": "r1"}')
        assert await ear.hear(EventType.ROOM_JOIN) == '{"roomId": "r1"}'
