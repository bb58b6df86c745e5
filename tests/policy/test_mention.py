"""Whether a message is meant for the bot."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.events import MessageReceived
from bot.core.message import MessageKind
from bot.policy import mention

BOT, NAMES = "wxid_bot", ("毛毛", "群助")


def message(
    text: str,
    *,
    room_id: str | None = "r1",
    mention_ids: tuple[str, ...] = (),
    kind: MessageKind = MessageKind.TEXT,
    from_self: bool = False,
) -> MessageReceived:
    return MessageReceived(
        account_id="main",
        message_id="m1",
        room_id=room_id,
        talker_id="wxid_a",
        listener_id="" if room_id else BOT,
        kind=kind,
        raw_type=int(kind),
        text=text,
        sent_at=datetime(2026, 11, 22, tzinfo=UTC),
        age=timedelta(0),
        mention_ids=mention_ids,
        from_self=from_self,
    )


@pytest.mark.parametrize(
    ("text", "ids", "meant"),
    [
        ("怎么洗澡", (BOT,), True),
        ("怎么洗澡", ("wxid_other",), False),
        ("@毛毛\u2005怎么洗澡", (), True),
        ("@毛毛 怎么洗澡", (), True),
        ("＠毛毛 怎么洗澡", (), True),
        ("@毛毛\u3000怎么洗澡", (), True),
        ("@毛毛\n怎么洗澡", (), True),
        ("怎么洗澡 @毛毛", (), True),
        ("@阿椒\u2005@群助\u2005看看", (), True),
        ("@毛毛虫\u2005你好", (), False),
        ("@毛毛虫", (), False),
        ("毛毛 你好", (), False),
        ("@毛", (), False),
        ("", (), False),
    ],
)
def test_a_mention_is_known_by_id_or_by_the_whole_name(text: str, ids: tuple[str, ...], meant: bool) -> None:
    assert mention.mentions(message(text, mention_ids=ids), BOT, NAMES) is meant


def test_a_bot_without_a_name_is_not_mentioned_by_a_bare_at() -> None:
    assert not mention.mentions(message("@ 你好"), BOT, ("",))


def test_a_name_is_no_pattern() -> None:
    assert mention.mentions(message("@小.*助(1)\u2005在吗"), BOT, ("小.*助(1)",))
    assert not mention.mentions(message("@小红助1\u2005在吗"), BOT, ("小.*助(1)",))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("@毛毛\u2005怎么洗澡", "怎么洗澡"),
        ("怎么洗澡 @毛毛", "怎么洗澡"),
        ("＠毛毛 怎么洗澡", "怎么洗澡"),
        ("@毛毛\u2005@群助\u2005/status", "/status"),
        ("@阿椒\u2005@毛毛\u2005好", "@阿椒\u2005 好"),
        ("@毛毛虫 好", "@毛毛虫 好"),
        ("@毛毛\u2005", ""),
        ("\u200b/sta\u200btus", "/status"),
    ],
)
def test_the_words_without_the_bots_name(text: str, left: str) -> None:
    assert mention.without_mentions(text, NAMES) == left


@pytest.mark.parametrize("names", [("毛毛", "毛毛 助手"), ("毛毛 助手", "毛毛")])
def test_the_longer_of_two_names_is_taken_out_whole(names: tuple[str, ...]) -> None:
    """Once the order of the names decided, and half of the longer name stayed behind."""
    assert mention.without_mentions("@毛毛 助手\u2005/status", names) == "/status"


@pytest.mark.parametrize(
    ("text", "is_command"),
    [
        ("/help", True),
        ("／帮助", True),
        ("  /help", True),
        ("\u200b/help", True),
        ("help", False),
        ("and/or", False),
        ("", False),
    ],
)
def test_a_command_begins_with_a_slash(text: str, is_command: bool) -> None:
    assert mention.is_command(text) is is_command


@pytest.mark.parametrize(
    ("received", "asks"),
    [
        (message("今天天气好"), False),
        (message("/status"), True),
        (message("帮助"), True),
        (message(" 帮助\u200b "), True),
        (message("帮助我"), False),
        (message("@毛毛\u2005在吗"), True),
        (message("在吗", mention_ids=(BOT,)), True),
        (message("随便说说", room_id=None), True),
        (message("/status", from_self=True), False),
        (message("在吗", room_id=None, from_self=True), False),
        (message("/status", kind=MessageKind.IMAGE), False),
        (message("@毛毛\u2005", kind=MessageKind.LINK, mention_ids=(BOT,)), False),
        (message("", room_id=None, kind=MessageKind.AUDIO), False),
    ],
)
def test_what_the_bot_has_to_look_at(received: MessageReceived, asks: bool) -> None:
    assert mention.asks(received, BOT, NAMES, {"帮助", "help"}.__contains__) is asks
