"""The adapter keeps its promises on two gateways: the JavaScript one and the embedded one."""

import asyncio
import hashlib

import pytest
import pytest_asyncio
from grpclib.const import Status
from odd_events import ODD_EVENTS
from rigs import FAST, MEMBERS, NO_JS, OTHER_ROOM, ROOM, TOPICS, JsGateway, JsRig, SandboxRig, connected, until

from bot.chat.wechaty.adapter import WechatyChat
from bot.clock import Clock
from bot.core.errors import (
    FileTooLargeError,
    GatewayError,
    NotConnectedError,
    SendRefusedError,
    SendUncertainError,
    TokenRefusedError,
)
from bot.core.events import (
    Connected,
    Disconnected,
    GatewayErred,
    LoggedIn,
    LoggedOut,
    MembersJoined,
    MembersLeft,
    MessageReceived,
    TopicChanged,
)
from bot.core.message import File, Link, MessageKind, MiniProgram

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]

JS = pytest.param(
    "js", marks=[pytest.mark.gateway, pytest.mark.skipif(NO_JS is not None, reason=f"the JavaScript gateway: {NO_JS}")]
)
SMALL, LARGE = b"\x89PNG" + bytes(range(256)), b"\x89PNG" + bytes(range(256)) * 400


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=[JS, "sandbox"])
async def process(request):
    """One gateway for all tests of its kind: the JavaScript one takes a second to start."""
    if request.param == "js":
        async with JsGateway() as running:
            yield JsRig(running)
    else:
        rig = SandboxRig()
        await rig.start()
        yield rig
        await rig.stop()


@pytest_asyncio.fixture(loop_scope="module")
async def gateway(process):
    if isinstance(process, JsRig):
        await process.set_up()
    else:
        await process.stop()
        process.set_up_world()
        await process.start()
    return process


@pytest_asyncio.fixture(loop_scope="module")
async def pair(gateway):
    async with connected(gateway) as (chat, ears):
        await ears.hear(LoggedIn)
        yield chat, ears


@pytest.fixture
def chat(pair):
    return pair[0]


@pytest.fixture
def ears(pair):
    return pair[1]


async def test_it_is_told_who_it_is_though_the_gateway_was_logged_in_before(chat, ears):
    assert (await ears.hear_one(Connected)).deaf_since is None
    assert (await ears.hear_one(LoggedIn)).self_id == "bot"
    assert chat.self_id == "bot"


async def test_messages_arrive_in_order_with_all_that_they_say(gateway, ears):
    ids = [await gateway.say("an", f"第{n}句", stamp=1_763_780_000_000 + n) for n in range(40)]
    heard = await ears.hear(MessageReceived, 40)
    assert [event.message_id for event in heard] == ids
    first = heard[0]
    assert (first.room_id, first.talker_id, first.text, first.kind) == (ROOM, "an", "第0句", MessageKind.TEXT)
    assert (first.raw_type, first.from_self, first.mention_ids) == (7, False, ())
    assert round(first.sent_at.timestamp() * 1000) == 1_763_780_000_000


async def test_a_stamp_in_seconds_is_the_same_time(gateway, ears):
    await gateway.say("an", "秒", stamp=1_763_780_000)
    assert (await ears.hear_one(MessageReceived)).sent_at.timestamp() == 1_763_780_000


async def test_a_private_message_has_no_room(gateway, ears):
    await gateway.whisper("an", "在吗")
    event = await ears.hear_one(MessageReceived)
    assert (event.room_id, event.talker_id, event.conversation_id) == (None, "an", "an")


async def test_mention_ids_are_kept(gateway, ears):
    await gateway.say("an", "@群助 在吗", mentions=("bot",))
    assert (await ears.hear_one(MessageReceived)).mention_ids == ("bot",)


async def test_a_mention_without_ids_is_known_by_the_name(gateway, ears):
    await gateway.say("an", "@群助\u2005在吗")
    await gateway.say("an", "@群助手 在吗")
    heard = await ears.hear(MessageReceived, 2)
    assert [event.mention_ids for event in heard] == [("bot",), ()]


