"""The birthdays to come: by day, by either calendar, never with a year."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.birthday import Birthday, Calendar, Whose
from handlers.birthday_greeting import due_of
from storage import birthdays, care, members
from tests.web.console.furnished import MEI, NOW, ROB, TODAY, furnished
from tests.web.house import CATS, DOGS, visited


def about(page: str, contact_id: str, day: str) -> str:
    """What a day says about somebody."""
    of_day = page[page.index(f'id="b-{day}"') :]
    return re.sub(r"\s+", " ", of_day[of_day.index(f'data-contact="{contact_id}"') :][:2000])


async def test_days_come_in_their_order_with_either_calendar(tmp_path: Path) -> None:
    async with furnished(tmp_path) as house:
        page = await house.see("/console/birthdays")
        assert re.findall(r'id="b-([\d-]+)"', page) == ["2026-11-22", "2026-11-28", "2026-12-01"]
        pet = about(page, MEI, "2026-11-28")
        for part in ("家里的宠物", "豆豆", "农历十月二十", "私下祝福"):
            assert part in pet
        assert "30 天内一共 3 个生日" in page


async def test_no_year_is_ever_shown(tmp_path: Path) -> None:
    async with furnished(tmp_path) as house:
        assert "1987" not in await house.see("/console/birthdays?days=366")


async def test_who_has_unsubscribed_is_left_alone(tmp_path: Path) -> None:
    async with furnished(tmp_path) as house:
        assert "已退订，不打扰" in about(await house.see("/console/birthdays"), ROB, "2026-12-01")


async def test_a_greeting_that_was_said_is_marked(tmp_path: Path) -> None:
    async with furnished(tmp_path) as house:
        account = house.app.account
        (child,) = await house.app.store.read(birthdays.of, account, ROB)
        due = due_of(child, TODAY + timedelta(days=9))
        assert "祝福过了" not in about(await house.see("/console/birthdays"), ROB, "2026-12-01")
        await house.app.store.run(care.enter, account, [due], CATS, None, NOW)
        assert "祝福过了" in about(await house.see("/console/birthdays"), ROB, "2026-12-01")


async def test_a_room_and_a_span_narrow_them(tmp_path: Path) -> None:
    async with furnished(tmp_path) as house:
        assert re.findall(r'id="b-([\d-]+)"', await house.see("/console/birthdays?days=7")) == [
            "2026-11-22",
            "2026-11-28",
        ]
        assert "30 天内没有人过生日" in await house.see(f"/console/birthdays?room={DOGS}")


@pytest.mark.parametrize("query", ["days=-1", "days=x", "days=999999999999", "from=-5", "room=<script>"])
async def test_what_makes_no_sense_is_read_kindly(tmp_path: Path, query: str) -> None:
    async with furnished(tmp_path) as house:
        assert "<script>" not in (await house.see(f"/console/birthdays?{query}")).replace('<script src="', "")


async def test_many_are_turned_page_by_page(tmp_path: Path) -> None:
    async with furnished(tmp_path) as house:
        people = [f"wxid_{number:03}" for number in range(70)]
        await house.app.store.run(members.joined, house.app.account, CATS, people, "", NOW)
        for contact_id in people:
            told = Birthday(0, contact_id, Whose.SELF, "", Calendar.SOLAR, 11, 25, room_id=CATS)
            kept = {"source": birthdays.IMPORT, "by": contact_id, "now": NOW}
            await house.app.store.run(birthdays.add, house.app.account, told, **kept)
        seen = re.findall(r'data-contact="([^"]+)"', await house.see("/console/birthdays"))
        assert len(seen) == 50
        seen += re.findall(r'data-contact="([^"]+)"', await house.see("/console/birthdays?from=50"))
        assert len(seen) == 73
        assert set(people) <= set(seen)


async def test_an_empty_house_says_so(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        assert "没有人过生日" in await house.see("/console/birthdays")
