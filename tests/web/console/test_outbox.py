"""The outbox: open questions answered, proposals confirmed, pauses ended, and every delivery page by page."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

from bot.core.delivery import DeliveryState
from storage import deliveries, outbox_pages, pauses, proposals
from storage.store import Db
from tests.web.console import past
from tests.web.house import CATS, DOGS, House, visited

WORDS = "周末洗护八折，来的快有位置"


def evenings(db: Db, house: House, count: int) -> None:
    for back in range(count):
        past.sent(db, CATS, house.app.clock() - timedelta(days=back), f"第{back}天")


async def test_an_empty_outbox_says_what_will_come(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        page = await house.see("/console/outbox")
        assert "排好的内容都会在这里" in page
        assert 'id="open"' not in page


async def test_an_open_question_comes_first_and_is_answered(tmp_path: Path) -> None:
    async with visited(tmp_path, opened=True) as house:
        number = await house.app.store.run(past.unsure, CATS, house.app.clock(), "<b>周末</b>来玩")
        page = await house.see("/console/outbox")
        assert page.index('id="open"') < page.index('class="deliveries')
        assert f'data-order="/resolve {number} 发了"' in page
        assert "&lt;b&gt;周末&lt;/b&gt;来玩" in page
        answer = await house.do("/console/order", text=f"/resolve {number} 发了")
        assert "记成发了" in answer.text
        assert (await house.app.store.read(deliveries.get, number)).state is DeliveryState.SENT
        again = await house.do("/console/order", text=f"/resolve {number} 发了")
        assert "data-refused" in again.text
        page = await house.see("/console/outbox")
        assert 'id="open"' not in page
        assert "人工确认发了" in page


async def test_a_proposal_is_shown_and_confirmed_once(tmp_path: Path) -> None:
    async with visited(tmp_path, opened=True) as house:
        answer = await house.do("/console/order", text=f"/post “{WORDS}” 推广 所有群 19:40")
        assert "data-refused" not in answer.text, answer.text
        (proposal,) = await house.app.store.read(proposals.waiting, house.app.account, house.app.clock())
        page = await house.see("/console/outbox")
        assert f'data-proposal="{proposal.code}"' in page
        assert "确认发 2 个群" in page
        confirmed = await house.do("/console/order", text=f"/confirm {proposal.code}")
        assert "data-refused" not in confirmed.text
        assert "data-proposal" not in await house.see("/console/outbox")
        assert "data-refused" in (await house.do("/console/order", text=f"/confirm {proposal.code}")).text


async def test_pauses_end_with_the_button_that_stands_beside_them(tmp_path: Path) -> None:
    async with visited(tmp_path, opened=True) as house:
        for order in ("/pause 猫咪会客厅 推广", "/pause 汪星人散步群", "/pause"):
            assert "data-refused" not in (await house.do("/console/order", text=order)).text
        page = await house.see("/console/outbox")
        for order in (f"/resume {CATS} 推广", f"/resume {DOGS}", "/resume"):
            assert f'data-order="{order}"' in page
            assert "data-refused" not in (await house.do("/console/order", text=order)).text
        assert await house.app.store.read(pauses.active, house.app.account, house.app.clock()) == ()


async def test_deliveries_are_paged_and_filtered(tmp_path: Path) -> None:
    async with visited(tmp_path, opened=True) as house:
        await house.app.store.run(evenings, house, 70)
        page = await house.see("/console/outbox")
        assert page.count('class="delivery"') == outbox_pages.PAGE
        older = page.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
        rest = await house.see(older)
        assert 0 < rest.count('class="delivery"') < outbox_pages.PAGE
        assert "回到最新" in rest
        assert (await house.see(f"/console/outbox?room={DOGS}")).count(f'data-state="{DeliveryState.ACCEPTED}"') == 0
        accepted = await house.see(f"/console/outbox?state={DeliveryState.ACCEPTED}&room={CATS}")
        assert 'data-state="planned"' not in accepted
        assert accepted.count('class="delivery"') == outbox_pages.PAGE
        for mark in ("-1", "70", "9999-99-99.9999999999999.1", "2026-11-22.1", "<b>"):
            odd = await house.see(f"/console/outbox?state=nonsense&room=%3Cb%3E&before={quote(mark)}")
            assert "<b>" not in odd


async def test_what_comes_later_tonight_stands_above_whatever_its_number(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        await house.open_shop()
        now, numbers = house.app.clock(), {}
        for minutes in (30, 90, 60):
            where = {"number": minutes, "plan": "hand"}
            made = await house.app.store.run(past.planned, CATS, now + timedelta(minutes=minutes), **where)
            numbers[made.id] = minutes
        page = await house.see("/console/outbox")
        listed = [int(number) for number in re.findall(r'class="delivery" data-delivery="(\d+)"', page)]
        assert [numbers[number] for number in listed if number in numbers] == [90, 60, 30]
