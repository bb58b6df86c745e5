"""What `qunzhu export` writes, read back with the tools that people use on it."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from pathlib import Path

import pytest

from tests.scenarios.stage import CATS, DOGS, OWNER, TEAM, XIAOMAN, Stage, playing, town
from tests.shell.workshop import QUNZHU, Workshop

EVIL, FORMULA = "evil", '=HYPERLINK("http://x","好礼")'
"""Somebody whose nickname is a formula."""
WIDE, QUOTED = "＝1+1", '他说"好,好"\n第二行'

KINDS = {
    "messages": "id account_id room_id room talker_id talker type text sent_at recorded_at tags",
    "members": "room_id room contact_id name tags first_seen_at last_seen_at",
    "ledger": "room_id room posted_at kind source content delivery_id",
    "deliveries": "id attempt_id account_id room_id room kind content text state reason"
    " due_at dispatched_at confirmed_at",
    "audit": "at actor_id role command target outcome reason",
}
"""The field names that programs outside rely on."""

pytestmark = pytest.mark.xdist_group("export")


async def an_evening(stage: Stage) -> None:
    stage.world.add_person(EVIL, FORMULA)
    stage.world.join(CATS, (EVIL,))
    await stage.open_shop()
    stage.say(XIAOMAN, CATS, "第一次养猫，英短四个月大")
    stage.say(EVIL, CATS, WIDE)
    stage.say(XIAOMAN, CATS, QUOTED)
    await stage.settle()
    async with asyncio.timeout(10):
        while EVIL not in {row["talker_id"] for row in await stage.export("messages") if row["talker"]}:
            await asyncio.sleep(0.02)
    await stage.at("20:40:00")
    await stage.hear(CATS)
    await stage.hear(DOGS)
    await stage.settle()
    stage.say(XIAOMAN, CATS, "/status")
    stage.say(OWNER, TEAM, "/status")
    await stage.hear(TEAM, "已发出")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("evening")

    async def play() -> None:
        async with playing(folder, world=town()) as stage:
            await an_evening(stage)

    asyncio.run(play())
    return folder


@pytest.fixture
def kept(workshop: Workshop, data: Path) -> Workshop:
    workshop.env |= {"QUNZHU_STORAGE__URL": f"sqlite:///{data}/qunzhu.db", "QUNZHU_STORAGE__FOLDER": str(data)}
    return workshop


@pytest.mark.parametrize("kind", ["members", "ledger", "deliveries", "audit"])
async def test_json_lines(kept: Workshop, kind: str) -> None:
    lines = await kept.call("export", kind)
    rows = [json.loads(line) for line in lines.out.splitlines()]
    assert (lines.code, lines.err) == (0, f"{len(rows)} rows\n")
    check_rows(kind, rows)


async def test_the_same_rows_as_csv(kept: Workshop) -> None:
    rows = [json.loads(line) for line in (await kept.call("export", "messages")).out.splitlines()]
    check_rows("messages", rows)
    sheet = await kept.call("export", "messages", "--format", "csv", "--out", "messages.csv")
    assert (sheet.code, sheet.out) == (0, "")
    written = (kept.folder / "messages.csv").read_bytes()
    assert written.startswith(b"\xef\xbb\xbf")
    table = list(csv.DictReader(io.StringIO(written.decode("utf-8-sig"), newline="")))
    assert [list(row) for row in table] == [list(row) for row in rows]
    assert [row["id"] for row in table] == [row["id"] for row in rows]
    assert FORMULA in {row["talker"] for row in rows}


def check_rows(kind: str, rows: list[dict[str, object]]) -> None:
    assert rows
    names = KINDS[kind].split()
    assert names == [name for name in rows[0] if name in names]
    for name in (name for name in rows[0] if name.endswith("_at") or name == "at"):
        assert all(row[name] is None or str(row[name]).endswith("Z") for row in rows), name


async def test_a_nickname_cannot_become_a_formula(kept: Workshop) -> None:
    sheet = await kept.call("export", "messages", "--format", "csv", "--room", CATS)
    rows = {row["text"]: row for row in csv.DictReader(io.StringIO(sheet.out, newline=""))}
    assert rows[f"'{WIDE}"]["talker"] == f"'{FORMULA}"
    assert QUOTED in rows
    assert rows["第一次养猫，英短四个月大"]["tags"].split(";") == sorted(
        rows["第一次养猫，英短四个月大"]["tags"].split(";")
    )
    assert not [cell for row in rows.values() for cell in row.values() if cell[:1] in set("=+-@＝＋－＠\t\r\n")]


async def test_room_and_since(kept: Workshop) -> None:
    there = [json.loads(line) for line in (await kept.call("export", "messages", "--room", CATS)).out.splitlines()]
    assert {row["room_id"] for row in there} == {CATS}
    later = await kept.call("export", "messages", "--room", CATS, "--since", "2026-11-22T20:30:00+08:00")
    assert 0 < len(later.out.splitlines()) < len(there)
    assert (await kept.call("export", "messages", "--since", "2026-11-23")).err == "0 rows\n"


async def test_a_reader_who_has_seen_enough(kept: Workshop) -> None:
    pipe = f"{QUNZHU} export messages | head -n 1; echo ${{PIPESTATUS[0]}}"
    ended = await kept.start("-c", pipe, program=("/bin/bash",))
    first, code = ended.out.splitlines()
    assert json.loads(first)["id"]
    assert code == "0"
    assert "Traceback" not in ended.err
    assert "Exception" not in ended.err


async def test_a_full_disk(kept: Workshop) -> None:
    for typed in (f"{QUNZHU} export messages --out /dev/full", f"{QUNZHU} export messages > /dev/full"):
        ended = await kept.start("-c", typed, program=("/bin/bash",))
        assert ended.code in {1, 2}
        assert ended.err.count("\n") == 1, ended.err
        assert ended.err.startswith("qunzhu: ")
        assert "No space left" in ended.err


async def test_texts_are_utf8_whatever_the_terminal_speaks(kept: Workshop) -> None:
    kept.env["PYTHONIOENCODING"] = "latin-1"
    ended = await kept.start("export", "messages", "--room", CATS)
    assert (ended.code, "英短" in ended.out) == (0, True)


async def test_while_the_bot_runs(workshop: Workshop, tmp_path: Path) -> None:
    async with playing(tmp_path, world=town()) as stage:
        await stage.open_shop()
        workshop.env |= {"QUNZHU_STORAGE__URL": f"sqlite:///{tmp_path}/qunzhu.db"}
        stage.say(XIAOMAN, CATS, "它又掉毛了")
        await stage.settle()
        ended = await workshop.call("export", "messages")
        assert "它又掉毛了" in ended.out
        stage.say(OWNER, TEAM, "/rooms")
        await stage.hear(TEAM, "猫咪会客厅")
