"""The imaginary world keeps WeChat's rules, and tells its listeners everything in order."""

import pytest

from bot.chat.sandbox.errors import NoSuchError, NotPossibleError
from bot.chat.sandbox.world import World
from bot.chat.sandbox.world_event import AliasChosen, Announced, Joined, Left, Renamed, Said, WentOffline, WentOnline
from bot.core.message import File, Link, MessageKind, MiniProgram


@pytest.fixture
def told(world):
    told = []
    world.subscribe(told.append)
    return told


def test_a_listener_hears_everything_in_order(world, told, clock):
    message = world.say("ming", "r1", "你好", mentions=["wang"])
    world.join("r1", ["fang", "ming"], "wang")
    world.leave("r1", ["ming"], "wang")
    world.rename("r1", "新群名", "wang")
    world.set_alias("r1", "fang", "芳芳")
    world.announce("r1", "周五见", "wang")
    world.logout("换手机")
    world.logout()
    world.login()
    stamp = round(clock().timestamp() * 1000)
    assert told == [
        Said(message),
        Joined("r1", ("fang",), "wang", stamp),
        Left("r1", ("ming",), "wang", stamp),
        Renamed("r1", "新群名", "湿疹妈妈群", "wang", stamp),
        AliasChosen("r1", "fang", "芳芳"),
        Announced("r1", "周五见", "wang"),
        WentOffline("bot", "换手机"),
        WentOnline("bot"),
    ]
    assert message.content.mention_ids == ("wang",)
    assert world.room("r1").member_ids == ("wang", "bot", "fang")


def test_what_a_listener_causes_is_told_after_its_cause(world):
    told = []

    def answer(event):
        if isinstance(event, Said) and event.message.talker_id == "ming":
            world.say("bot", "r1", "在的")

    world.subscribe(answer)
    unsubscribe = world.subscribe(lambda event: told.append(event.message.content.text))
    world.say("ming", "r1", "在吗")
    assert told == ["在吗", "在的"]
    unsubscribe()
    world.say("ming", "r1", "还在吗")
    assert told == ["在吗", "在的"]


def test_files_links_and_cards_have_their_kinds(world):
    assert world.send_file("ming", "r1", File("早餐.JPG", b"x")).content.kind == MessageKind.IMAGE
    assert world.send_file("ming", "r1", File("表.xlsx", b"x")).content.kind == MessageKind.ATTACHMENT
    assert world.send_link("ming", "r1", Link("https://a.example", "标题")).content.label == "标题"
    card = world.send_mini_program("ming", "bot", MiniProgram("wx1", "小程序"))
    assert (card.room_id, card.listener_id, card.content.kind) == (None, "bot", MessageKind.MINI_PROGRAM)


def test_a_recall_is_a_message_that_names_the_recalled_one(world, told):
    message = world.say("ming", "r1", "说错了")
    assert world.recall(message.id)
    recall = told[-1].message
    assert (recall.content.kind, recall.content.text) == (MessageKind.RECALLED, message.id)
    assert (recall.talker_id, recall.room_id) == ("ming", "r1")
    assert not world.recall(message.id)


def test_the_bot_recalls_within_two_minutes_only(world, clock):
    early, late = world.say("bot", "r1", "一"), world.say("bot", "r1", "二")
    clock.forward(minutes=2)
    assert world.recall(early.id)
    clock.forward(milliseconds=1)
    assert not world.recall(late.id)


@pytest.mark.parametrize(
    ("talker", "conversation", "refusal"),
    [
        ("nobody", "r1", NoSuchError),
        ("ming", "nowhere", NoSuchError),
        ("fang", "r1", NotPossibleError),
        ("ming", "ming", NotPossibleError),
    ],
)
def test_nobody_speaks_where_wechat_would_not_let_them(world, told, talker, conversation, refusal):
    with pytest.raises(refusal):
        world.say(talker, conversation, "喂")
    assert told == []


def test_ids_are_the_same_in_every_run_and_differ_between_named_runs():
    def first_id(run):
        world = World(run=run)
        world.add_person("ming", "阿明")
        return world.say("ming", "bot", "喂").id

    assert first_id("") == first_id("") == "sandbox-000001"
    assert first_id("a") == "sandbox-a-000001" != first_id("b")


def test_a_message_keeps_the_id_and_stamp_it_was_given(world):
    message = world.say("ming", "r1", "旧消息", message_id="m-1", stamp_ms=1_700_000_000_000)
    assert (message.id, message.stamp_ms) == ("m-1", 1_700_000_000_000)


def test_the_oldest_messages_are_forgotten(clock):
    world = World(now=clock, memory=3)
    world.add_person("ming", "阿明")
    ids = [world.say("ming", "bot", str(number)).id for number in range(5)]
    assert list(world.messages) == ids[2:]