async def test_a_mention_without_ids_is_known_by_the_alias_in_the_room(gateway, ears):
    await gateway.call_alias("bot", "小管家")
    await gateway.say("an", "@小管家 在吗")
    assert (await ears.hear_one(MessageReceived)).mention_ids == ("bot",)


async def test_a_text_goes_out_and_its_echo_is_its_own(gateway, chat, ears):
    receipt = await chat.send_text(ROOM, "晚上好", ("an",))
    (sent,) = await gateway.sent()
    assert (sent.message_id, sent.conversation_id, sent.label) == (receipt.message_id, ROOM, "晚上好")
    assert sent.mention_ids == ("an",)
    echo = await ears.hear_one(MessageReceived)
    assert (echo.message_id, echo.from_self, echo.text) == (receipt.message_id, True, "晚上好")


async def test_a_gateway_without_ids_gives_an_empty_receipt_and_still_an_echo(gateway, chat, ears):
    await gateway.withhold_ids()
    assert (await chat.send_text("an", "你好")).message_id == ""
    echo = await ears.hear_one(MessageReceived)
    assert (echo.from_self, echo.conversation_id) == (True, "an")


@pytest.mark.parametrize(("name", "kind"), [("a.png", MessageKind.IMAGE), ("价目.pdf", MessageKind.ATTACHMENT)])
@pytest.mark.parametrize("data", [SMALL, LARGE], ids=["small", "large"])
async def test_files_come_in_whole(gateway, chat, ears, name, kind, data):
    await gateway.say_file("an", name, data)
    event = await ears.hear_one(MessageReceived)
    assert (event.kind, event.filename) == (kind, name)
    assert await chat.fetch_file(event, 1_000_000) == File(name, data)


@pytest.mark.parametrize("data", [SMALL, LARGE], ids=["in base64", "by uuid"])
async def test_a_file_above_the_limit_is_not_taken(gateway, chat, ears, data):
    await gateway.say_file("an", "a.png", data)
    event = await ears.hear_one(MessageReceived)
    with pytest.raises(FileTooLargeError):
        await chat.fetch_file(event, len(data) - 1)


@pytest.mark.parametrize("size", [300, 100_000, 3_200_000], ids=["small", "inline", "uploaded"])
async def test_files_go_out_whole(gateway, chat, size):
    data = b"\x89PNG" + b"x" * size
    await chat.send_file(ROOM, File("a.png", data))
    (sent,) = await gateway.sent()
    assert (sent.kind, sent.label, sent.detail) == (MessageKind.IMAGE, "a.png", hashlib.sha256(data).hexdigest())


async def test_cards_go_out(gateway, chat):
    await chat.send_link(ROOM, Link("https://example.com/a", "湿疹护理", "三个要点", "https://example.com/a.png"))
    await chat.send_mini_program(ROOM, MiniProgram("wx1", "小店", page_path="pages/index", username="gh_1"))
    link, card = await gateway.sent()
    assert (link.kind, link.label, link.detail) == (MessageKind.LINK, "湿疹护理", "https://example.com/a")
    assert (card.kind, card.label, card.detail) == (MessageKind.MINI_PROGRAM, "小店", "pages/index")


async def test_people_join_with_and_without_an_inviter(gateway, ears):
    await gateway.join(["cy"], "an")
    await gateway.leave(["cy"], "bot")
    await gateway.join(["cy"])
    first, second = await ears.hear(MembersJoined, 2)
    assert (first.room_id, first.contact_ids, first.inviter_id) == (ROOM, ("cy",), "an")
    assert (second.contact_ids, second.inviter_id) == (("cy",), "")


async def test_people_leave_and_the_bot_is_removed(gateway, ears):
    await gateway.leave(["bo"], "an")
    await gateway.leave(["bot"], "an")
    other, own = await ears.hear(MembersLeft, 2)
    assert (other.contact_ids, other.remover_id, other.self_left) == (("bo",), "an", False)
    assert (own.contact_ids, own.self_left) == (("bot",), True)


