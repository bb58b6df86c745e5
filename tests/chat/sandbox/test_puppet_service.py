"""The service answers a stock client's stub as a real gateway would."""

import json
from dataclasses import asdict

import pytest
from grpclib.const import Status
from grpclib.exceptions import GRPCError
from sandbox_kit import METADATA, Wire
from wechaty_grpc.wechaty import PuppetStub

from bot.chat import wire
from bot.chat.wire import EventType
from bot.core.message import File, Link, MessageKind, MiniProgram


async def status_of(call):
    with pytest.raises(GRPCError) as caught:
        await call
    return caught.value.status


async def test_a_stream_opens_with_heartbeat_login_and_ready(listening):
    async with listening() as ear:
        await ear.hear(EventType.READY)
        assert json.loads(ear.past[0][1]) == {"data": "connected"}
        assert [kind for kind, _ in ear.past] == [EventType.HEARTBEAT, EventType.LOGIN, EventType.READY]
        assert json.loads(ear.past[1][1]) == {"contactId": "bot"}


async def test_a_logged_out_account_only_beats_until_it_logs_in(world, stub, listening):
    world.logout()
    async with listening() as ear:
        await ear.hear(EventType.HEARTBEAT)
        assert await status_of(stub.room_list()) == Status.FAILED_PRECONDITION
        assert await status_of(stub.message_send_text(conversation_id="r1", text="喂", mentonal_ids=[])) == (
            Status.FAILED_PRECONDITION
        )
        world.login()
        await ear.hear(EventType.LOGIN)
        await ear.hear(EventType.READY)
        assert (await stub.room_list()).ids == ["r1"]
        await stub.logout()
        assert json.loads(await ear.hear(EventType.LOGOUT)) == {"contactId": "bot", "data": "logout"}


async def test_start_is_idempotent_and_stop_ends_the_stream(stub, listening):
    async with listening() as ear:
        await ear.ready()
        await stub.start()
        await stub.ding(data="x")
        assert json.loads(await ear.hear(EventType.DONG)) == {"data": "x"}
        assert [kind for kind, _ in ear.past].count(EventType.LOGIN) == 1
        await stub.stop()
        assert await ear.end() == "politely"
    assert await status_of(stub.room_list()) == Status.FAILED_PRECONDITION
    async with listening() as ear:
        await ear.hear(EventType.HEARTBEAT)
        await stub.start()
        await ear.ready()


async def test_a_message_comes_as_an_event_and_a_payload(world, stub, listening, clock):
    async with listening() as ear:
        await ear.ready()
        message = world.say("ming", "r1", "@群助 你好", mentions=["bot"])
        assert json.loads(await ear.hear(EventType.MESSAGE)) == {"messageId": message.id}
    payload = await stub.message_payload(id=message.id)
    assert payload.to_dict() == {
        "id": message.id,
        "text": "@群助 你好",
        "timestamp": str(round(clock().timestamp() * 1000)),
        "type": "MESSAGE_TYPE_VIDEO",  # 7: text, in wechaty-puppet's numbers
        "fromId": "ming",
        "roomId": "r1",
        "mentionIds": ["bot"],
    }
    private = world.say("ming", "bot", "悄悄话")
    payload = await stub.message_payload(id=private.id)
    assert (payload.room_id, payload.to_id, payload.type) == ("", "bot", MessageKind.TEXT)


async def test_what_the_bot_cannot_see_does_not_exist(world, stub, listening):
    async with listening() as ear:
        await ear.ready()
        hidden = world.say("ming", "r2", "背后说")
        secret = world.say("ming", "wang", "私下说")
        seen = world.say("ming", "r1", "当面说")
        assert json.loads(await ear.hear(EventType.MESSAGE)) == {"messageId": seen.id}
    for message in (hidden, secret):
        assert await status_of(stub.message_payload(id=message.id)) == Status.NOT_FOUND
    assert await status_of(stub.room_payload(id="r2")) == Status.NOT_FOUND
    assert await status_of(stub.message_send_text(conversation_id="r2", text="喂", mentonal_ids=[])) == Status.NOT_FOUND


