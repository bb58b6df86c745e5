"""Speaking as anybody: through the gateway, and never refused without a word."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from bot.chat.sandbox.world import World
from bot.web.sandbox.picture import MOST_BYTES
from bot.web.sandbox.speak import LONGEST, mentioned
from tests.web.house import CATS, OWNER, XIAOMAN, House, visited
from tests.web.sandbox.browser import PNG, bubbles, page, picture


def trouble(answer: httpx.Response) -> str:
    """Which sentence a refusal shows; it is never empty."""
    found = re.search(r'<p class="warn" data-trouble="(\w+)">(.+?)</p>', answer.text)
    assert answer.status_code == 200, (answer.status_code, answer.text)
    assert found is not None
    return found[1]


async def say(house: House, text: str, *, room: str = CATS, who: str = XIAOMAN, **more: object) -> httpx.Response:
    return await house.do("/sandbox/say", **{"room": room, "as": who, "text": text, **more})


async def test_what_a_member_says_reaches_the_bot_through_the_gateway_and_is_answered(tmp_path: Path) -> None:
    async with visited(tmp_path, opened=True) as house:
        bot = house.demo.world.self_id
        answer = await say(house, "@毛毛\u2005几点开门\r\n急", mention=bot)
        assert (answer.status_code, answer.text) == (200, "")
        message = list(house.demo.world.messages.values())[-1]
        assert (message.talker_id, message.room_id) == (XIAOMAN, CATS)
        assert (message.content.text, message.content.mention_ids) == ("@毛毛\u2005几点开门\n急", (bot,))
        await house.until(lambda: list(house.demo.world.messages.values())[-1].talker_id == bot)
        await house.app.dispatcher.idle()
        assert "转给店里的人" in "".join(bubbles(await house.see(page(CATS, XIAOMAN))))


async def test_the_owner_commands_from_the_page_as_in_the_chat(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        assert "没接管" in await house.see(page(CATS, OWNER))
        await say(house, "/adopt", who=OWNER)
        await house.until(lambda: house.app.directory.manages(CATS))
        assert "在管" in await house.see(page(CATS, OWNER))


async def test_what_cannot_be_said_is_told_in_words(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        assert trouble(await say(house, " \n\u2005 ")) == "empty"
        assert trouble(await say(house, "长" * (LONGEST + 1))) == "too_long"
        assert trouble(await say(house, "你好", who="wxid_akai")) == "not_member"
        assert trouble(await say(house, "你好", who="nobody")) == "gone"
        assert trouble(await say(house, "你好", room="nowhere")) == "gone"
        assert trouble(await say(house, "你好", who=house.demo.world.self_id)) == "gone"
        assert not house.demo.world.messages


async def test_a_picture_is_sent_under_a_name_that_says_what_it_is(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        assert (await picture(house, CATS, XIAOMAN, "../汤圆.txt", PNG)).status_code == 200
        (message,) = house.demo.world.messages.values()
        assert message.content.file is not None
        assert (message.content.file.name, message.content.file.data) == ("汤圆.png", PNG)
        shown = await house.see(page(CATS, XIAOMAN))
        assert f'<img src="/sandbox/media/{message.id}" alt="汤圆.png"' in shown


async def test_what_is_no_picture_or_too_large_is_refused_in_words(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        assert trouble(await picture(house, CATS, XIAOMAN, "a.png", b"<svg/>")) == "not_a_picture"
        assert trouble(await picture(house, CATS, XIAOMAN, "a.png", b"")) == "no_picture"
        assert trouble(await picture(house, CATS, XIAOMAN, "a.png", PNG + b"\0" * MOST_BYTES)) == "too_large"
        assert trouble(await picture(house, CATS, "wxid_akai", "a.png", PNG)) == "not_member"
        assert trouble(await house.do("/sandbox/picture", **{"room": CATS, "as": XIAOMAN})) == "no_picture"
        assert not house.demo.world.messages


async def test_one_takes_back_ones_own_words_once_and_nobody_elses(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        message = house.demo.world.say(XIAOMAN, CATS, "说错了")

        async def recall(who: str, message_id: str) -> httpx.Response:
            return await house.do("/sandbox/recall", **{"room": CATS, "as": who, "message": message_id})

        assert trouble(await recall(OWNER, message.id)) == "not_yours"
        assert trouble(await recall(XIAOMAN, "never said")) == "gone"
        assert (await recall(XIAOMAN, message.id)).status_code == 200
        assert message.id in house.demo.world.recalled
        assert trouble(await recall(XIAOMAN, message.id)) == "recalled_before"


@pytest.mark.parametrize(
    ("text", "picked", "expected"),
    [
        ("@毛毛\u2005在吗", (), ("bot",)),
        ("@毛毛 在吗", (), ("bot",)),
        ("在吗 @毛毛", (), ("bot",)),
        ("@毛毛虫\u2005在吗", (), ()),
        ("@年糕妈\u2005@阿椒\u2005", (), ("ajiao",)),
        ("@小满\u2005", (), ("one",)),
        ("@小满\u2005", ("two",), ("two",)),
        ("小满", ("two",), ()),
        ("@a+(b\u2005", (), ("odd",)),
    ],
)
def test_who_is_called_by_name_is_mentioned_by_id(
    text: str, picked: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    world = World("bot", "毛毛")
    for person, name in (
        ("ajiao", "阿椒"),
        ("one", "小满"),
        ("two", "小满"),
        ("odd", "a+\u200b(b"),
        ("away", "毛毛虫"),
    ):
        world.add_person(person, name)
    world.add_room("cats", "猫", ("bot", "ajiao", "one", "two", "odd"))
    world.set_alias("cats", "ajiao", "年糕妈")
    assert mentioned(world, "cats", text, picked) == expected
    assert mentioned(world, "", text, picked) == ()
