"""Journeys through the bot's time: they live what lies between, and stop where somebody wanted to go."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import datetime, time, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from bot.web.sandbox.goals import next_birthday
from storage import exports, sending
from storage.engine import sqlite_file
from storage.exports import Asked
from tests.scenarios.stage import ZONE
from tests.web.house import CATS, DOGS, OWNER, XIAOMAN, House, visited

Row = dict[str, object]


async def export(house: House, kind: str) -> list[Row]:
    asked = Asked(house.app.account, None, None, house.app.clock())
    return await house.app.store.read(lambda db: list(exports.KINDS[kind](db, asked)))


async def travel(house: House, goal: str, **form: object) -> str:
    """Set out from the page, and wait until the page says that the journey is over."""
    answer = await house.do("/sandbox/journey", goal=goal, room=CATS, **form)
    assert answer.status_code == 200, answer.text
    async with asyncio.timeout(90):
        while "side-travel" in (shown := await house.see(f"/sandbox/time?room={CATS}")):
            await asyncio.sleep(0.3)
    return shown


def local(value: object) -> datetime:
    return datetime.fromisoformat(str(value)).astimezone(ZONE)


async def test_ten_days_are_lived_as_the_plan_said(tmp_path: Path) -> None:
    async with visited(tmp_path, opened=True) as house:
        shown = await travel(house, "days", days=10)
        assert "到 12月2日 08:59 了" in shown
        assert "已发出 20" in shown
        assert house.app.clock.stands, "it stood before, so it stands again"
        posts = [row for row in await export(house, "deliveries") if row["dispatched_at"]]
        ledger = [row for row in await export(house, "ledger") if row["kind"] != "reply"]
        for room in (CATS, DOGS):
            here = [row for row in posts if row["room_id"] == room]
            said = sorted((row for row in ledger if row["room_id"] == room), key=lambda row: str(row["posted_at"]))
            assert {row["state"] for row in here} == {"confirmed"}
            assert [row["content"] for row in said] == [row["content"] for row in here]
            days = [local(row["posted_at"]).date() for row in said]
            assert [later - earlier for earlier, later in pairwise(days)] == [timedelta(days=1)] * 9
            assert all(time(19) <= local(row["posted_at"]).time() < time(21) for row in said)
            assert all(local(row["dispatched_at"]) - local(row["due_at"]) < timedelta(minutes=2) for row in here)
            kinds = Counter(row["kind"] for row in said)
            assert kinds == {"value": 7, "interactive": 2, "promo": 1}


async def test_the_next_refused_promotion_is_reached_and_says_why(tmp_path: Path) -> None:
    async with visited(tmp_path, opened=True) as house:
        shown = await travel(house, "promo")
        assert "时间先停在这儿" in shown
        assert house.app.clock.stands
        promos = [row for row in await export(house, "ledger") if row["kind"] == "promo" and row["room_id"] == CATS]
        assert len(promos) == 1, "the promotion that stands in the way was really said"
        plan = await house.see(f"/sandbox/plan?room={CATS}")
        assert 'data-allowed="no"' in plan
        assert "最近十条里推广已有 1 条，上限 1 条，照现在的节奏大约" in plan
        refused = await house.do("/sandbox/promotion", room=CATS)
        assert "不能发到" in refused.text
        assert "最近十条里推广已有 1 条" in refused.text


async def test_a_room_that_takes_no_promotion_refuses_the_next_one_tonight(tmp_path: Path) -> None:
    async with visited(tmp_path, opened=True) as house:
        await house.app.desk.order(OWNER, "/room set caps 0,1,1", CATS)
        assert "到 11月22日 19:" in await travel(house, "promo")
        assert "这个群不收推广" in await house.see(f"/sandbox/plan?room={CATS}")


async def test_care_outside_the_evening_is_no_place_for_a_promotion_to_be_refused(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        await house.open_shop()
        await house.app.desk.order(OWNER, "/room set caps 0,1,1", CATS)
        house.demo.world.say(XIAOMAN, CATS, "生日 11-23")
        while await house.app.desk.ask(OWNER, next_birthday) is None:
            await asyncio.sleep(0.02)
        await house.app.dispatcher.idle()
        await travel(house, "tomorrow")
        assert "到 11月23日 19:" in await travel(house, "promo")


async def test_where_no_promotion_will_be_refused_there_is_nowhere_to_go(tmp_path: Path) -> None:
    async with visited(tmp_path, opened=True) as house:
        await house.app.desk.order(OWNER, "/room set caps -,-,-", CATS)
        before = house.app.clock()
        assert "没有会被拦的" in await travel(house, "promo")
        assert house.app.clock() - before < timedelta(minutes=5)


async def test_a_birthday_is_reached_when_its_greeting_is_said(tmp_path: Path) -> None:
    async with visited(tmp_path, opened=True) as house:
        assert 'id="go-birthday"' in (shown := await house.see(f"/sandbox/time?room={CATS}"))
        assert "还没有人说过生日" in shown
        nowhere = await travel(house, "birthday")
        assert "没有能祝的生日" in nowhere
        house.demo.world.say(XIAOMAN, CATS, "生日 11-25")
        while await house.app.desk.ask(OWNER, next_birthday) is None:
            await asyncio.sleep(0.02)
        await house.app.dispatcher.idle()
        shown = await travel(house, "birthday")
        assert "祝福刚发出去" in shown
        said = [row for row in await export(house, "deliveries") if row["kind"] == "care" and row["dispatched_at"]]
        assert [(row["content"], local(row["dispatched_at"]).date().isoformat()) for row in said] == [
            ("care/birthday", "2026-11-25")
        ]
        assert "下一个生日在 11月25日" in await house.see(f"/sandbox/time?room={CATS}")


async def breaker(house: House) -> None:
    house.app.safety.trip("操作太频繁")


async def paused(house: House) -> None:
    await house.app.desk.order(OWNER, "/pause all 盘点", CATS)


async def stopped(house: House) -> None:
    await house.app.store.run(sending.stop, house.app.account, "misrouted", house.app.clock())


async def down(house: House) -> None:
    await house.do("/sandbox/faults", fault="down", on="yes")


@pytest.mark.parametrize(
    ("trouble", "goal", "told"),
    [
        (breaker, "tomorrow", ("到 11月23日 08:59 了", "已发出 2")),
        (breaker, "birthday", ("到 11月25日", "祝福刚发出去")),
        (breaker, "promo", ("时间先停在这儿",)),
        (paused, "tomorrow", ("到 11月23日 08:59 了", "先压着 2")),
        (paused, "birthday", ("到 11月25日", "祝福没有发成", "先压着")),
        (paused, "promo", ("到 11月22日 18:55 了", "时间先停在这儿")),
        (stopped, "birthday", ("祝福没有发成",)),
        (stopped, "promo", ("到 11月22日 18:55 了", "时间先停在这儿")),
        (down, "tomorrow", ("到 11月23日 08:59 了", "等着发 2")),
        (down, "birthday", ("到 11月25日", "祝福没有发成", "等着发")),
        (down, "promo", ("没有照着计划发出去", "等着发")),
    ],
)
async def test_a_journey_through_trouble_ends_and_says_what_was_found(
    tmp_path: Path, trouble: Callable[[House], Awaitable[None]], goal: str, told: tuple[str, ...]
) -> None:
    """It said that the congratulation had just gone out while everything was paused, or the gateway down; and that no
    promotion would be refused for weeks, or why one was refused now, where both were wrong."""
    async with visited(tmp_path) as house:
        await house.open_shop()
        house.demo.world.say(XIAOMAN, CATS, "生日 11-25")
        while await house.app.desk.ask(OWNER, next_birthday) is None:
            await asyncio.sleep(0.02)
        await house.app.dispatcher.idle()
        await trouble(house)
        shown = await travel(house, goal)
        for part in told:
            assert part in shown
        if goal == "promo":
            plan = await house.see(f"/sandbox/plan?room={CATS}")
            assert ('data-allowed="no"' in plan) == ("时间先停在这儿" in shown)


async def test_only_one_journey_goes_on_and_it_can_be_stopped(tmp_path: Path) -> None:
    async with visited(tmp_path, opened=True) as house:
        first = await house.do("/sandbox/journey", goal="days", days=60, room=CATS)
        assert "正在过" in first.text
        second = await house.do("/sandbox/journey", goal="tomorrow", room=CATS)
        assert second.status_code == 422
        assert "先等它走到" in second.text
        assert (await house.do("/sandbox/time", do="stand")).status_code == 422
        shown = await travel(house, "cancel")
        assert "停在 11月" in shown
        assert house.app.clock() < house.app.charter.rules.hours.next_opening(house.app.clock()).start + timedelta(
            days=9
        )


async def test_the_evening_is_reached_to_the_minute_and_time_goes_on_as_before(tmp_path: Path) -> None:
    async with visited(tmp_path, at="18:58:00") as house:
        house.app.clock.run(1)
        await travel(house, "tonight")
        now = house.app.clock().astimezone(ZONE)
        assert (now.day, now.hour, now.minute) == (22, 18, 59)
        assert (house.app.clock.stands, house.app.clock.speed) == (False, 1)
        await travel(house, "tonight")
        now = house.app.clock().astimezone(ZONE)
        assert (now.day, now.hour, now.minute) == (23, 18, 59)


async def test_days_of_which_nothing_can_be_written_are_not_travelled_through(tmp_path: Path, monkeypatch) -> None:
    """Ticks that could not write were taken for moments lived: the days went by, and their posts with them."""
    monkeypatch.setattr("storage.engine.BUSY_MS", 20)
    async with visited(tmp_path, at="18:58:00", opened=True) as house:
        with closing(sqlite3.connect(sqlite_file(house.app.store.url), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            shown = await travel(house, "days", days=60)
            other.execute("ROLLBACK")
        assert "数据库用不了" in shown
        assert house.app.clock().astimezone(ZONE).day == 22
        assert "到 11月23日" in await travel(house, "tomorrow")


async def test_the_house_closes_in_the_middle_of_a_journey(tmp_path: Path) -> None:
    async with visited(tmp_path, opened=True) as house:
        await house.do("/sandbox/journey", goal="days", days=60, room=CATS)
    assert house.app.clock() < datetime(2027, 1, 1, tzinfo=ZONE)