@pytest.mark.parametrize(
    "ask",
    [
        lambda stub: stub.contact_payload(id="x"),
        lambda stub: stub.contact_alias(id="x"),
        lambda stub: stub.message_payload(id="x"),
        lambda stub: stub.message_file(id="x"),
        lambda stub: stub.message_recall(id="x"),
        lambda stub: stub.room_payload(id="x"),
        lambda stub: stub.room_member_list(id="x"),
        lambda stub: stub.room_member_payload(id="r1", member_id="fang"),
        lambda stub: stub.room_topic(id="x", topic=None),
        lambda stub: stub.room_announce(id="x", text="x"),
        lambda stub: stub.message_send_text(conversation_id="x", text="x", mentonal_ids=[]),
    ],
)
async def test_the_unknown_is_not_found(stub, ask):
    assert await status_of(ask(stub)) == Status.NOT_FOUND


async def test_a_call_the_sandbox_lacks_is_unimplemented(stub):
    assert await status_of(stub.tag_contact_list(contact_id="ming")) == Status.UNIMPLEMENTED


async def test_contacts_rooms_and_members(world, stub):
    world.set_alias("r1", "ming", "明明")
    assert (await stub.contact_list()).ids == ["bot", "ming", "fang", "wang"]
    assert (await stub.contact_payload(id="ming")).name == "阿明"
    room = await stub.room_payload(id="r1")
    assert (room.topic, room.owner_id, room.member_ids) == ("湿疹妈妈群", "wang", ["wang", "bot", "ming"])
    assert (await stub.room_member_list(id="r1")).member_ids == ["wang", "bot", "ming"]
    member = await stub.room_member_payload(id="r1", member_id="ming")
    assert (member.id, member.name, member.room_alias) == ("ming", "阿明", "明明")
    await stub.contact_alias(id="ming", alias="老客")
    assert (await stub.contact_alias(id="ming")).alias == "老客"
    assert (await stub.version()).version


async def test_topic_and_announcement_in_both_generations_of_fields(world, stub, channel):
    calls = Wire(channel)
    for request in (
        wire.RoomTopicRequest(id="r1", topic="新"),
        wire.RoomTopicRequest(id="r1", wrapped_topic="新"),
        wire.RoomTopicRequest(id="r1", wrapped_topic="新", topic="新"),
    ):
        world.rename("r1", "旧")
        await calls.unary("RoomTopic", request, wire.RoomTopicResponse)
        answer = await calls.unary("RoomTopic", wire.RoomTopicRequest(id="r1"), wire.RoomTopicResponse)
        assert (answer.topic, answer.wrapped_topic) == ("新", "新")
    await calls.unary("RoomAnnounce", wire.RoomAnnounceRequest(id="r1", text="周五见"), wire.RoomAnnounceResponse)
    assert (await stub.room_announce(id="r1", text=None)).text == "周五见"


async def test_room_events_reach_the_client(world, stub, listening):
    async with listening() as ear:
        await ear.ready()
        world.join("r1", ["fang"], "wang")
        joined = json.loads(await ear.hear(EventType.ROOM_JOIN))
        stamp = world.now_ms
        assert joined == {"inviteeIdList": ["fang"], "inviterId": "wang", "roomId": "r1", "timestamp": stamp}
        world.leave("r1", ["fang"])
        left = json.loads(await ear.hear(EventType.ROOM_LEAVE))
        assert left == {"removeeIdList": ["fang"], "removerId": "fang", "roomId": "r1", "timestamp": stamp}
        world.rename("r1", "新群名", "wang")
        assert json.loads(await ear.hear(EventType.ROOM_TOPIC))["newTopic"] == "新群名"
        world.set_alias("r1", "ming", "明明")
        assert json.loads(await ear.hear(EventType.DIRTY)) == {"payloadType": 4, "payloadId": "r1"}
        await stub.dirty_payload(type=3, id="r1")
        assert json.loads(await ear.hear(EventType.DIRTY)) == {"payloadType": 3, "payloadId": "r1"}
        world.leave("r1", ["bot"], "wang")
        assert json.loads(await ear.hear(EventType.ROOM_LEAVE))["removeeIdList"] == ["bot"]
        world.join("r2", ["bot"], "wang")
        assert json.loads(await ear.hear(EventType.ROOM_JOIN))["roomId"] == "r2"


