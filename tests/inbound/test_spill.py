"""The spill file gives back every word it acknowledged, whatever happens to the disk."""

import os
import resource
import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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
from bot.core.message import MessageKind
from bot.inbound.spill import CHUNK, Spill

NOW = datetime(2026, 11, 20, 11, 30, 0, 123456, tzinfo=UTC)
MESSAGE = MessageReceived(
    account_id="main",
    message_id="m-1",
    room_id="r-1",
    talker_id="anna",
    listener_id="",
    kind=MessageKind.TEXT,
    raw_type=7,
    text="晚上好 🎉",
    sent_at=NOW,
    age=timedelta(seconds=1.25),
    mention_ids=("bot", "ben"),
    filename="",
)
EVERY_KIND = (
    MESSAGE,
    replace(MESSAGE, room_id=None, listener_id="bot", kind=MessageKind.IMAGE, raw_type=6, filename="图.png"),
    replace(MESSAGE, kind=MessageKind.UNKNOWN, raw_type=99, from_self=True, mention_ids=()),
    MembersJoined("main", "r-1", ("anna", "ben"), "op", NOW),
    MembersLeft("main", "r-1", ("bot",), "", NOW, self_left=True),
    TopicChanged("main", "r-1", "宝妈群", "op", NOW),
    LoggedIn("main", "bot", NOW),
    LoggedOut("main", "bot", "kicked", NOW),
    Connected("main", NOW, None),
    Connected("main", NOW, NOW - timedelta(minutes=3)),
    Disconnected("main", NOW, "stream ended"),
    GatewayErred("main", "操作过于频繁", NOW),
)
HOSTILE = ("\x00", "\r\n\u2028\u2029\x85", "\u202e\u200b", "🧑‍🍼", '"}\\n{"is":', "半\ud83d", "字" * 20_000)


@pytest.fixture
def spill(tmp_path):
    return Spill(tmp_path / "data" / "spill.jsonl")


def everything(spill):
    return [event for chunk in spill.chunks() for event in chunk]


def text_of(number):
    return replace(MESSAGE, message_id=f"m-{number}")


def test_every_kind_of_event_comes_back_as_it_was(spill):
    spill.add(EVERY_KIND)
    assert everything(spill) == list(EVERY_KIND)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_comes_back_as_it_was(spill, text):
    spill.add([replace(MESSAGE, text=text), TopicChanged("main", "r-1", text, "op", NOW)])
    assert [event.text if isinstance(event, MessageReceived) else event.topic for event in everything(spill)] == [
        text,
        text,
    ]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(),
    at=st.datetimes(timezones=st.just(UTC)),
    age=st.timedeltas(timedelta(days=-3), timedelta(days=30)),
    kind=st.sampled_from(MessageKind),
    mentions=st.lists(st.text(min_size=1)).map(tuple),
)
def test_any_message_comes_back_as_it_was(spill, text, at, age, kind, mentions):
    message = replace(MESSAGE, text=text, sent_at=at, age=age, kind=kind, raw_type=int(kind), mention_ids=mentions)
    spill.clear()
    spill.add([message])
    assert everything(spill) == [message]


def test_order_is_kept_over_many_additions(spill):
    for start in range(0, 600, 100):
        spill.add([text_of(number) for number in range(start, start + 100)])
    sizes = [len(chunk) for chunk in spill.chunks()]
    assert sizes == [CHUNK, CHUNK, 600 - 2 * CHUNK]
    assert [event.message_id for event in everything(spill)] == [f"m-{number}" for number in range(600)]


def test_it_holds_something_from_the_first_word_until_it_is_cleared(spill):
    assert not spill.holds
    spill.add([MESSAGE])
    assert spill.holds
    assert Spill(spill.file).holds
    spill.clear()
    assert not spill.holds
    spill.clear()


def test_a_last_line_cut_short_anywhere_is_passed_over(spill):
    spill.add([MESSAGE])
    first = spill.file.read_bytes()
    spill.add([replace(MESSAGE, text="第二句 🎉")])
    both = spill.file.read_bytes()
    for length in range(len(first), len(both)):
        spill.file.write_bytes(both[:length])
        assert everything(spill) == [MESSAGE]


def test_words_added_after_a_line_cut_short_are_not_glued_to_it(spill):
    """A crash leaves half a line; the next word used to be appended to it, and neither could be read again."""
    spill.add([MESSAGE])
    spill.file.write_bytes(spill.file.read_bytes() + '{"is": "MessageReceived", "event": {"text": "半'.encode()[:-1])
    spill.add([text_of(2)])
    assert everything(spill) == [MESSAGE, text_of(2)]


def test_a_file_that_is_nothing_but_half_a_line_starts_anew(spill):
    spill.file.parent.mkdir()
    spill.file.write_bytes(b'{"is": "Mess')
    assert everything(spill) == []
    spill.add([MESSAGE])
    assert everything(spill) == [MESSAGE]


@pytest.mark.parametrize("before", [[], [MESSAGE]])
def test_an_fsync_that_fails_leaves_the_file_as_it_was(spill, monkeypatch, before):
    if before:
        spill.add(before)

    def fail(_descriptor):
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        with pytest.raises(OSError, match="Input/output"):
            spill.add([text_of(2)])
    assert spill.holds is bool(before)
    spill.add([text_of(3)])
    assert everything(spill) == [*before, text_of(3)]


def test_a_disk_that_fills_up_in_the_middle_leaves_the_file_as_it_was(spill):
    """The part that fitted used to stay, and closing the file wrote the rest again."""
    spill.add([MESSAGE])
    before = spill.file.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 500, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            spill.add([text_of(number) for number in range(2, 50)])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert spill.file.read_bytes() == before
    spill.add([text_of(2)])
    assert everything(spill) == [MESSAGE, text_of(2)]


def test_words_are_synced_before_they_are_acknowledged(spill, monkeypatch):
    synced = []
    real = os.fsync

    def watch(descriptor):
        found = os.fstat(descriptor)
        synced.append("folder" if stat.S_ISDIR(found.st_mode) else found.st_size)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", watch)
    spill.add([MESSAGE])
    assert synced == [spill.file.stat().st_size, "folder"]
    spill.add([MESSAGE])
    assert synced[2:] == [spill.file.stat().st_size]


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "data").write_text("")
    with pytest.raises(OSError, match=r"data"):
        Spill(tmp_path / "data" / "spill.jsonl").add([MESSAGE])


def test_what_waits_is_counted_without_being_read(spill):
    assert spill.waiting() == 0
    spill.add(EVERY_KIND)
    assert spill.waiting() == len(EVERY_KIND)
    with spill.file.open("ab") as stream:
        stream.write(b'{"is": "cut short')
    assert spill.waiting() == len(EVERY_KIND)
    spill.clear()
    assert spill.waiting() == 0
