"""The calendar: two weeks of a room, and a waiting post moved, swapped and skipped through the gate."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

from bot.core.posted import Source
from storage import deliveries, ledger
from tests.web.console import past
from tests.web.house import CATS, DOGS, XIAOMAN, House, visited


async def waiting(house: House) -> int:
    """A post of this evening in the cats' room; its number."""
    await house.open_shop()
    due = house.app.clock() + timedelta(minutes=30)
    delivery = await house.app.store.run(past.planned, CATS, due)
    return delivery.id


async def due(house: House, number: int) -> str:
    found = await house.app.store.read(deliveries.get, number)
    return f"{found.due_at + timedelta(hours=8):%H:%M}"


async def test_without_a_room_it_says_so(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        assert "接管一个群以后，这里就有日历了" in await house.see("/console/calendar")
        assert "没有叫这个名字的群" not in await house.see("/console/calendar?room=nowhere")


async def test_a_fortnight_shows_what_was_what_waits_and_what_is_to_come(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        number = await waiting(house)
        now = house.app.clock()
        await house.app.store.run(past.unsure, CATS, now - timedelta(days=2))
        staff = {"kind": "promo", "source": Source.STAFF, "at": now - timedelta(days=1), "talker_id": XIAOMAN}
        await house.app.store.run(lambda db: ledger.enter(db, house.app.account, CATS, **staff))
        page = await house.see(f"/console/calendar?room={CATS}")
        assert len(re.findall(r'data-day="', page)) == 14
        assert f'data-delivery="{number}" draggable="true"' in page
        assert 'data-state="forecast"' in page
        assert "说不准发没发出去" in page
        assert "自己发的" in page
        assert 'data-at="19:30"' in page
        assert 'class="open" data-at="20:45"' in page
        assert 'class="shut" data-at="21:15"' in page


async def test_festivals_and_quiet_days_are_marked(tmp_path: Path) -> None:
    async with visited(tmp_path, opened=True) as house:
        page = await house.see(f"/console/calendar?room={CATS}&from=2026-10-01")
        assert "国庆节" in page
        assert "National Day" not in page
        assert "清明节" in await house.see(f"/console/calendar?room={CATS}&from=2026-04-01")


async def test_a_post_is_moved_and_a_refused_move_changes_nothing_and_says_why(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        number = await waiting(house)
        moved = await house.do("/console/order", text=f"/move {number}", word="20:15")
        assert "data-refused" not in moved.text
        assert await due(house, number) == "20:15"
        refused = await house.do("/console/order", text=f"/move {number}", word="23:30")
        assert "data-refused" in refused.text
        assert "不在发送时段（19:00-21:00）" in refused.text
        assert "11月23日 19:00 开始能发" in refused.text
        assert await due(house, number) == "20:15"


async def test_an_opened_post_shows_its_words_its_story_and_what_can_be_done(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        number = await waiting(house)
        story = await house.see(f"/console/story?id={number}")
        assert "现在逐条看" in story
        assert f'data-order="/move {number}"' in story
        assert 'value="19:25"' in story
        assert '<option value="value/cat-water">' in story
        assert "data-text" in story
        swapped = await house.do("/console/order", text=f"/swap {number}", word="value/cat-water")
        assert "data-refused" not in swapped.text
        skipped = await house.do("/console/order", text=f"/skip {number}", word='客户说 "先别发" 了')
        assert "跳过了" in skipped.text
        story = await house.see(f"/console/story?id={number}")
        assert "先别发" in story
        assert "data-order" not in story


async def test_a_forecast_shows_its_words_and_says_that_it_cannot_be_changed(tmp_path: Path) -> None:
    async with visited(tmp_path, opened=True) as house:
        story = await house.see(f"/console/story?room={CATS}&content=value/teeth&day=2026-11-25")
        assert "data-text" in story
        assert "到当天才定下来" in story
        assert "data-order" not in story


async def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        for path in ("?id=999", "?id=x", "?room=no&content=no&day=no", ""):
            answer = await house.browser.get(f"/console/story{path}")
            assert answer.status_code == 404
            assert 'role="status"' in answer.text


async def test_the_words_of_a_post_are_text(tmp_path: Path) -> None:
    async with visited(tmp_path, opened=True) as house:
        at = house.app.clock() + timedelta(minutes=30)
        body = "<img src=x onerror=alert(1)>"
        made = await house.app.store.run(lambda db: past.planned(db, DOGS, at, body=body, plan="post:X"))
        assert body not in await house.see(f"/console/calendar?room={DOGS}")
        story = await house.see(f"/console/story?id={made.id}")
        assert body not in story
        assert "&lt;img" in story


async def test_a_page_of_nonsense_is_this_week(tmp_path: Path) -> None:
    async with visited(tmp_path, opened=True) as house:
        for start in ("yesterday", "0001-01-01", "9999-12-31", ""):
            assert "data-day" in await house.see(f"/console/calendar?room={CATS}&from={start}")