async def test_a_send_is_answered_said_and_echoed(world, stub, channel, listening, faults):
    async with listening() as ear:
        await ear.ready()
        sent = await stub.message_send_text(conversation_id="r1", text="晚上好", mentonal_ids=["ming"])
        assert json.loads(await ear.hear(EventType.MESSAGE)) == {"messageId": sent.id}
    message = world.message(sent.id)
    assert (message.talker_id, message.content.text, message.content.mention_ids) == ("bot", "晚上好", ("ming",))
    both = await Wire(channel).unary("MessageSendText", wire_text("ming", "悄悄话"), wire.SentResponse)
    assert both.id == both.wrapped_id
    assert [(send.conversation_id, send.label, send.dropped) for send in faults.wire_log] == [
        ("r1", "晚上好", False),
        ("ming", "悄悄话", False),
    ]


def wire_text(conversation_id, text):
    from wechaty_grpc.wechaty.puppet import MessageSendTextRequest

    return MessageSendTextRequest(conversation_id=conversation_id, text=text)


async def test_links_and_mini_programs_there_and_back(world, stub):
    link = Link("https://shop.example/a", "面霜", "很滋润", "https://shop.example/a.png")
    camel = {"url": link.url, "title": link.title, "description": link.description, "thumbnailUrl": link.thumbnail_url}
    for text in (json.dumps(camel), json.dumps(asdict(link))):
        sent = await stub.message_send_url(conversation_id="r1", url_link=text)
        assert world.message(sent.id).content.link == link
        assert json.loads((await stub.message_url(id=sent.id)).url_link) == camel
    card = MiniProgram("wx1", "商城", page_path="pages/a", username="gh_1")
    for text in (
        json.dumps(asdict(card)),
        json.dumps({"appid": "wx1", "title": "商城", "pagePath": "pages/a", "username": "gh_1"}),
    ):
        sent = await stub.message_send_mini_program(conversation_id="r1", mini_program=text)
        assert world.message(sent.id).content.card == card
        assert json.loads((await stub.message_mini_program(id=sent.id)).mini_program)["pagePath"] == "pages/a"


async def test_small_files_come_inline_and_large_ones_by_uuid(world, stub, channel):
    calls = Wire(channel)
    small, large = bytes(20 * 1024), bytes(range(256)) * 1000
    message = world.send_file("ming", "r1", File("小.png", small))
    box = json.loads((await stub.message_file(id=message.id)).filebox)
    assert (box["type"], box["boxType"], box["name"]) == (1, 1, "小.png")
    assert calls.decode(box) == small
    message = world.send_file("ming", "r1", File("大.png", large))
    assert (await stub.message_payload(id=message.id)).filename == "大.png"
    box = json.loads((await stub.message_image(id=message.id, type=3)).filebox)
    assert (box["type"], box["size"]) == (7, len(large))
    assert await calls.download(box["uuid"]) == large
    assert await status_of(calls.download("no-such")) == Status.NOT_FOUND


async def test_a_file_that_has_expired_is_an_error_of_the_puppets(world, stub):
    """As the JavaScript gateway answers whatever its puppet cannot get out of WeChat any more."""
    message = world.send_file("ming", "r1", File("猫.png", b"\x89PNG"))
    world.messages[message.id] = message.without_file
    assert await status_of(stub.message_image(id=message.id, type=3)) == Status.UNKNOWN
    assert await status_of(stub.message_file(id=message.id)) == Status.UNKNOWN
    assert (await stub.message_payload(id=message.id)).filename == "猫.png"


