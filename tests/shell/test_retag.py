"""`qunzhu retag`: after the rules were changed, what was said is read once more."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from tests.scenarios.stage import BOT, CATS, DOGS, LINJIE, OWNER, TEAM, XIAOMAN, Stage, playing, town
from tests.shell.workshop import Workshop

pytestmark = pytest.mark.xdist_group("retag")


async def a_talk(stage: Stage) -> None:
    await stage.open_shop()
    for who, room, text in (
        (XIAOMAN, CATS, "我家英短掉毛厉害"),
        (XIAOMAN, CATS, "又掉毛了，它还爱晒太阳"),
        (LINJIE, DOGS, "柯基也爱晒太阳"),
    ):
        stage.say(who, room, text)
    await stage.named(XIAOMAN, LINJIE)
    await stage.settle()
    stage.say(OWNER, BOT, "/tag remove 小满 英短")
    await stage.hear(OWNER, "英短")
    stage.say(OWNER, BOT, "/tag add 小满 老客")
    await stage.hear(OWNER, "老客")


@pytest.fixture
def kept(workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    folder = tmp_path_factory.mktemp("talk")

    async def play() -> None:
        async with playing(folder, world=town()) as stage:
            await a_talk(stage)

    asyncio.run(play())
    workshop.env |= {"QUNZHU_STORAGE__URL": f"sqlite:///{folder}/qunzhu.db", "QUNZHU_STORAGE__FOLDER": str(folder)}
    return workshop


def a_new_rule(workshop: Workshop) -> None:
    rule = '[[rule]]\nid = "sunny"\ntag = "爱晒太阳"\nwords = ["晒太阳"]\nwhy = "提到晒太阳"\n\n[behaviour.replied]'
    workshop.rewrite("tag_rules.toml", "[behaviour.replied]", rule)
    workshop.rewrite("tag_rules.toml", '"掉毛", "掉得满"', '"掉得满"')


async def tags_of(workshop: Workshop, who: str) -> set[str]:
    lines = (await workshop.call("export", "members")).out.splitlines()
    return {tag for row in map(json.loads, lines) if row["contact_id"] == who for tag in row["tags"]}


async def test_new_rules_are_applied_to_what_was_said_and_hands_stay(kept: Workshop) -> None:
    assert await tags_of(kept, XIAOMAN) == {"养猫", "掉毛", "老客"}
    a_new_rule(kept)
    first = await kept.start("retag")
    assert (first.code, first.err) == (0, "")
    assert "2 tags given, 1 taken, 0 corrected" in first.out
    assert await tags_of(kept, XIAOMAN) == {"养猫", "爱晒太阳", "老客"}
    assert await tags_of(kept, LINJIE) == {"养狗", "柯基", "爱晒太阳"}
    again = await kept.call("retag")
    assert "0 tags given, 0 taken, 0 corrected" in again.out


async def test_only_the_people_of_a_room(kept: Workshop) -> None:
    a_new_rule(kept)
    ended = await kept.call("retag", "--room", "汪星人散步群")
    assert "1 tags given, 0 taken" in ended.out
    assert "爱晒太阳" not in await tags_of(kept, XIAOMAN)
    wrong = await kept.call("retag", "--room", "没有这个群")
    assert wrong.code == 2
    assert wrong.err.startswith("qunzhu: --room: there is no room '没有这个群'")
    assert "汪星人散步群" in wrong.err


async def test_never_beside_the_running_bot(workshop: Workshop, tmp_path: Path) -> None:
    async with playing(tmp_path, world=town()) as stage:
        await stage.open_shop()
        workshop.env |= {"QUNZHU_STORAGE__URL": f"sqlite:///{tmp_path}/qunzhu.db"}
        ended = await workshop.call("retag")
        assert ended.code == 1
        assert "already run by process" in ended.err
        stage.say(OWNER, TEAM, "/rooms")
        await stage.hear(TEAM, "猫咪会客厅")


async def test_rules_that_cannot_be_read_change_nothing(kept: Workshop) -> None:
    kept.rewrite("tag_rules.toml", "negation_window = 4", "negation_window = four")
    ended = await kept.call("retag")
    assert ended.code == 2
    assert "tag_rules.toml:" in ended.err
    assert await tags_of(kept, XIAOMAN) == {"养猫", "掉毛", "老客"}
