"""The rig keeps its word: what a stock client sees of the JavaScript gateway, and what the gateway saw of it."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import shutil
import ssl
import subprocess

import pytest
import pytest_asyncio
from grpclib.const import Status
from grpclib.exceptions import GRPCError
from wechaty_grpc.wechaty import PuppetStub
from wechaty_grpc.wechaty.puppet import MessageSendTextRequest

from bot.chat.wire import (
    SERVICE,
    BoxType,
    EventType,
    RoomAnnounceRequest,
    RoomAnnounceResponse,
    RoomTopicRequest,
    RoomTopicResponse,
    SentResponse,
)

from .ear import ear_at, stub_at
from .js import ChildDiedError, JsGateway, RefusedCommandError, Tls, available

pytestmark = [
    pytest.mark.gateway,
    pytest.mark.asyncio(loop_scope="module"),  # one process, one loop: a start costs more than a second
    pytest.mark.skipif(available() is not None, reason=f"the JavaScript gateway: {available()}"),
    pytest.mark.timeout(300),  # the first test on a machine installs the packages
]

ROOM = "mums@chatroom"
WORLD = {
    "contacts": [{"id": "bot", "name": "群助"}, {"id": "an", "name": "安安"}, {"id": "bo", "name": "波波"}],
    "rooms": [{"id": ROOM, "topic": "宝妈群", "members": ["bot", "an", "bo"], "aliases": {"an": "安安妈"}}],
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def process():
    async with JsGateway() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def gateway(process):
    await process.call("reset")
    await process.call("world", **WORLD)
    await process.call("login", contact="bot")
    return process


@pytest_asyncio.fixture(loop_scope="module")
async def ear(gateway):
    async with ear_at(gateway.port, gateway.token) as listening:
        yield listening


async def test_login_is_told_to_every_new_stream(gateway, ear):
    assert (await ear.next(EventType.LOGIN))["contactId"] == "bot"
    assert (await gateway.call("state"))["streams"] == 1


async def test_a_message_said_is_an_event_with_a_payload(gateway, ear):
    said = await gateway.call(
        "say", talker="an", room=ROOM, text="在吗？", mentions=["bot"], timestamp=1_700_000_000_123
    )
    event = await ear.next(EventType.MESSAGE)
    assert event["messageId"] == said["messageId"]
    payload = await ear.stub.message_payload(id=event["messageId"])
    assert (payload.text, payload.room_id, payload.from_id, int(payload.type)) == ("在吗？", ROOM, "an", 7)
    assert payload.mention_ids == ["bot"]
    assert payload.timestamp == 1_700_000_000_123


async def test_a_private_message_with_a_fixed_id_and_odd_type(gateway, ear):
    await gateway.call("say", talker="an", listener="bot", text="x", message_id="m-1", type=99)
    event = await ear.next(EventType.MESSAGE)
    payload = await ear.stub.message_payload(id=event["messageId"])
    assert (payload.id, payload.to_id, payload.room_id, int(payload.type)) == ("m-1", "bot", "", 99)


async def test_a_wrong_token_is_refused_for_calls_and_streams(gateway):
    async with stub_at(gateway.port, "wrong") as stub:
        with pytest.raises(GRPCError) as refusal:
            await stub.version()
        assert refusal.value.status is Status.UNAUTHENTICATED
        with pytest.raises(GRPCError) as refusal:
            [_ async for _ in stub.event()]
        assert refusal.value.status is Status.UNAUTHENTICATED
    state = await gateway.call("state")
    assert state["refused"] == 2
    assert state["calls"] == {}


@pytest.mark.parametrize("size", [1_000, 70_000])
async def test_an_image_comes_back_byte_for_byte(gateway, ear, size):
    data = bytes(n * 7 % 256 for n in range(size))
    await gateway.call("say_file", talker="an", room=ROOM, name="a.png", base64=base64.b64encode(data).decode())
    event = await ear.next(EventType.MESSAGE)
    assert int((await ear.stub.message_payload(id=event["messageId"])).type) == 6
    for answer in (
        await ear.stub.message_image(id=event["messageId"], type=3),
        await ear.stub.message_file(id=event["messageId"]),
    ):
        box = json.loads(answer.filebox)
        assert box["type"] == (BoxType.UUID if size > 20_480 else BoxType.BASE64)
        got = await ear.download(box["uuid"]) if box["type"] == BoxType.UUID else base64.b64decode(box["base64"])
        assert hashlib.sha256(got).digest() == hashlib.sha256(data).digest()


async def test_a_topic_and_an_announcement_set_are_really_set(gateway, ear):
    stub = ear.stub
    topic = RoomTopicRequest(id=ROOM, wrapped_topic="新群名", topic="新群名")
    await stub._unary_unary(f"{SERVICE}RoomTopic", topic, RoomTopicResponse)
    assert (await ear.next(EventType.ROOM_TOPIC))["newTopic"] == "新群名"
    text = RoomAnnounceRequest(id=ROOM, wrapped_text="公告", text="公告")
    await stub._unary_unary(f"{SERVICE}RoomAnnounce", text, RoomAnnounceResponse)
    asked = await stub._unary_unary(f"{SERVICE}RoomTopic", RoomTopicRequest(id=ROOM), RoomTopicResponse)
    assert asked.topic == "新群名"
    assert (await stub.room_payload(id=ROOM)).topic == "新群名"
    room = (await gateway.call("state"))["rooms"][ROOM]
    assert (room["topic"], room["announcement"]) == ("新群名", "公告")


async def test_what_the_bot_sends_is_logged_echoed_and_recalled(gateway, ear):
    sent = await ear.stub.message_send_text(conversation_id=ROOM, text="欢迎", mentonal_ids=["an"])
    echo = await ear.next(EventType.MESSAGE)
    assert (await ear.stub.message_payload(id=echo["messageId"])).from_id == "bot"
    assert (await ear.stub.message_recall(id=echo["messageId"])).success
    assert not (await ear.stub.message_recall(id=echo["messageId"])).success
    log = await gateway.call("sent")
    (entry,) = log["sent"]
    assert (entry["conversationId"], entry["kind"], entry["text"], entry["mentionIds"]) == (
        ROOM,
        "text",
        "欢迎",
        ["an"],
    )
    assert entry["messageId"] == echo["messageId"] == log["recalled_ids"][0]
    assert sent.id == entry["messageId"]


async def test_a_file_sent_is_logged_with_its_hash(gateway, ear):
    data = bytes(range(256)) * 200
    box = {"type": BoxType.BASE64, "name": "a.jpg", "metadata": {}, "base64": base64.b64encode(data).decode()}
    await ear.stub.message_send_file(conversation_id=ROOM, filebox=json.dumps(box))
    (entry,) = (await gateway.call("sent"))["sent"]
    assert (entry["name"], entry["size"], entry["sha256"]) == ("a.jpg", len(data), hashlib.sha256(data).hexdigest())


async def test_sending_can_go_wrong_in_each_way(gateway, ear):
    async def send(text):
        call = MessageSendTextRequest(conversation_id=ROOM, text=text)
        return await ear.stub._unary_unary(f"{SERVICE}MessageSendText", call, SentResponse)

    await gateway.call("sending", ids=False, echo=False)
    assert (await send("no id")).id == ""
    await gateway.call("sending", ids=True, drop_every=2)
    assert (await send("lost")).id
    await gateway.call("fail_next", method="MessageSendText", code=Status.UNAVAILABLE.value)
    with pytest.raises(GRPCError):
        await send("never taken")
    await gateway.call("fail_next", method="MessageSendText", code=Status.UNKNOWN.value, after=True)
    with pytest.raises(GRPCError):
        await send("taken all the same")
    log = (await gateway.call("sent"))["sent"]
    assert [(entry["text"], entry["dropped"]) for entry in log] == [
        ("no id", False),
        ("lost", True),
        ("taken all the same", False),
    ]


async def test_an_echo_comes_before_the_answer_or_later_or_never(gateway, ear):
    await ear.next(EventType.LOGIN)
    await gateway.call("sending", answer_delay=50)
    await ear.stub.message_send_text(conversation_id=ROOM, text="before")
    assert ear.heard.qsize() == 1
    await ear.next(EventType.MESSAGE)
    await gateway.call("sending", answer_delay=0, echo_delay=400)
    await ear.stub.message_send_text(conversation_id=ROOM, text="after")
    assert ear.heard.empty()
    await ear.next(EventType.MESSAGE)
    await gateway.call("sending", echo=False)
    await ear.stub.message_send_text(conversation_id=ROOM, text="never")
    await ear.stub.ding(data="done")
    assert await ear.next(EventType.DONG) == {"data": "done"}
    assert len((await gateway.call("sent"))["sent"]) == 3


async def test_a_hung_call_runs_into_the_deadline_and_a_slow_one_does_not(gateway, ear):
    said = await gateway.call("say", talker="an", room=ROOM, text="slowly", emit=False)
    await gateway.call("slow", ms=30)
    await gateway.call("fail_next", method="MessagePayload", hang=True)
    hasty = PuppetStub(ear.stub.channel, timeout=0.2, metadata=ear.stub.metadata)
    with pytest.raises(TimeoutError):
        await hasty.message_payload(id=said["messageId"])
    assert (await ear.stub.message_payload(id=said["messageId"])).text == "slowly"


async def test_links_out_and_in_keep_their_fields(gateway, ear):
    card = {"url": "https://example.org/a", "title": "湿疹护理", "description": "三个要点"}
    said = await gateway.call("say", talker="an", room=ROOM, type=14, card=card)
    assert json.loads((await ear.stub.message_url(id=said["messageId"])).url_link) == card
    await ear.stub.message_send_url(conversation_id=ROOM, url_link=json.dumps(card))
    (entry,) = (await gateway.call("sent"))["sent"]
    assert (entry["kind"], entry["url"], entry["card"]["title"]) == ("url", card["url"], card["title"])


async def test_joins_leaves_and_odd_events(gateway, ear):
    await gateway.call("world", contacts=[{"id": "ci", "name": "慈"}])
    await gateway.call("join", room=ROOM, contacts=["ci"])
    assert "inviterId" not in await ear.next(EventType.ROOM_JOIN)
    assert "ci" in (await ear.stub.room_payload(id=ROOM)).member_ids
    await gateway.call("leave", room=ROOM, contacts=["ci"], remover="an")
    assert (await ear.next(EventType.ROOM_LEAVE))["removerId"] == "an"
    await gateway.call("dirty", type=3, payload=ROOM)
    assert (await ear.next(EventType.DIRTY))["payloadId"] == ROOM
    await gateway.call("error", message="操作过于频繁")
    assert "操作过于频繁" in (await ear.next(EventType.ERROR))["gerror"]
    await gateway.call("raw", type=2, payload="{")
    with pytest.raises(json.JSONDecodeError):
        await ear.next(EventType.MESSAGE)
    said = await gateway.call("say", talker="an", room=ROOM, text="oops")
    await gateway.call("recalled", message=said["messageId"])
    await ear.next(EventType.MESSAGE)
    notice = await ear.stub.message_payload(id=(await ear.next(EventType.MESSAGE))["messageId"])
    assert (int(notice.type), notice.text) == (13, said["messageId"])


async def test_a_second_stream_is_refused_and_a_dropped_one_may_come_back(gateway, ear):
    async with stub_at(gateway.port, gateway.token) as rival:
        with pytest.raises(GRPCError) as refusal:
            [_ async for _ in rival.event()]
        assert refusal.value.status is Status.ALREADY_EXISTS
    await gateway.call("drop_stream")
    async with asyncio.timeout(10):
        await ear.ended.wait()
    assert ear.fault is None
    async with ear_at(gateway.port, gateway.token) as again:
        assert (await again.next(EventType.LOGIN))["contactId"] == "bot"
        await gateway.call("drop_stream", code=Status.INTERNAL.value)
        async with asyncio.timeout(10):
            await again.ended.wait()
        assert isinstance(again.fault, GRPCError)
        assert again.fault.status is Status.INTERNAL
    assert (await gateway.call("state"))["streams_opened"] == 2


async def test_a_burst_is_redelivered_and_stays_readable_to_the_end(gateway, ear):
    out = await gateway.call("burst", n=2_000, rooms=[ROOM], talkers=["an", "bo"], redeliver=0.1, reorder=4)
    heard = [(await ear.next(EventType.MESSAGE))["messageId"] for _ in range(2_200)]
    assert (len(set(heard)), out["count"]) == (2_000, 2_000)
    assert heard[0] != out["first"]
    assert (await ear.stub.message_payload(id=out["first"])).text == "0-0"
    assert (await gateway.call("redeliver_all"))["count"] == 2_000


async def test_it_survives_a_freeze_and_comes_back_after_a_kill(gateway):
    gateway.freeze()
    state = asyncio.create_task(gateway.call("state"))
    gateway.thaw()
    assert (await state)["self"] == "bot"
    port = gateway.port
    pending = asyncio.create_task(gateway.call("drip", n=1_000, rate=1, rooms=[ROOM], talkers=["an"]))
    await gateway.call("state")
    await gateway.kill()
    with pytest.raises(ChildDiedError):
        await pending
    await gateway.restart_same_port()
    assert gateway.port == port
    async with ear_at(port, gateway.token) as ear:
        assert (await ear.next(EventType.LOGIN))["contactId"] == "bot"


async def test_with_a_journal_the_sent_log_outlives_a_kill(tmp_path):
    gateway = JsGateway(journal=tmp_path / "sent.jsonl")
    await gateway.start()
    try:
        await gateway.call("world", **WORLD)
        await gateway.call("login", contact="bot")
        async with stub_at(gateway.port, gateway.token) as stub:
            await stub.message_send_text(conversation_id=ROOM, text="晚上好")
        await gateway.restart_same_port()
        async with stub_at(gateway.port, gateway.token) as stub:
            await stub.message_send_text(conversation_id=ROOM, text="晚安")
        assert [entry["text"] for entry in (await gateway.call("sent"))["sent"]] == ["晚上好", "晚安"]
    finally:
        await gateway.stop()


async def test_a_bad_command_is_answered(gateway):
    with pytest.raises(RefusedCommandError, match="no room"):
        await gateway.call("say", talker="an", room="nowhere@chatroom", text="?")


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate and is not installed")
async def test_over_tls_the_token_still_counts(tmp_path):
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    words = "openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1"
    subprocess.run(
        [*words.split(), "-keyout", key, "-out", cert],
        check=True,
        capture_output=True,
    )
    context = ssl.create_default_context(cafile=cert)
    context.set_alpn_protocols(["h2"])
    gateway = JsGateway()
    await gateway.start(tls=Tls(cert, key))
    try:
        await gateway.call("world", **WORLD)
        await gateway.call("login", contact="bot")
        async with ear_at(gateway.port, gateway.token, context) as ear:
            assert (await ear.next(EventType.LOGIN))["contactId"] == "bot"
        async with stub_at(gateway.port, "wrong", context) as stub:
            with pytest.raises(GRPCError) as refusal:
                await stub.version()
        assert refusal.value.status is Status.UNAUTHENTICATED
    finally:
        await gateway.stop()
