"""The boards of the check-ins: places, days, who has unsubscribed; started and ended by command."""

from __future__ import annotations

import re
from pathlib import Path

from storage import checkins
from tests.web.console.furnished import MEI, NOW, ROB, TODAY, begin_checkin, furnished
from tests.web.house import CATS, DOGS, visited


def row_of(page: str, contact_id: str) -> str:
    """Somebody's line on a board."""
    found = re.search(rf'<tr data-contact="{contact_id}">.*?</tr>', page, re.DOTALL)
    assert found is not None
    return found[0]


async def test_the_board_has_places_rows_and_days(tmp_path: Path) -> None:
    async with furnished(tmp_path) as house:
        await house.app.store.run(begin_checkin, house.app.account)
        page = await house.see("/console/checkins")
        assert "早餐打卡" in page
        mei, rob = row_of(page, MEI), row_of(page, ROB)
        assert re.findall(r'class="number right">(\d+)', mei) == ["1", "10", "10", "10"]
        assert re.findall(r'class="number right">(\d+)', rob) == ["2", "2", "2", "3"]
        assert len(re.findall(r'<td class="mark ', mei)) == 10
        assert "请假" in rob
        assert "人今天打了，2 人参加" in page
        assert "1 人请假" in page


async def test_a_day_that_is_not_over_is_not_missed(tmp_path: Path) -> None:
    async with furnished(tmp_path) as house:
        await house.app.store.run(begin_checkin, house.app.account)
        removed = await house.do("/console/order", text="/checkin remove", word=[MEI, f"{TODAY:%m-%d}", "早餐打卡"])
        assert "data-refused" not in removed.text, removed.text
        mei = row_of(await house.see("/console/checkins"), MEI)
        assert "没打" not in mei
        assert mei.count("还没") == 2, "in today's column, and under its date"


async def test_who_has_unsubscribed_is_marked_and_not_left_out(tmp_path: Path) -> None:
    async with furnished(tmp_path) as house:
        await house.app.store.run(begin_checkin, house.app.account)
        page = await house.see("/console/checkins")
        assert "已退订" in row_of(page, ROB)
        assert "已退订" not in row_of(page, MEI)


async def test_one_is_started_and_ended_by_the_commands_of_the_chat(tmp_path: Path) -> None:
    async with furnished(tmp_path) as house:
        slug = next(iter(house.app.charter.customs.declared))
        started = await house.do("/console/order", text="/checkin start", word=[slug, CATS])
        assert "data-refused" not in started.text
        (campaign,) = await house.app.store.read(checkins.here, house.app.account, CATS)
        page = await house.see("/console/checkins")
        assert f'data-campaign="{campaign.id}"' in page
        assert "还没人打卡" in page
        ended = await house.do("/console/order", text="/checkin end", word=[CATS, campaign.title])
        assert "data-refused" not in ended.text
        page = await house.see("/console/checkins")
        assert "现在没有打卡活动" in page
        assert "已经结束的" in page
        assert "已结束" in await house.see(f"/console/checkins/{campaign.id}")


async def test_an_ended_one_keeps_its_board(tmp_path: Path) -> None:
    async with furnished(tmp_path) as house:
        number = await house.app.store.run(begin_checkin, house.app.account)
        await house.app.store.run(checkins.end, number, NOW)
        page = await house.see(f"/console/checkins/{number}")
        assert re.findall(r'class="number right">(\d+)', row_of(page, MEI)) == ["1", "10", "10", "10"]
        assert "一共 2 人参加" in page


async def test_many_boards_are_turned_page_by_page(tmp_path: Path) -> None:
    async with furnished(tmp_path) as house:
        numbers = [
            await house.app.store.run(begin_checkin, house.app.account, f"打卡{number}", CATS if number % 2 else DOGS)
            for number in range(6)
        ]
        first, second = await house.see("/console/checkins"), await house.see("/console/checkins?page=2")
        shown = [re.findall(r'data-campaign="(\d+)"', page) for page in (first, second)]
        assert [len(page) for page in shown] == [4, 2]
        assert sorted(map(int, shown[0] + shown[1])) == sorted(numbers)
        assert len(re.findall(r'data-campaign="(\d+)"', await house.see(f"/console/checkins?room={CATS}"))) == 3


async def test_an_unknown_one_is_no_page_and_an_empty_house_says_so(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        for path in ("/console/checkins/99", "/console/checkins/x"):
            assert (await house.browser.get(path)).status_code == 404
        page = await house.see("/console/checkins?page=-3&room=nowhere")
        assert "现在没有打卡活动" in page
        assert "先接管一个群" in page
