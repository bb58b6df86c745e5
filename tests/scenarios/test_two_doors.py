"""Where two people are asked for, one person counts once, through whichever door they come."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenarios.stage import BOT, CATS, OWNER, TEAM, XIAOMAN, Stage, playing, settings

LIVE = "今晚八点直播答疑，来聊聊换季掉毛"


async def told(stage: Stage, door: str, words: str, who: str = OWNER) -> str:
    """What a command is answered, typed in the chat or given in the console."""
    if door == "console":
        replies = await stage.app.desk.order(who, words)
        return "\n".join(stage.app.content.renderer.reply(reply.template, reply.data) for reply in replies)
    stage.say(who, TEAM if who == OWNER else BOT, words)
    return await stage.hear(TEAM if who == OWNER else who)


async def opened(stage: Stage) -> None:
    await stage.open_shop()
    stage.say(XIAOMAN, CATS, "大家好")
    await stage.named(XIAOMAN)
    await told(stage, "chat", "/op add 小满")


@pytest.mark.parametrize("doors", [("chat", "console"), ("console", "chat"), ("console", "console")], ids=" ".join)
async def test_one_person_at_two_doors_is_not_two_who_confirm(tmp_path: Path, doors: tuple[str, str]) -> None:
    config = settings(tmp_path, plan={"slots": 0, "second_person_above": 1})
    async with playing(tmp_path, at="19:10:00", config=config) as stage:
        await opened(stage)
        code = (await told(stage, doors[0], f"/post “{LIVE}” 互动 所有群")).split("/confirm ")[1][:4]
        assert "还差一个人" in await told(stage, doors[0], f"/confirm {code}")
        for door in doors:
            assert "还要另一个人" in await told(stage, door, f"/confirm {code.lower()}")
        await stage.app.outbound.tick()
        assert await stage.export("deliveries") == []
        assert "开始发" in await told(stage, doors[1], f"/confirm {code}", XIAOMAN)
        assert len(await stage.export("deliveries")) == 2


@pytest.mark.parametrize("doors", [("chat", "console"), ("console", "chat")], ids=" ".join)
async def test_nobody_approves_their_own_post_at_another_door(tmp_path: Path, doors: tuple[str, str]) -> None:
    config = settings(tmp_path, plan={"slots": 0, "approval": "all"})
    async with playing(tmp_path, at="19:10:00", config=config) as stage:
        await opened(stage)
        await told(stage, doors[0], f"/post “{LIVE}” 互动 猫咪会客厅 20:00")
        (row,) = await stage.export("deliveries")
        assert "你自己发起的" in await told(stage, doors[1], f"/approve {row['id']}")
        answer = await told(stage, doors[0], f"/approve {row['id']}", XIAOMAN)
        assert "你自己发起的" not in answer
