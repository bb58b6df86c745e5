"""People come and go: greeted together and once, looked after for a week, and left alone once they have gone."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from storage import points, settling
from tests.scenarios.stage import (
    CATS,
    DOGS,
    LAOQIN,
    LINJIE,
    OWNER,
    PATIENCE,
    TEAM,
    XIAOMAN,
    ZONE,
    Stage,
    playing,
    town,
)

NEWCOMERS = tuple(f"new{number}" for number in range(12))


async def joined(stage: Stage, room: str, *people: str, inviter: str = "", named: bool = True) -> None:
    """These come in, and the house has heard of it and knows what they are called."""
    stage.world.join(room, people, inviter)
    async with asyncio.timeout(PATIENCE):
        while not set(people) <= await inside(stage, room) or (named and await nameless(stage, people)):
            await asyncio.sleep(0.02)


async def left(stage: Stage, room: str, *people: str) -> None:
    stage.world.leave(room, people)
    async with asyncio.timeout(PATIENCE):
        while set(people) & await inside(stage, room):
            await asyncio.sleep(0.02)


async def inside(stage: Stage, room: str) -> set[str]:
    """Who came into the room and is there, by what the house has heard."""
    return {
        str(row["contact_id"])
        for row in await stage.export("members")
        if row["room_id"] == room and row["joined_at"] and not row["left_at"]
    }


async def nameless(stage: Stage, people: tuple[str, ...]) -> set[str]:
    rows = [row for row in await stage.export("members") if row["contact_id"] in people]
    return {str(row["contact_id"]) for row in rows if not row["name"]}


async def on(stage: Stage, day: str, clock: str = "12:00:00") -> None:
    """Move to a time of another day of November or December, and let the scheduler look."""
    stage.app.clock.jump(datetime.fromisoformat(f"2026-{day}T{clock}").replace(tzinfo=ZoneInfo("Asia/Shanghai")))
    await stage.app.outbound.tick()


async def cared(stage: Stage) -> list[tuple[str, str]]:
    """The care posts about first days, as (local day, content)."""
    rows = [row for row in await stage.export("deliveries") if "first-day" in str(row["content"])]
    days = ((datetime.fromisoformat(str(row["due_at"])).astimezone(ZONE), row) for row in rows)
    return [(f"{at:%m-%d}", str(row["content"]).removeprefix("care/")) for at, row in days]


async def test_one_comes_in_and_is_greeted_by_name(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await stage.open_shop()
        await joined(stage, DOGS, XIAOMAN, inviter=LINJIE)
        # Others may be on their way.
        await stage.at("18:55:30")
        assert stage.silent()
        await stage.at("18:56:10")
        await stage.hear(DOGS, "欢迎 小满", "毛毛", "帮助")
        await stage.at("18:57:30")
        assert stage.silent()


async def test_twelve_come_in_within_a_minute_and_are_greeted_together(tmp_path: Path) -> None:
    world = town()
    for number, contact in enumerate(NEWCOMERS):
        world.add_person(contact, f"新朋友{number}")
    async with playing(tmp_path, world=world) as stage:
        await stage.open_shop()
        await joined(stage, CATS, *NEWCOMERS[:4], inviter=XIAOMAN)
        await stage.at("18:55:20")
        await joined(stage, CATS, *NEWCOMERS[4:9])
        await stage.at("18:55:50")
        await joined(stage, CATS, *NEWCOMERS[9:])
        assert stage.silent()
        await stage.at("18:56:05")
        text = await stage.hear(CATS, "等 12 位新朋友")
        assert [text.count(f"新朋友{number}") for number in range(5)].count(1) >= 3
        assert text.count("、") == 4
        await stage.at("18:58:00")
        await stage.settle()
        assert stage.silent()


async def test_odd_names_are_greeted_safely(tmp_path: Path) -> None:
    odd = {
        "n-empty": "",
        "n-blank": "\u200b\u202e  ",
        "n-emoji": "🐱🐾",
        "n-long": "长" * 200,
        "n-bidi": "\u202e客服小王\u202c",
        "n-all": "@所有人",
        "n-tpl": "{{ 7 * 7 }}{% raw %}",
        "n-line": "第一行\n第二行",
    }
    world = town()
    for contact, name in odd.items():
        world.add_person(contact, name)
    async with playing(tmp_path, world=world) as stage:
        await stage.open_shop()
        await joined(stage, CATS, *odd, named=False)
        await stage.named(*(contact for contact, name in odd.items() if name))
        await stage.at("18:56:10")
        # One of them has no name at all; after two minutes nobody waits for it any more.
        assert stage.silent()
        await stage.at("18:57:10")
        text = await stage.hear(CATS, "等 8 位新朋友", "🐱🐾", "{{ 7 * 7 }}")
        assert not {"\u202e", "\u200b", "49"} & set(text)
        assert "@所有人" not in text
        assert max(map(len, text.splitlines())) < 200


async def test_who_comes_back_is_not_greeted_again_for_thirty_days(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await stage.open_shop()
        await joined(stage, DOGS, XIAOMAN)
        await stage.at("18:56:10")
        await stage.hear(DOGS, "欢迎 小满")
        await left(stage, DOGS, XIAOMAN)
        await on(stage, "12-02")
        await joined(stage, DOGS, XIAOMAN)
        await on(stage, "12-02", "12:02:00")
        assert not [said for said in stage.spoken if "欢迎 小满" in said.content.text][1:]
        await left(stage, DOGS, XIAOMAN)
        stage.app.clock.jump(datetime(2027, 1, 5, 12, tzinfo=ZONE))
        await joined(stage, DOGS, XIAOMAN)
        stage.app.clock.jump(datetime(2027, 1, 5, 12, 2, tzinfo=ZONE))
        await stage.app.outbound.tick()
        assert len([said for said in stage.spoken if "欢迎 小满" in said.content.text]) == 2


async def test_who_leaves_at_once_is_not_greeted(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await stage.open_shop()
        await joined(stage, DOGS, XIAOMAN, LAOQIN)
        await left(stage, DOGS, XIAOMAN)
        await stage.at("18:56:10")
        text = await stage.hear(DOGS, "欢迎 老秦")
        assert "小满" not in text
        await stage.at("18:58:00")
        assert stage.silent()


async def test_staff_and_who_was_there_already_are_not_greeted(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await stage.open_shop()
        await stage.named(LINJIE)
        stage.say(OWNER, TEAM, "/op add 林姐")
        await stage.hear(TEAM, "林姐")
        await joined(stage, CATS, LINJIE)
        # Nobody comes into the team's room to be welcomed either.
        await joined(stage, TEAM, LAOQIN)
        await stage.at("18:58:00")
        await stage.settle()
        assert stage.silent()


async def test_nobody_is_greeted_while_the_room_is_paused(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await stage.open_shop()
        stage.say(OWNER, TEAM, "/pause 汪星人散步群 盘点")
        await stage.hear(TEAM)
        await joined(stage, DOGS, XIAOMAN)
        await stage.at("18:57:00")
        assert stage.silent()
        stage.say(OWNER, TEAM, "/resume 汪星人散步群")
        await stage.hear(TEAM)
        await stage.at("18:57:10")
        await stage.hear(DOGS, "欢迎 小满")


async def test_after_a_long_pause_it_is_too_late_for_a_welcome(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await stage.open_shop()
        stage.say(OWNER, TEAM, "/pause 汪星人散步群 盘点")
        await stage.hear(TEAM)
        await joined(stage, DOGS, XIAOMAN)
        await stage.at("19:30:00")
        stage.say(OWNER, TEAM, "/resume 汪星人散步群")
        await stage.hear(TEAM)
        await stage.at("19:30:10")
        assert not [said for said in stage.spoken if "欢迎 小满" in said.content.text]


async def test_a_room_has_its_own_welcome(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await stage.open_shop()
        stage.say(OWNER, TEAM, "/room set 欢迎 “欢迎{名字}来遛狗，先看群公告” 汪星人散步群")
        await stage.hear(TEAM, "欢迎{names}来遛狗，先看群公告")
        await joined(stage, DOGS, XIAOMAN, LAOQIN)
        await stage.at("18:56:10")
        text = await stage.hear(DOGS, "来遛狗，先看群公告")
        assert text in {"欢迎小满、老秦来遛狗，先看群公告", "欢迎老秦、小满来遛狗，先看群公告"}
        stage.say(OWNER, TEAM, "/room show 汪星人散步群")
        await stage.hear(TEAM, "欢迎语 welcome：欢迎{names}来遛狗，先看群公告（单独设的）")
        stage.say(OWNER, TEAM, "/room set welcome “欢迎{nmaes}” 汪星人散步群")
        await stage.hear(TEAM, "{names}")
        stage.say(OWNER, TEAM, "/room set welcome 默认 汪星人散步群")
        await stage.hear(TEAM, "恢复默认")


async def test_a_room_without_a_welcome(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await stage.open_shop()
        stage.say(OWNER, TEAM, "/room set welcome 不用 汪星人散步群")
        await stage.hear(TEAM, "不欢迎")
        await joined(stage, DOGS, XIAOMAN)
        await stage.at("18:58:00")
        assert stage.silent()
        await on(stage, "11-23")
        assert await cared(stage) == []


async def test_the_first_week_has_three_words_for_all_who_came(tmp_path: Path) -> None:
    world = town()
    for number, contact in enumerate(NEWCOMERS):
        world.add_person(contact, f"新朋友{number}")
    async with playing(tmp_path, world=world) as stage:
        await stage.open_shop()
        await joined(stage, DOGS, *NEWCOMERS)
        await stage.at("18:56:10")
        await stage.hear(DOGS, "等 12 位")
        for day in range(23, 31):
            await on(stage, f"11-{day}", "08:00:00")
            await on(stage, f"11-{day}", "20:59:00")
        assert await cared(stage) == [("11-23", "first-day-1"), ("11-25", "first-day-3"), ("11-29", "first-day-7")]
        words = [said.content.text for said in stage.spoken if "等 12 位，" in said.content.text]
        assert len(words) == 3
        assert "退订" in words[0]
        assert "叫什么名字" in words[1]
        assert "生日" in words[2]


async def test_who_left_is_not_spoken_of_in_the_first_days(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await stage.open_shop()
        await joined(stage, DOGS, XIAOMAN, LAOQIN)
        await stage.at("18:56:10")
        await stage.hear(DOGS, "欢迎")
        # The post for both is planned in the morning; one of them leaves before it goes out.
        await on(stage, "11-23", "08:00:00")
        await left(stage, DOGS, LAOQIN)
        await on(stage, "11-23", "20:59:00")
        words = [said.content.text for said in stage.spoken if "还习惯吗" in said.content.text]
        assert [word.splitlines()[0] for word in words] == ["小满，这两天在群里还习惯吗？"]


async def test_who_came_on_different_days_does_not_crowd_the_room(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await stage.open_shop()
        await joined(stage, DOGS, XIAOMAN)
        await on(stage, "11-24", "08:00:00")
        await joined(stage, DOGS, LAOQIN)
        for day in range(24, 31):
            await on(stage, f"11-{day}", "20:59:00")
            await stage.settle()
        for day in range(1, 5):
            await on(stage, f"12-0{day}", "20:59:00")
        posts = await cared(stage)
        # One a day at most, and nobody misses one of the three.
        assert len({day for day, _content in posts}) == len(posts)
        subjects = [f"{DOGS}:{who}" for who in (XIAOMAN, LAOQIN)]
        parts = await stage.app.store.read(settling.heard, stage.app.account, "first_day", subjects)
        assert sorted((part.subject, int(part.turn)) for part in parts) == sorted(
            (subject, step) for subject in subjects for step in (1, 3, 7)
        )


async def test_an_invitation_that_stays_a_week_is_paid_once(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await stage.open_shop()
        await joined(stage, DOGS, XIAOMAN, inviter=LINJIE)
        await on(stage, "11-28")
        assert await points_of(stage, LINJIE) == 0
        await on(stage, "11-30")
        assert await points_of(stage, LINJIE) == 20
        await left(stage, DOGS, XIAOMAN)
        await joined(stage, DOGS, XIAOMAN, inviter=LINJIE)
        await on(stage, "12-10")
        assert await points_of(stage, LINJIE) == 20


async def test_an_invitation_that_does_not_stay_is_not_paid(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await stage.open_shop()
        await joined(stage, DOGS, XIAOMAN, inviter=LINJIE)
        # Staff bring people in because it is their work.
        await joined(stage, DOGS, LAOQIN, inviter=OWNER)
        await left(stage, DOGS, XIAOMAN)
        await on(stage, "12-10")
        assert await points_of(stage, LINJIE) == 0
        assert await points_of(stage, OWNER) == 0


async def points_of(stage: Stage, contact_id: str) -> int:
    return await stage.app.store.read(points.balance, stage.app.account, contact_id)


async def test_leaving_shows_on_the_card(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await stage.open_shop()
        await stage.named(LINJIE)
        await joined(stage, DOGS, XIAOMAN, inviter=LINJIE)
        await left(stage, DOGS, XIAOMAN)
        stage.say(OWNER, TEAM, "/member 小满")
        await stage.hear(TEAM, "汪星人散步群", "林姐 请来的", "离开")
