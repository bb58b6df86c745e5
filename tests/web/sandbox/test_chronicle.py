"""The chronicle: everything once, in order, at the bot's time, and told to whoever looks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.chat.sandbox.world import World
from bot.core.message import File
from bot.web.sandbox.chronicle import Chronicle

NOW = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)


class Watch:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def opened(kept: int = 100) -> tuple[World, Watch, Chronicle, list[tuple[str, str]]]:
    world, watch, told = World("bot", "毛毛"), Watch(), []
    for person in ("anna", "ben"):
        world.add_person(person, person)
    world.add_room("cats", "猫", ("anna", "bot"), owner_id="anna")
    chronicle = Chronicle(world, watch, lambda topic, room: told.append((topic, room)), kept)
    return world, watch, chronicle, told


def test_a_message_stands_at_the_bots_time_though_the_world_stamps_it_with_real_time() -> None:
    world, watch, chronicle, _ = opened()
    watch.now = NOW + timedelta(days=300)
    world.say("anna", "cats", "你好")
    (entry,) = chronicle.before("cats", None, 10)
    assert entry.at == NOW + timedelta(days=300)


def test_everything_that_members_see_is_told_to_the_pages_that_show_it() -> None:
    world, _, chronicle, told = opened()
    world.say("anna", "cats", "你好")
    assert told == [("talk", "cats"), ("rooms", "")]
    told.clear()
    world.join("cats", ("ben",), "anna")
    assert told == [("talk", "cats"), ("rooms", ""), ("people", "")]
    told.clear()
    world.set_alias("cats", "ben", "本")
    assert told == [("people", "")]
    assert len(chronicle.before("cats", None, 10)) == 2


def test_a_private_chat_with_the_bot_is_known_by_the_person_and_other_peoples_are_nobodys_business() -> None:
    world, _, chronicle, told = opened()
    world.say("anna", "bot", "在吗")
    world.say("bot", "anna", "在")
    world.say("anna", "ben", "别告诉它")
    spoken = [entry.message and entry.message.content.text for entry in chronicle.before("anna", None, 10)]
    assert spoken == ["在吗", "在"]
    assert {room for topic, room in told if topic == "talk"} == {"anna"}
    assert not chronicle.before("ben", None, 10)


def test_pages_and_news_meet_without_gap_or_double() -> None:
    world, _, chronicle, _ = opened()
    for number in range(10):
        world.say("anna", "cats", str(number))
        world.say("anna", "bot", "私下说的")
    newest = chronicle.before("cats", None, 4)
    older = chronicle.before("cats", newest[0].number, 4)
    assert [entry.event.message.content.text for entry in (*older, *newest)] == list("23456789")
    since = chronicle.since("cats", newest[1].number)
    assert since == newest[1:]
    assert chronicle.since("cats", newest[-1].number) == newest[-1:]
    assert not chronicle.since("nowhere", 0)


def test_a_message_told_twice_by_the_world_stands_once() -> None:
    world, _, chronicle, _ = opened()
    world.say("anna", "cats", "你好", message_id="same")
    world.say("anna", "cats", "你好", message_id="same")
    assert len(chronicle.before("cats", None, 10)) == 1


def test_only_the_latest_things_are_remembered_and_the_words_of_the_forgotten_with_them() -> None:
    world, _, chronicle, _ = opened(kept=10)
    ids = [world.say("anna", "cats", str(number)).id for number in range(25)]
    kept = chronicle.before("cats", None, 100)
    assert 10 <= len(kept) < 20
    assert chronicle.message_ids("cats") == tuple(ids[-len(kept) :])
    assert chronicle.entry_of("cats", ids[0]) is None


def test_the_last_words_are_never_those_taken_back() -> None:
    world, _, chronicle, _ = opened()
    first, second = world.say("anna", "cats", "好"), world.say("anna", "cats", "不好")
    world.recall(second.id)
    last = chronicle.last_words("cats")
    assert last is not None
    assert last.message == first
    assert chronicle.last_words("dogs") is None


def test_the_bytes_of_a_picture_are_the_worlds_alone() -> None:
    """They lived on in the chronicle after the world had forgotten them."""
    world, _, chronicle, _ = opened()
    message = world.send_file("anna", "cats", File("猫.png", b"\x89PNG"))
    (entry,) = chronicle.before("cats", None, 10)
    assert entry.message is not None
    assert entry.message.content.label == "猫.png"
    assert entry.message == message.without_file
