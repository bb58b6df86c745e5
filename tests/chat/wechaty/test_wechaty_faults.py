"""What the link survives: killed, frozen, mute and half-deaf gateways, bursts, and a reader that does not read."""

import asyncio
from dataclasses import replace

import pytest
from loguru import logger
from rigs import FAST, NO_JS, ROOM, Ears, JsGateway, JsRig, SandboxRig, connected, until

from bot.chat.wechaty.adapter import WechatyChat
from bot.chat.wechaty.limits import Limits, Tls
from bot.clock import Clock
from bot.core.errors import NotConnectedError, SendUncertainError, SetupError, TokenRefusedError
from bot.core.events import Connected, Disconnected, LoggedIn, MessageReceived

JS = pytest.param(
    "js", marks=[pytest.mark.gateway, pytest.mark.skipif(NO_JS is not None, reason=f"the JavaScript gateway: {NO_JS}")]
)
QUICK = replace(FAST, silence_seconds=0.4, unary_timeout=0.4)

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(params=[JS, "sandbox"])
async def gateway(request):
    """A gateway of its own for each test, because it may be killed."""
    if request.param == "js":
        async with JsGateway() as running:
            rig = JsRig(running)
            await rig.set_up()
            yield rig
    else:
        rig = SandboxRig()
        await rig.start()
        yield rig
        await rig.stop()


async def test_a_killed_gateway_is_found_again_and_nothing_is_heard_twice(gateway):
    async with connected(gateway) as (chat, ears):
        await ears.hear(LoggedIn)
        first = await gateway.say("an", "前")
        await ears.hear(MessageReceived)
        died_after = Clock().real()
        await gateway.crash()
        lost = await ears.hear_one(Disconnected)
        with pytest.raises(NotConnectedError):
            await chat.send_text(ROOM, "没人")
        await gateway.come_back()
        again = await ears.hear_one(Connected, 2)
        assert died_after <= again.deaf_since <= lost.at <= again.at
        await ears.hear(LoggedIn, 2)
        second = await gateway.say("an", "后")
        await ears.hear(MessageReceived, 2)
        assert [event.message_id for event in ears.all(MessageReceived)] == [first, second]
        assert (await chat.send_text(ROOM, "在")).message_id


def test_the_default_figures_keep_the_promises():
    limits = Limits()
    assert limits.backoff_most + limits.unary_timeout <= 20, "events again within 20 s of a gateway's being up"
    assert 2 * (limits.silence_seconds + 1) <= 30, "a frozen gateway is dropped within 30 s"


async def test_a_frozen_gateway_is_dropped_and_found_again(gateway):
    async with connected(gateway, QUICK) as (chat, ears):
        await ears.hear(LoggedIn)
        frozen_at = Clock().real()
        gateway.freeze()
        with pytest.raises(SendUncertainError):
            await chat.send_text(ROOM, "有人吗")
        lost = await ears.hear_one(Disconnected, seconds=5)
        assert "silent" in lost.reason
        gateway.thaw()
        again = await ears.hear_one(Connected, 2)
        assert again.deaf_since < lost.at
        assert (again.deaf_since - frozen_at).total_seconds() < 0.5, "deaf since the last sign of life"
        said = await gateway.say("an", "化了")
        assert said in [event.message_id for event in await ears.hear(MessageReceived, 1)] or await _hears(ears, said)


async def _hears(ears, message_id):
    await ears.hear(MessageReceived, 2)
    return message_id in [event.message_id for event in ears.all(MessageReceived)]


async def test_messages_heard_before_a_freeze_are_fetched_after_it(gateway):
    async with connected(gateway, replace(QUICK, unary_timeout=0.6)) as (chat, ears):
        await ears.hear(LoggedIn)
        await gateway.slow_down(0.3)
        ids = [await gateway.say("an", f"{n}") for n in range(5)]
        await until(lambda: _asked(gateway, 5))
        gateway.freeze()
        await ears.hear(Disconnected)
        gateway.thaw()
        heard = await ears.hear(MessageReceived, 5)
        assert [event.message_id for event in heard] == ids
        assert chat.tally.get("unfetched", 0) == 0


async def _asked(gateway, count):
    return await gateway.calls("MessagePayload") >= count


async def test_messages_heard_before_a_crash_are_fetched_after_it():
    gateway = SandboxRig()  # the JavaScript one forgets its messages when it is killed
    await gateway.start()
    async with connected(gateway) as (_, ears):
        await ears.hear(LoggedIn)
        await gateway.slow_down(0.3)
        ids = [await gateway.say("an", f"{n}") for n in range(40)]
        await until(lambda: _asked(gateway, 30))
        await gateway.crash()
        await ears.hear(Disconnected)
        await gateway.come_back()
        assert [event.message_id for event in await ears.hear(MessageReceived, 40)] == ids
    await gateway.stop()


async def test_a_quiet_gateway_is_dinged_and_kept(gateway):
    async with connected(gateway, QUICK) as (_, ears):
        await until(lambda: _dinged(gateway, 3))
        assert ears.all(Disconnected) == []


async def _dinged(gateway, count):
    return await gateway.calls("Ding") >= count


