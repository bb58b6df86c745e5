"""The conversation: what is shown, in which order, and how its past and its news are fetched."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from pathlib import Path

from bot.core.message import Link, MiniProgram
from storage import history
from tests.scenarios.stage import PATIENCE
from tests.web.house import CATS, OWNER, TEAM, XIAOMAN, House, visited
from tests.web.sandbox.browser import SCRIPT, bubbles, edge, moments, notes, numbers, page


async def older(house: House, place: str) -> str:
    return await house.see(f"/sandbox/talk/older?room={CATS}&as={XIAOMAN}&before={place}")


async def news(house: House, since: int) -> str:
    return await house.see(f"/sandbox/talk/new?room={CATS}&as={XIAOMAN}&since={since}")


async def recorded(house: House, message_id: str) -> None:
    """Wait until the bot has written a message down."""
    async with asyncio.timeout(PATIENCE):
        while await house.app.store.read(history.find, house.app.account, message_id) is None:
            await asyncio.sleep(0.02)


async def test_a_conversation_looks_as_members_know_it(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        world, clock = house.demo.world, house.app.clock
        world.say(XIAOMAN, CATS, "第一行\n第二行")
        world.say(OWNER, CATS, "@小满\u2005收到", (XIAOMAN,))
        clock.jump(clock() + timedelta(minutes=4, seconds=59))
        world.join(CATS, ("wxid_qiqi",), OWNER)
        world.leave(CATS, ("wxid_qiqi",))
        clock.jump(clock() + timedelta(minutes=5))
        world.rename(CATS, "猫咪会客厅二号", OWNER)
        clock.jump(clock() + timedelta(days=1))
        world.send_link(OWNER, CATS, Link("https://example.com/a", "掉毛怎么梳", "三种梳法"))
        world.send_mini_program(OWNER, CATS, MiniProgram("wx1", "下单"))
        shown = await house.see(page(CATS, XIAOMAN))
    assert bubbles(shown) == ["第一行\n第二行", "@小满\u2005收到"]
    assert '<span class="call">@小满' in shown
    assert notes(shown) == ["周岚邀请琪琪进群", "琪琪退群了", "周岚把群名改成了“猫咪会客厅二号”"]
    assert moments(shown) == ["11月22日 18:55", "19:04", "11月23日 19:04"]
    assert len(re.findall(r'class="line own"', shown)) == 1
    assert re.search(r'href="https://example.com/a" target="_blank" rel="noopener noreferrer"', shown)
    assert "下单" in shown
    assert numbers(shown) == sorted(numbers(shown))


async def test_what_was_taken_back_leaves_a_note_in_its_place_and_nothing_of_its_words(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        first = house.demo.world.say(XIAOMAN, CATS, "说错的话")
        house.demo.world.say(XIAOMAN, CATS, "说对的话")
        seen = numbers(await house.see(page(CATS, XIAOMAN)))[-1]
        house.demo.world.recall(first.id)
        told = await news(house, seen)
        assert 'id="line-c1" class="note" data-number="1" hx-swap-oob="true">小满撤回了一条消息' in told
        assert re.search(r'data-number="3" hidden', told)
        shown = await house.see(page(CATS, XIAOMAN))
        rooms = await house.see(f"/sandbox/rooms?room={CATS}&as={XIAOMAN}")
    assert notes(shown) == ["小满撤回了一条消息"]
    assert "说错的话" not in shown + told + rooms


async def test_scripts_in_names_topics_words_files_and_cards_are_shown_as_text(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        world = house.demo.world
        world.add_person("<b>", SCRIPT)
        world.join(CATS, ("<b>",))
        world.set_alias(CATS, OWNER, f"{SCRIPT}\u202e")
        world.rename(CATS, SCRIPT, "<b>")
        world.say("<b>", CATS, SCRIPT)
        world.say(OWNER, CATS, f"@{SCRIPT}\u2005{SCRIPT}", ("<b>",))
        world.send_link("<b>", CATS, Link("javascript:alert(1)", SCRIPT, SCRIPT))
        shown = await house.see(page(CATS, "<b>"))
        shown += await house.see(f"/sandbox/menu?room={CATS}&as=%3Cb%3E")
        shown += await house.see(f"/sandbox/people?room={CATS}&as=%3Cb%3E")
    assert "<script>alert" not in shown
    assert "javascript:" not in shown
    assert "\u202e" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown


async def test_news_are_what_came_after_the_last_line_and_nothing_else(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        world = house.demo.world
        for number in range(3):
            world.say(XIAOMAN, CATS, f"早{number}")
        last = numbers(await house.see(page(CATS, XIAOMAN)))[-1]
        assert (await news(house, last)).strip() == ""
        world.say(OWNER, TEAM, "别的群")
        world.say(OWNER, CATS, "晚0")
        house.app.clock.jump(house.app.clock() + timedelta(minutes=6))
        world.say(OWNER, CATS, "晚1")
        told = await news(house, last)
        assert bubbles(told) == ["晚0", "晚1"]
        assert moments(told) == ["19:01"]
        assert bubbles(await news(house, numbers(told)[0])) == ["晚1"]


async def test_who_has_missed_very_much_or_asks_nonsense_loads_the_page_again(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        for number in range(211):
            house.demo.world.say(XIAOMAN, CATS, str(number))
        for since in ("0", "", "x", "-1", "9" * 20, "212"):
            answer = await house.browser.get(f"/sandbox/talk/new?room={CATS}&as={XIAOMAN}&since={since}")
            assert answer.headers["hx-refresh"] == "true"
        assert len(bubbles(await news(house, 20))) == 191
        nonsense = await house.browser.get(f"/sandbox/talk/older?room={CATS}&as={XIAOMAN}&before=yesterday")
        assert nonsense.status_code == 400


async def test_the_past_comes_fifty_lines_at_a_time_each_once(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        for number in range(120):
            house.demo.world.say(XIAOMAN, CATS, str(number))
        shown = await house.see(page(CATS, XIAOMAN))
        assert bubbles(shown) == [str(number) for number in range(70, 120)]
        before = await older(house, edge(shown))
        assert bubbles(before) == [str(number) for number in range(20, 70)]
        first = await older(house, edge(before))
        assert bubbles(first) == [str(number) for number in range(20)]
        assert edge(first) == ""


async def test_a_restart_does_not_lose_the_past_of_a_managed_room(tmp_path: Path) -> None:
    async with visited(tmp_path, opened=True) as house:
        for number in range(70):
            house.demo.world.say(XIAOMAN, CATS, f"昨{number}")
        gone = house.demo.world.say(XIAOMAN, CATS, "撤回的话")
        await house.app.dispatcher.idle()
        house.demo.world.recall(gone.id)
        last = house.demo.world.say(XIAOMAN, CATS, "最后一句")
        await recorded(house, last.id)
    async with visited(tmp_path, at="19:30:00") as house:
        rooms = await house.see(f"/sandbox/rooms?room={CATS}&as={XIAOMAN}")
        assert "小满：最后一句" in rooms
        today = [f"今{number}" for number in range(30)]
        for words in today:
            spoken = house.demo.world.say(XIAOMAN, CATS, words)
        shown = await house.see(page(CATS, XIAOMAN))
        await recorded(house, spoken.id)
        again = await house.see(page(CATS, XIAOMAN))
        assert bubbles(shown) == bubbles(again)
        assert bubbles(again)[-31:] == ["最后一句", *today]
        assert "小满撤回了一条消息" in notes(again)
        assert "撤回的话" not in again
        whole, place = again, edge(again)
        while place:
            before = await older(house, place)
            whole, place = before + whole, edge(before)
        assert [words for words in bubbles(whole) if words.startswith("昨")] == [f"昨{number}" for number in range(70)]
        assert numbers(again) == list(range(1, 31))
        keys = re.findall(r'id="(line-[^"]+)"', whole)
        assert len(set(keys)) == len(keys)


async def test_a_planned_post_carries_the_mark_of_its_echo(tmp_path: Path) -> None:
    async with visited(tmp_path, opened=True) as house:
        await house.at("18:59:00")
        await house.at("20:00:00")
        address = f"/sandbox/talk/fates?room={CATS}&as={XIAOMAN}"
        async with asyncio.timeout(PATIENCE):
            while "已确认发出" not in (told := await house.see(address)):
                await house.app.outbound.tick()
                await asyncio.sleep(0.02)
        key = re.search(r'<span id="fate-(c\d+)" class="fate confirmed" hx-swap-oob="true">', told)
        assert key is not None
        assert f'id="fate-{key[1]}" class="fate confirmed">✓ 已确认发出' in await house.see(page(CATS, XIAOMAN))
        number = int(key[1][1:])
        assert key[0] in await house.see(f"{address}&from={number}&to={number}")
        for ends in (f"from=0&to={number - 1}", f"from={number + 1}&to={number + 9}"):
            assert key[0] not in await house.see(f"{address}&{ends}"), "a line that is not shown cannot be marked"
        assert key[0] in await house.see(f"{address}&from={'9' * 5000}&to=x"), "what is no number bounds nothing"


async def test_an_empty_conversation_says_so(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        shown = await house.see(page(CATS, XIAOMAN))
        assert "还没有人说话" in shown
        assert 'data-number="0"' in shown


async def test_an_address_that_names_nobody_or_nowhere_still_leads_somewhere(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        for address in ("/sandbox", page("nowhere", "nobody"), page(CATS, house.demo.world.self_id)):
            shown = await house.see(address)
            assert 'id="composer"' in shown
            assert "用谁的身份说话" in shown


async def test_a_private_chat_with_the_bot_is_heard_and_answered(tmp_path: Path) -> None:
    async with visited(tmp_path, opened=True) as house:
        # The bot keeps to itself what strangers tell it in private.
        await recorded(house, house.demo.world.say(XIAOMAN, CATS, "大家好").id)
        bot = house.demo.world.self_id
        address = page(bot, XIAOMAN)
        shown = await house.see(address)
        assert "毛毛（和小满私聊）" in shown
        assert f'sse-connect="/stream?room={XIAOMAN}"' in shown
        await house.do("/sandbox/say", **{"room": bot, "as": XIAOMAN, "text": "帮助"})
        await house.until(lambda: list(house.demo.world.messages.values())[-1].talker_id == bot)
        asked, answered = bubbles(await house.see(address))
        assert asked == "帮助"
        assert "退订" in answered
        assert bubbles(await house.see(page(bot, "wxid_laoqin"))) == []


async def test_the_page_speaks_english_to_whoever_chose_it(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        house.demo.world.join(CATS, ("wxid_qiqi",), OWNER)
        house.browser.cookies.set("qunzhu_language", "en")
        shown = await house.see(page(CATS, XIAOMAN))
        assert "周岚 brought 琪琪 in" in shown
        assert "Not adopted" in shown


async def test_only_pages_that_show_a_conversation_hear_of_its_news(tmp_path: Path) -> None:
    async with visited(tmp_path) as house, house.browser.stream("GET", f"/stream?room={CATS}") as stream:
        lines = stream.aiter_lines()

        async def heard(topic: str) -> list[str]:
            """What is told until a topic is."""
            topics: list[str] = []
            async with asyncio.timeout(PATIENCE):
                while topic not in topics:
                    line = await anext(lines)
                    if line.startswith("event: "):
                        topics.append(line.removeprefix("event: "))
            return topics

        await heard("begin")
        house.demo.world.say(OWNER, TEAM, "别的群")
        assert "talk" not in await heard("rooms")
        house.demo.world.say(OWNER, CATS, "这个群")
        await heard("talk")
        house.demo.world.join(CATS, ("wxid_akai",), OWNER)
        await heard("people")
