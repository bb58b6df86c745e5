"""Raw events and payloads: what they mean, and that no shape of theirs raises anything unexpected."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from odd_events import ODD_EVENTS
from wechaty_grpc.wechaty.puppet import MessagePayloadResponse

from bot.chat.wechaty.line import Note
from bot.chat.wechaty.mentions import addresses
from bot.chat.wechaty.parse import MalformedError, MessageHeard, UnknownTypeError, message_from, parse, stamp_to_time
from bot.chat.wechaty.payload import Payload, decode_payload
from bot.chat.wechaty.proto import scan, text_field
from bot.clock import Clock
from bot.core.events import GatewayErred, MembersLeft
from bot.core.message import MessageKind

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def read(kind, payload, self_id="bot"):
    return parse(kind, payload, account_id="acc", self_id=self_id, now=NOW)


@given(st.integers(min_value=-1, max_value=30), st.text())
def test_no_text_raises_anything_but_the_two_errors(kind, payload):
    try:
        read(kind, payload)
    except (MalformedError, UnknownTypeError):
        return


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
KEYS = ["messageId", "roomId", "inviteeIdList", "removeeIdList", "newTopic", "contactId", "payloadId", "data", "gerror"]


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(min_value=0, max_value=30), st.dictionaries(st.sampled_from(KEYS), JSON))
def test_no_json_raises_anything_but_the_two_errors(kind, facts):
    try:
        event = read(kind, json.dumps(facts))
    except (MalformedError, UnknownTypeError):
        return
    if event is not None:
        repr(event).encode()  # whatever came in can be stored


@pytest.mark.parametrize(("kind", "payload"), ODD_EVENTS)
def test_every_odd_event_is_either_nothing_or_one_of_the_two_errors(kind, payload):
    try:
        event = read(kind, payload)
    except (MalformedError, UnknownTypeError):
        return
    assert event is None or isinstance(event, MessageHeard) or kind == 27


def test_a_number_for_an_id_is_an_id():
    assert read(2, '{"messageId": 7}') == MessageHeard("7")


def test_an_error_event_is_cut_short():
    event = read(16, json.dumps({"data": "x" * 5_000}))
    assert isinstance(event, GatewayErred)
    assert len(event.detail) == 500


def test_one_of_several_removed_is_the_bot():
    event = read(20, '{"roomId": "r", "removeeIdList": ["an", "bot"]}')
    assert event == MembersLeft("acc", "r", ("an", "bot"), "", NOW, self_left=True)


@pytest.mark.parametrize(
    ("stamp", "year"),
    [
        (1_763_780_000, 2025),
        (1_763_780_000_000, 2025),
        (99_999_999_999, None),
        (0, None),
        (1_763_780_000_000_000, None),
    ],
)
def test_stamps_are_seconds_or_milliseconds_or_nothing(stamp, year):
    time = stamp_to_time(stamp)
    assert (time.year if time else None) == year


def test_a_message_without_a_time_is_from_now():
    event = message_from(Payload(message_id="m"), account_id="acc", self_id="", clock=Clock())
    assert abs(event.age) < timedelta(seconds=5)
    assert not event.from_self, "nobody is logged in, so nobody is the bot"


def test_on_a_virtual_clock_a_message_keeps_its_age():
    clock = Clock(start=datetime(2030, 1, 1, tzinfo=UTC))
    stamp = round((Clock().real() - timedelta(minutes=10)).timestamp() * 1000)
    event = message_from(Payload(message_id="m", stamp=stamp), account_id="acc", self_id="bot", clock=clock)
    assert timedelta(minutes=9) < event.age < timedelta(minutes=11)
    assert timedelta(minutes=9) < clock() - event.sent_at < timedelta(minutes=11)


def test_a_kind_nobody_knows_keeps_its_number():
    event = message_from(Payload(message_id="m", raw_type=99), account_id="acc", self_id="bot", clock=Clock())
    assert (event.kind, event.raw_type) == (MessageKind.UNKNOWN, 99)


TEXT = st.text(st.characters(exclude_categories=("Cs",)))


@given(TEXT, TEXT, TEXT, st.integers(0, 2**63), st.integers(0, 16), st.lists(TEXT.filter(bool)))
def test_our_reader_agrees_with_the_generated_one(message_id, text, room_id, stamp, kind, mention_ids):
    theirs = MessagePayloadResponse(
        id=message_id, text=text, room_id=room_id, timestamp=stamp, type=kind, mention_ids=mention_ids
    )
    ours = decode_payload(bytes(theirs))
    assert (ours.message_id, ours.text, ours.room_id) == (message_id, text, room_id)
    assert (ours.stamp, ours.raw_type, ours.mention_ids) == (stamp, kind, tuple(mention_ids))


@given(st.binary())
def test_no_bytes_raise_anything_but_a_value_error(data):
    try:
        decode_payload(data)
        Note.FromString(data)
    except ValueError:
        return


def test_a_payload_with_only_the_new_time_field_has_a_time():
    received = bytes([8]) + bytes([0x80 | 5, 1]) + bytes([16]) + bytes([0x80, 0x89, 0x7A])  # 133 s, 2,000,000 ns
    assert decode_payload(bytes([10 << 3 | 2, len(received)]) + received).stamp == 133_002


def test_text_that_is_no_utf8_costs_a_character_not_the_message():
    assert decode_payload(bytes([3 << 3 | 2, 3]) + b"a\xffb").text == "a�b"


@given(st.text(max_size=300))
def test_a_field_we_write_is_a_field_we_read(text):
    assert list(scan(text_field(1, text))) == [(1, text.encode("utf-8", "surrogatepass"))]


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("@群助\u2005在吗", True),
        ("@群助 在吗", True),
        ("在吗@群助", True),
        ("@群助手 在吗", False),
        ("@群助手 @群助 在吗", True),
        ("群助 在吗", False),
        ("a@群助b", False),
    ],
)
def test_the_bot_is_called_by_its_whole_name(text, called):
    assert addresses(text, "群助") is called


def test_a_bot_without_a_name_is_never_called():
    assert not addresses("@ 在吗", "")