async def test_files_are_sent_inline_by_upload_and_by_address(world, stub, channel):
    calls = Wire(channel)
    data = bytes(range(256)) * 1000
    uuid = await calls.upload(data)
    for box, sent_data in (
        ({"type": 1, "base64": "aGVsbG8=", "name": "a.png"}, b"hello"),
        ({"boxType": 1, "base64": "aGVsbG8=", "name": "a.png"}, b"hello"),
        ({"type": 7, "uuid": uuid, "name": "a.png"}, data),
        ({"type": 2, "url": "https://cdn.example/x/a.png"}, b""),
    ):
        sent = await stub.message_send_file(conversation_id="r1", filebox=json.dumps(box))
        content = world.message(sent.id).content
        assert (content.kind, content.file.name, content.file.data) == (MessageKind.IMAGE, "a.png", sent_data)
    back = json.loads((await stub.message_file(id=sent.id)).filebox)
    assert (back["type"], back["url"]) == (2, "https://cdn.example/x/a.png")


@pytest.mark.parametrize(
    "box",
    [
        "not json",
        "[]",
        '{"type": 1, "name": "a.png"}',
        '{"type": 1, "base64": "%%%"}',
        '{"type": 2, "remoteUrl": "https://a.example"}',
        '{"type": 99}',
    ],
)
async def test_a_box_that_no_gateway_understands_is_refused_and_not_sent(stub, faults, box):
    refused = stub.message_send_file(conversation_id="r1", filebox=box)
    assert await status_of(refused) == Status.INVALID_ARGUMENT
    assert faults.wire_log == []


async def test_a_box_above_the_javascript_gateways_limit_is_refused(stub, faults):
    box = json.dumps({"type": 1, "name": "a.png", "base64": "A" * 4 * 1024 * 1024})
    assert await status_of(stub.message_send_file(conversation_id="r1", filebox=box)) == Status.RESOURCE_EXHAUSTED
    assert faults.wire_log == []


async def test_only_the_bots_own_fresh_messages_are_recalled(world, stub, listening, clock):
    other = world.say("ming", "r1", "我的话")
    assert not (await stub.message_recall(id=other.id)).success
    sent = await stub.message_send_text(conversation_id="r1", text="错了", mentonal_ids=[])
    async with listening() as ear:
        await ear.ready()
        assert (await stub.message_recall(id=sent.id)).success
        recall = await stub.message_payload(id=json.loads(await ear.hear(EventType.MESSAGE))["messageId"])
        assert (recall.type, recall.text) == (MessageKind.RECALLED, sent.id)
    late = await stub.message_send_text(conversation_id="r1", text="晚了", mentonal_ids=[])
    clock.forward(minutes=3)
    assert not (await stub.message_recall(id=late.id)).success


@pytest.mark.parametrize(
    "metadata", [None, {"authorization": "Wechaty wrong"}, {"authorization": METADATA["authorization"][8:]}]
)
async def test_without_the_token_nothing_is_answered(channel, metadata):
    stranger = PuppetStub(channel, metadata=metadata, timeout=5)
    assert await status_of(stranger.room_list()) == Status.UNAUTHENTICATED
    assert await status_of(anext(stranger.event())) == Status.UNAUTHENTICATED


async def test_a_second_event_stream_is_refused(listening):
    async with listening() as first, listening() as second:
        await first.ready()
        refusal = await second.end()
        assert isinstance(refusal, GRPCError)
        assert refusal.status == Status.ALREADY_EXISTS
        assert first.ended is None


async def test_the_stream_is_free_again_when_its_client_is_gone(listening, faults):
    async with listening() as first:
        await first.ready()
    await faults.line.until_idle()
    async with listening() as second:
        await second.ready()