async def test_names_are_read_again_after_what_changed_them(gateway, chat, ears):
    facts = await chat.room(ROOM)
    assert (facts.topic, facts.owner_id, facts.member_ids) == (TOPICS[ROOM], "bot", MEMBERS)
    assert (await chat.member(ROOM, "an")).display_name == "安安"
    assert await chat.contact_name("bo") == "波波"
    assert set(await chat.room_ids()) == {ROOM, OTHER_ROOM}
    await gateway.rename("新群名", "an")
    changed = await ears.hear_one(TopicChanged)
    assert (changed.room_id, changed.topic, changed.changer_id) == (ROOM, "新群名", "an")
    assert (await chat.room(ROOM)).topic == "新群名"
    await gateway.join(["cy"], "an")
    await ears.hear(MembersJoined)
    assert "cy" in (await chat.room(ROOM)).member_ids
    assert (await chat.member(ROOM, "cy")).inviter_id == "an"


async def test_a_name_is_asked_for_once(gateway, chat):
    before = await gateway.calls("RoomPayload")
    await asyncio.gather(*[chat.room(ROOM) for _ in range(10)])
    await chat.room(ROOM)
    assert await gateway.calls("RoomPayload") == before + 1


async def test_reading_what_is_not_there_is_a_gateway_error(chat):
    with pytest.raises(GatewayError):
        await chat.room("nowhere@chatroom")


async def test_the_topic_is_really_set(gateway, chat):
    await chat.set_topic(ROOM, "真的改了")
    assert await gateway.topic() == "真的改了"


async def test_the_announcement_is_really_set(gateway, chat):
    await chat.announce(ROOM, "今晚八点")
    assert await gateway.announcement() == "今晚八点"


async def test_a_sent_message_can_be_taken_back_once(gateway, chat):
    receipt = await chat.send_text(ROOM, "说错了")
    assert await chat.recall(receipt.message_id)
    assert await gateway.is_recalled(receipt.message_id)
    assert not await chat.recall(receipt.message_id)


async def test_a_member_takes_a_message_back(gateway, ears):
    said = await gateway.say("an", "说错了")
    await gateway.take_back(said)
    _, recalled = await ears.hear(MessageReceived, 2)
    assert (recalled.kind, recalled.text, recalled.room_id) == (MessageKind.RECALLED, said, ROOM)


async def test_an_error_of_the_gateway_is_told(gateway, ears):
    await gateway.raw(16, '{"gerror": "操作过于频繁", "data": "old"}')
    await gateway.raw(16, '{"data": "20001"}')
    await gateway.raw(16, "{}")
    heard = await ears.hear(GatewayErred, 3)
    assert [event.detail for event in heard] == ["操作过于频繁", "20001", "{}"]


@pytest.mark.parametrize(("kind", "payload"), ODD_EVENTS)
async def test_no_odd_event_ends_the_stream(gateway, ears, kind, payload):
    await gateway.raw(kind, payload)
    said = await gateway.say("an", "还在吗")
    assert (await ears.hear_one(MessageReceived)).message_id == said
    assert ears.all(Disconnected) == []


async def test_odd_events_are_counted(gateway, chat, ears):
    for kind, payload in ((2, "{}"), (20, "null"), (99, "{}"), (2, '{"messageId": "no-such-message"}')):
        await gateway.raw(kind, payload)
    await gateway.say("an", "还在吗")
    await ears.hear(MessageReceived)
    assert chat.tally == {"malformed": 2, "unknown": 1, "unfetched": 1}


async def test_a_message_told_twice_is_heard_once(gateway, chat, ears):
    said = await gateway.say("an", "一次")
    await gateway.redeliver(said)
    last = await gateway.say("an", "两次")
    heard = await ears.hear(MessageReceived, 2)
    assert [event.message_id for event in heard] == [said, last]
    assert chat.tally["duplicate"] == 1


