"""What is noticed in a message before it is written down: whose wishes count."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.core.message import MessageKind
from bot.core.operator import Role
from bot.core.room import RoomRole
from bot.inbound.attention import Attention
from bot.inbound.directory import Directory
from tests.storage.given import ACCOUNT, BEN, BOT, OPERATOR, ROOM, room, said


@pytest.fixture
def attention():
    directory = Directory(ACCOUNT, {"毛毛"}, lambda _text: False)
    directory.self_id = BOT
    directory.rooms = {ROOM: room(), "team": room("team", role=RoomRole.CONTROL)}
    directory.roles = {OPERATOR: Role.OPERATOR}
    return Attention(directory, "Asia/Shanghai")


def wishes(attention, message):
    notes = attention.notes(message)
    return notes and [wished.said for wished in notes.wishes]


def test_a_customers_wish_in_a_customer_room_counts(attention):
    assert wishes(attention, said("不要香菜")) == ["不要香菜"]
    assert wishes(attention, said("大家好")) == []


@pytest.mark.parametrize(
    "changes", [{"talker_id": OPERATOR}, {"from_self": True}, {"room_id": "team"}, {"room_id": None}, {"talker_id": ""}]
)
def test_nobody_elses_does(attention, changes):
    assert wishes(attention, said("不要香菜", **changes)) is None


@pytest.mark.parametrize("kind", [MessageKind.IMAGE, MessageKind.RECALLED, MessageKind.LINK])
def test_only_words_are_read(attention, kind):
    assert wishes(attention, said("不要香菜", kind=kind)) == []


@pytest.mark.parametrize(
    ("text", "mentions", "counts"),
    [
        ("@毛毛\u2005别发语音", (BOT,), True),
        ("@周岚\u2005别发语音", (OPERATOR,), True),
        ("@老秦\u2005别发语音", (BEN,), False),
        ("@老秦\u2005@周岚\u2005别发语音", (BEN, OPERATOR), True),
        ("@毛毛\u2005别发语音", (), True),
        ("@老秦\u2005别发语音", (), False),
        ("别发语音 @老秦\u2005", (), False),
        ("/别发语音", (), False),
    ],
)
def test_what_is_asked_of_another_member_is_theirs(attention, text, mentions, counts):
    """Most gateways send no ids with a mention; then the names have to do."""
    assert wishes(attention, said(text, mention_ids=mentions)) == (["别发语音"] if counts else [])


def test_the_day_is_the_rooms(attention):
    late = said(sent_at=datetime(2026, 11, 20, 16, 30, tzinfo=UTC))
    assert attention.notes(late).day == date(2026, 11, 21)
    berlin = attention._directory.rooms[ROOM]
    attention._directory.rooms = {ROOM: replace(berlin, settings={"zone": "Europe/Berlin"})}
    assert attention.notes(late).day == date(2026, 11, 20)