@pytest.mark.gateway
@pytest.mark.skipif(NO_JS is not None, reason=f"the JavaScript gateway: {NO_JS}")
async def test_a_gateway_whose_stream_stopped_answering_dings_is_dropped():
    async with JsGateway() as running:
        gateway = JsRig(running)
        await gateway.set_up()
        async with connected(gateway, QUICK) as (_, ears):
            await until(lambda: _dinged(gateway, 2))
            await running.call("dong", ms=60_000)
            assert "silent" in (await ears.hear_one(Disconnected)).reason


async def test_a_burst_comes_in_order_through_a_small_queue(gateway):
    small = replace(FAST, queue=64, ahead=16, in_flight=8)
    chat = WechatyChat("acc", gateway.endpoint, gateway.token, Clock(), None, small)
    batches = chat.batches(50)
    heard = []
    async with asyncio.timeout(20):
        while not any(isinstance(event, LoggedIn) for event in heard):
            heard += await anext(batches)
        ids = await gateway.burst(1_000)
        # Nobody reads until the workers have filled what little room there is.
        await until(lambda: _asked(gateway, 16))
        messages = []
        while len(messages) < len(ids):
            batch = await anext(batches)
            assert 1 <= len(batch) <= 50
            messages += [event.message_id for event in batch if isinstance(event, MessageReceived)]
    assert messages == ids
    await batches.aclose()
    await chat.close()


async def test_nobody_there_is_one_clear_line():
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    chat = WechatyChat("acc", f"127.0.0.1:{port}", "t", Clock(), None, FAST)
    with pytest.raises(SetupError) as told:
        await chat.probe()
    assert str(told.value).startswith(f"127.0.0.1:{port}: no gateway answers")


@pytest.mark.parametrize("endpoint", ["", "localhost", "host:", "host:port", ":1"])
def test_an_address_that_is_none_is_one_clear_line(endpoint):
    with pytest.raises(SetupError):
        WechatyChat("acc", endpoint, "t", Clock())


async def test_the_events_end_when_the_chat_is_closed(gateway):
    async with connected(gateway) as (chat, ears):
        await ears.hear(LoggedIn)
        await chat.close()
        async with asyncio.timeout(2):
            await ears.task
        with pytest.raises(NotConnectedError):
            await chat.send_text(ROOM, "太晚")
        await until(lambda: _no_stop(gateway))


async def _no_stop(gateway):
    return await gateway.calls("Stop") == 0


async def test_the_token_is_in_no_log_line(gateway):
    lines: list[str] = []
    sink = logger.add(lambda line: lines.append(str(line)), level=0, format="{message} {extra} {exception}")
    try:
        async with connected(gateway, token=gateway.token) as (_, ears):
            await ears.hear(LoggedIn)
            await gateway.end_stream()
            await ears.hear(Connected, 2)
        async with connected(gateway, token="another-secret") as (_, ears):
            with pytest.raises(TokenRefusedError):
                await ears.task
    finally:
        logger.remove(sink)
    text = "".join(lines)
    assert "link.up" in text
    assert gateway.token not in text
    assert "another-secret" not in text


@pytest.mark.gateway
@pytest.mark.skipif(NO_JS is not None, reason=f"the JavaScript gateway: {NO_JS}")
async def test_tls_with_the_gateways_own_ca(tmp_path):
    from tests.gateway.js import Tls as Certificate

    cert, key, stranger = await _make_certificates(tmp_path)
    running = JsGateway()
    await running.start(tls=Certificate(cert, key))
    rig = JsRig(running)
    await rig.set_up()
    try:
        trusted = Tls(cert, server_name="gateway.test")
        async with connected(rig, tls=trusted) as (_, ears):
            await ears.hear(LoggedIn)
            said = await rig.say("an", "加密")
            assert (await ears.hear_one(MessageReceived)).message_id == said
        for doubtful in (Tls(stranger, "gateway.test"), Tls(cert, "other.test"), Tls(), None):
            chat = WechatyChat("acc", rig.endpoint, rig.token, Clock(), doubtful, FAST)
            with pytest.raises(SetupError):
                await chat.probe()
    finally:
        await running.stop()


async def _make_certificates(folder):
    made = []
    for name in ("gateway", "stranger"):
        cert, key = folder / f"{name}.pem", folder / f"{name}.key"
        words = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=gateway.test"]
        words += ["-addext", "subjectAltName=DNS:gateway.test", "-keyout", str(key), "-out", str(cert)]
        process = await asyncio.create_subprocess_exec("openssl", *words, stderr=asyncio.subprocess.DEVNULL)
        assert await process.wait() == 0
        made += [cert, key]
    return made[0], made[1], made[2]


def test_a_missing_ca_is_one_clear_line(tmp_path):
    with pytest.raises(SetupError) as told:
        WechatyChat("acc", "127.0.0.1:1", "t", Clock(), Tls(tmp_path / "none.pem"))
    assert "none.pem" in str(told.value)


async def test_the_same_adapter_runs_in_memory():
    rig = SandboxRig()
    async with rig.gateway.channel() as channel:
        chat = WechatyChat("acc", "127.0.0.1:1", rig.token, Clock(), None, FAST, lambda: channel)
        ears = Ears(chat)
        await ears.hear(LoggedIn)
        said = await rig.say("an", "在吗")
        assert (await ears.hear_one(MessageReceived)).message_id == said
        await chat.send_text(ROOM, "在")
        assert (await ears.hear_one(MessageReceived, 2)).from_self
        await chat.close()
        await ears.task