async def test_a_payload_that_fails_at_first_is_asked_for_again_and_keeps_its_place(gateway, ears):
    await gateway.fail_next("MessagePayload", Status.UNAVAILABLE, 2)
    ids = [await gateway.say("an", f"{n}") for n in range(5)]
    assert [event.message_id for event in await ears.hear(MessageReceived, 5)] == ids


@pytest.mark.parametrize("status", [Status.INVALID_ARGUMENT, Status.FAILED_PRECONDITION, Status.UNIMPLEMENTED])
async def test_a_refused_send_is_certain(gateway, chat, status):
    await gateway.fail_next("MessageSendText", status)
    with pytest.raises(SendRefusedError):
        await chat.send_text(ROOM, "不行")
    assert await gateway.sent() == []


@pytest.mark.parametrize("status", [Status.UNAVAILABLE, Status.INTERNAL, Status.UNKNOWN, Status.DEADLINE_EXCEEDED])
async def test_any_other_failure_is_uncertain_and_never_tried_again(gateway, chat, status):
    await gateway.fail_next("MessageSendText", status)
    before = await gateway.calls("MessageSendText")
    with pytest.raises(SendUncertainError):
        await chat.send_text(ROOM, "也许")
    assert await gateway.calls("MessageSendText") == before + 1


async def test_a_send_that_is_never_answered_is_uncertain(gateway, chat):
    await gateway.hang_next("MessageSendText")
    with pytest.raises(SendUncertainError):
        await chat.send_text(ROOM, "也许")


async def test_logging_out_and_in_is_told(gateway, chat, ears):
    await gateway.logout()
    assert (await ears.hear_one(LoggedOut)).self_id == "bot"
    assert chat.self_id is None
    await gateway.login()
    await ears.hear(LoggedIn, 2)
    assert chat.self_id == "bot"


async def test_a_stream_ended_by_the_gateway_is_opened_again(gateway, ears):
    await gateway.end_stream()
    assert "another client?" in (await ears.hear_one(Disconnected)).reason
    again = await ears.hear_one(Connected, 2)
    assert again.deaf_since is not None
    await ears.hear(LoggedIn, 2)
    said = await gateway.say("an", "回来了")
    assert (await ears.hear_one(MessageReceived)).message_id == said


async def test_a_second_client_does_not_get_the_stream_and_does_not_break_the_first(gateway, ears):
    async with connected(gateway) as (_, second):
        assert "another client" in (await second.hear_one(GatewayErred)).detail
        said = await gateway.say("an", "谁听见")
        assert (await ears.hear_one(MessageReceived)).message_id == said
        assert second.all(Connected) == []
    assert ears.all(Disconnected) == []


async def test_start_is_called_once_for_each_connection_and_stop_never(gateway):
    async with connected(gateway) as (_, ears):
        await ears.hear(LoggedIn)
        await until(lambda: _is(gateway, "Start", 1))
        await gateway.end_stream()
        await ears.hear(Connected, 2)
        await until(lambda: _is(gateway, "Start", 2))
    assert await gateway.calls("Stop") == 0


async def _is(gateway, method, count):
    return await gateway.calls(method) == count


async def test_a_wrong_token_is_told_at_once(gateway):
    wrong = WechatyChat("acc", gateway.endpoint, "wrong-token", Clock(), None, FAST)
    with pytest.raises(TokenRefusedError) as probed:
        await wrong.probe()
    with pytest.raises(TokenRefusedError) as read:
        async with asyncio.timeout(8):
            await anext(wrong.events())
    assert "wrong-token" not in f"{probed.value} {read.value}"
    await wrong.close()


async def test_a_send_without_a_link_is_certainly_not_sent(gateway):
    idle = WechatyChat("acc", gateway.endpoint, gateway.token, Clock(), None, FAST)
    with pytest.raises(NotConnectedError):
        await idle.send_text(ROOM, "没有连接")
    with pytest.raises(GatewayError):
        await idle.room(ROOM)
    await idle.close()
    assert await gateway.sent() == []
