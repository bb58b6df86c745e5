"""The overview: the house and every room at a glance, however many there are."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bot.core.room import RoomRole
from storage import day_counts, members, notices, rooms
from tests.web.console import past
from tests.web.house import CATS, DOGS, OWNER, XIAOMAN, visited

HOSTILE = "<script>alert(1)</script>\"'&"


async def test_an_empty_house_says_how_to_begin(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        page = await house.see("/console")
        assert "还没有打理任何客户群" in page
        assert "还没有运营群" in page
        assert f'data-order="/adopt {CATS}"' in page
        await house.do("/console/order", text=f"/adopt {CATS}")
        page = await house.see("/console")
        assert f'data-room="{CATS}"' in page
        assert f'data-order="/adopt {CATS}"' not in page


async def test_a_room_shows_its_posts_its_people_and_their_words(tmp_path: Path) -> None:
    async with visited(tmp_path, opened=True) as house:
        now = house.app.clock()
        await house.app.store.run(past.sent, CATS, now - timedelta(days=1))
        await house.app.store.run(past.planned, CATS, now + timedelta(minutes=30), number=8)
        await house.app.store.run(members.joined, house.app.account, CATS, [XIAOMAN], OWNER, now)
        said = [(CATS, XIAOMAN, now.date())] * 7
        await house.app.store.run(day_counts.add, house.app.account, said)
        page = await house.see("/console")
        assert "最近 1 条：干货 1，互动 0，推广 0" in page
        assert "11月21日 18:55" in page
        assert "今天 7 条消息" in page
        assert "今天 7 条，最多的一天 7 条" in page
        assert "七天推广 0/2" in page


async def test_what_needs_a_person_comes_first_and_is_counted_in_the_nav(tmp_path: Path) -> None:
    async with visited(tmp_path, opened=True) as house:
        await house.app.store.run(past.unsure, CATS, house.app.clock())
        page = await house.see("/console")
        assert page.index(f'data-room="{CATS}"') < page.index(f'data-room="{DOGS}"')
        assert "1 条说不准" in page
        assert 'id="count-outbox" class="count"><span aria-hidden="true">1</span>' in page
        assert "1 条说不准发没发" in await house.see("/console/edge")


async def test_alarms_are_told_in_words_and_a_hostile_name_is_only_text(tmp_path: Path) -> None:
    async with visited(tmp_path, opened=True) as house:
        now = house.app.clock()
        data = {"id": 7, "room": HOSTILE, "said": HOSTILE}
        await house.app.store.run(notices.post, house.app.account, "failed:7", "alarms/failed", data, now)
        await house.app.store.run(notices.post, house.app.account, "odd:1", "alarms/of_an_older_version", {}, now)
        customer = RoomRole.CUSTOMER
        facts = {"topic": HOSTILE, "role": customer, "by": OWNER, "now": now}
        await house.app.store.run(lambda db: rooms.adopt(db, house.app.account, "odd@chatroom", **facts))
        page = await house.see("/console")
        assert "试了三次网关都没收" in page
        assert "odd:1" in page
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page


async def test_a_setting_that_cannot_be_read_and_a_pause_are_seen(tmp_path: Path) -> None:
    async with visited(tmp_path, opened=True) as house:
        await house.app.store.run(rooms.set_setting, house.app.account, CATS, "window", "whenever")
        await house.do("/console/order", text="/pause 汪星人")
        page = await house.see("/console")
        assert "设置读不出来，先不发" in page
        assert page.count(">暂停中<") == 2


async def test_many_rooms_are_paged_and_found_by_name(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        await house.app.store.run(past.town, house.app.clock(), 120)
        await house.app.directory.reload(house.app.store)
        page = await house.see("/console")
        assert page.count('class="card room"') == 50
        assert "第 1 页，共 3 页，120 个群" in page
        assert "第0050群" in await house.see("/console?page=2")
        assert (await house.see("/console?page=99999")).count('class="card room"') == 20
        assert (await house.see("/console?q=0077")).count('class="card room"') == 1
        assert "没有叫这个名字的群" in await house.see("/console?q=没有的群")
        assert "第0077群" in await house.see("/console/calendar?q=0077")
        assert "有 11 个群对得上" in await house.see("/console/calendar?q=007")


async def test_a_brief_is_news_but_no_alarm(tmp_path: Path) -> None:
    async with visited(tmp_path, opened=True) as house:
        now, account, post = house.app.clock(), house.app.account, notices.post
        brief = {"day": "2026-11-22", "planned": 2, "counts": {"confirmed": 2}, "rest": []}
        await house.app.store.run(post, account, "brief:2026-11-22", "alarms/brief", brief, now)
        page = await house.see("/console")
        assert "今晚小结" in page
        assert 'id="count-overview" class="count"></span>' in page
        failed = {"id": 7, "room": "猫咪会客厅", "said": "刷牙"}
        await house.app.store.run(post, account, "failed:7", "alarms/failed", failed, now)
        page = await house.see("/console")
        assert 'id="count-overview" class="count"><span aria-hidden="true">1</span>' in page
