"""People come in, bring others, leave, and give rooms other names."""

from __future__ import annotations

import re
from pathlib import Path

from bot.chat.sandbox.world_event import Joined, WorldEvent
from tests.web.house import CATS, OWNER, TEAM, XIAOMAN, visited
from tests.web.sandbox.browser import notes, page
from tests.web.sandbox.test_speak import trouble


async def test_whom_one_may_speak_as_is_listed_owner_first_by_the_name_they_have_there(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        shown = await house.see(f"/sandbox/people?room={CATS}&as={XIAOMAN}")
    members, _, others = shown.partition("还没进这个群的人")
    called = re.findall(r'data-called="([^"]+)"', members)
    assert called[0] == "周岚"
    assert called[1] == "年糕妈"
    assert called[-1] == "毛毛"
    assert "店主" in members
    assert re.search(r'aria-current="true".*?小满', members, re.DOTALL)
    assert "阿凯" in others
    assert "小满" not in others.partition("<header")[0]


async def test_somebody_from_outside_is_offered_to_come_in_and_may_speak_then(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        happened: list[WorldEvent] = []
        house.demo.world.subscribe(happened.append)
        outside = await house.see(page(CATS, "wxid_akai"))
        assert "阿凯还不在这个群里" in outside
        assert 'id="composer"' not in outside
        answer = await house.do(
            "/sandbox/join", **{"room": CATS, "as": "wxid_akai", "who": "wxid_akai", "inviter": OWNER}
        )
        assert answer.headers["hx-redirect"] == "/sandbox?room=19201%40chatroom&as=wxid_akai"
        inside = await house.see(answer.headers["hx-redirect"])
        assert 'id="composer"' in inside
        assert notes(inside) == ["周岚邀请阿凯进群"]
        assert [event.inviter_id for event in happened if isinstance(event, Joined)] == [OWNER]


async def test_coming_in_by_the_rooms_code_names_no_inviter(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        await house.do("/sandbox/join", **{"room": CATS, "as": XIAOMAN, "who": "wxid_akai", "inviter": ""})
        assert notes(await house.see(page(CATS, XIAOMAN))) == ["阿凯进群了"]


async def test_a_member_leaves_and_renames(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        assert "退群" in await house.see(f"/sandbox/menu?room={CATS}&as={XIAOMAN}")
        await house.do("/sandbox/rename", **{"room": CATS, "as": XIAOMAN, "topic": "  汤圆  后援会 "})
        assert house.demo.world.room(CATS).topic == "汤圆 后援会"
        await house.do("/sandbox/leave", **{"room": CATS, "as": XIAOMAN})
        assert XIAOMAN not in house.demo.world.room(CATS).seats
        shown = await house.see(page(CATS, XIAOMAN))
        assert notes(shown) == ["小满把群名改成了“汤圆 后援会”", "小满退群了"]
        assert "汤圆 后援会" in await house.see(f"/sandbox/rooms?room={CATS}&as={XIAOMAN}")


async def test_what_people_cannot_do_is_told_in_words(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        me, stranger = {"room": CATS, "as": XIAOMAN}, {"room": CATS, "as": "wxid_akai"}
        assert trouble(await house.do("/sandbox/join", **me, who=OWNER, inviter=XIAOMAN)) == "already_in"
        assert trouble(await house.do("/sandbox/join", **me, who="wxid_akai", inviter="wxid_qiqi")) == "inviter_not_in"
        assert trouble(await house.do("/sandbox/join", **me, who="nobody", inviter="")) == "gone"
        assert trouble(await house.do("/sandbox/leave", **stranger)) == "not_member"
        assert trouble(await house.do("/sandbox/rename", **stranger, topic="x")) == "not_member"
        assert trouble(await house.do("/sandbox/rename", **me, topic=" ")) == "no_topic"
        assert trouble(await house.do("/sandbox/rename", **me, topic="长" * 61)) == "topic_too_long"
        bot = house.demo.world.self_id
        assert trouble(await house.do("/sandbox/leave", **{"room": bot, "as": XIAOMAN})) == "gone"


async def test_rooms_say_what_the_bot_does_there_and_keep_the_person_where_they_are_a_member(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        address = f"/sandbox/rooms?room={CATS}&as={XIAOMAN}"
        assert (await house.see(address)).count("没接管") == 3
        await house.open_shop()
        shown = await house.see(address)
        assert (shown.count("在管"), shown.count("没接管")) == (2, 0)
        links = dict(re.findall(r'href="([^"]+)" data-room="([^"]+)"', shown))
        seats = {room: link.partition("as=")[2] for link, room in links.items()}
        assert (seats[CATS], seats[TEAM]) == (XIAOMAN, OWNER)
        assert seats["19202@chatroom"] not in {XIAOMAN, OWNER}
        assert re.search(r'data-room="19201@chatroom" data-newest="\d+" aria-current="page"', shown)
        house.demo.world.add_room("new@chatroom", "新来的群", (OWNER,))
        assert "新来的群" in await house.see(address)
