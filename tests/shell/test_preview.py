"""`qunzhu preview`: the calendar that would be posted, judged by code of its own."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import datetime, time, timedelta
from itertools import pairwise
from pathlib import Path

import frontmatter
import pytest

from tests.scenarios.stage import CATS, OWNER, TEAM, playing
from tests.shell.workshop import ROOT, Workshop

WEIGHTS = {"value": 7, "interactive": 2, "promo": 1}
ZONES = ["UTC", "America/New_York", "Asia/Shanghai"]
FIELDS = ["room_id", "room", "at", "kind", "content", "title", "text", "verdict", "reason", "next_at"]


def cooldown(slug: str) -> timedelta:
    """As the file itself says."""
    matter = frontmatter.load(str(ROOT / "templates" / "posts" / f"{slug}.md")).metadata
    return timedelta(days=int(matter.get("cooldown_days", 60)))


async def preview(workshop: Workshop, *more: str) -> list[dict[str, str]]:
    ended = await workshop.call("preview", *more, "--json")
    assert (ended.code, ended.err) == (0, "")
    return json.loads(ended.out)


def by_room(rows):
    rooms = defaultdict(list)
    for row in rows:
        rooms[row["room_id"]].append({**row, "time": datetime.fromisoformat(row["at"])})
    return rooms.values()


async def test_four_weeks_of_the_demo_keep_every_promise(workshop: Workshop) -> None:
    rows = await preview(workshop, "--days", "28")
    assert [list(row) for row in rows] == [FIELDS] * len(rows)
    rooms = by_room(rows)
    assert len(rooms) == 2
    for room in rooms:
        assert len(room) >= 27
        assert {row["verdict"] for row in room} == {"allow"}
        assert all(time(19) <= row["time"].time() < time(21) for row in room)
        assert all(row["text"].strip() and row["title"] for row in room)
        made = dict.fromkeys(WEIGHTS, 0)
        for number, row in enumerate(room, 1):
            made[row["kind"]] += 1
            assert max(abs(made[kind] - number * weight / 10) for kind, weight in WEIGHTS.items()) <= 0.6 + 1e-9
        promos = [(number, row["time"]) for number, row in enumerate(room) if row["kind"] == "promo"]
        for at in (at for _number, at in promos):
            assert sum(at - timedelta(days=7) < other <= at for _number, other in promos) <= 2
            assert sum(other.date() == at.date() for _number, other in promos) == 1
        assert all(later - earlier >= 10 for (earlier, _), (later, _) in pairwise(promos))
        last: dict[str, datetime] = {}
        for row in room:
            before = last.get(row["content"])
            assert before is None or row["time"] - before >= cooldown(row["content"])
            last[row["content"]] = row["time"]


async def test_the_process_s_own_zone_changes_nothing(workshop: Workshop) -> None:
    seen = []
    for zone in ZONES:
        workshop.env["TZ"] = zone
        workshop.env["QUNZHU_CLOCK__START"] = "2026-11-24T18:55:00+08:00"
        seen.append(await preview(workshop, "--days", "28"))
    assert seen[0] == seen[1] == seen[2]
    assert seen[0][0]["at"].endswith("+08:00")


async def test_nothing_is_written(workshop: Workshop) -> None:
    before = sorted(workshop.folder.rglob("*"))
    await preview(workshop)
    assert sorted(workshop.folder.rglob("*")) == before


async def test_people_get_a_table_of_each_room(workshop: Workshop) -> None:
    ended = await workshop.start("preview", "--days", "3")
    assert ended.code == 0
    assert "毛球家·猫咪会客厅" in ended.out
    assert ended.out.count("allow") == 6


@pytest.mark.parametrize(
    ("words", "said"),
    [(("--days", "0"), "0 days"), (("--days", "1000"), "from 1 to 366"), (("--room", "没有的群"), "毛球家·猫咪会客厅")],
)
async def test_slips_are_told_in_one_line(workshop: Workshop, words: tuple[str, ...], said: str) -> None:
    ended = await workshop.call("preview", *words)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err
    assert ended.err.count("\n") == 1


async def test_rooms_that_are_looked_after_show_what_waits_and_what_would_not_go_out(
    workshop: Workshop, tmp_path: Path
) -> None:
    async with playing(tmp_path) as stage:
        await stage.open_shop()
        stage.say(OWNER, TEAM, "/room set slots 2 猫咪会客厅")
        stage.say(OWNER, TEAM, "/pause 猫咪会客厅 店庆")
        await stage.settle()
        await stage.at("18:58:00")
    workshop.env |= {
        "QUNZHU_STORAGE__URL": f"sqlite:///{tmp_path}/qunzhu.db",
        "QUNZHU_CLOCK__START": "2026-11-22T18:59:00+08:00",
    }
    rows = await preview(workshop, "--days", "1", "--room", CATS)
    assert [(row["verdict"], row["reason"].split(":")[0]) for row in rows] == [("hold", "pause.room")] * 2
    story = await workshop.start("why", "1")
    assert story.code == 0
    assert "planned" in story.out
    unknown = await workshop.call("why", "99")
    assert (unknown.code, unknown.err.count("\n")) == (2, 1)
