"""Somebody lives through everything the bot does, asks to be forgotten, and is then nowhere: every file is searched."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from loguru import logger

from bot import log
from bot.chat.sandbox.world import World
from bot.core.message import File
from bot.export import export
from bot.inbound import forgetting as carrying_out
from storage import erasure, notices
from storage.exports import Asked
from tests.faults.look import look, until
from tests.faults.test_storage_faults import failing_writes, spill_of
from tests.scenarios.stage import CATS, DOGS, LAOQIN, OWNER, SHOP, TEAM, evening, playing, settings, town
from tests.storage.filled import everything

RARE, NAME, ALIAS = "wxid_zq7rare", "稀奇古怪名", "怪怪妈"
PNG = b"\x89PNG" + b"rare cat" * 50
FORMS = [form for word in (RARE, NAME, ALIAS) for form in (word.encode(), json.dumps(word)[1:-1].encode())]
FORMS += [word.encode("gb18030") for word in (NAME, ALIAS)]


def shop() -> World:
    world = town()
    world.add_person(RARE, NAME)
    world.add_person("lin", "小林")
    world.join(CATS, [RARE])
    world.set_alias(CATS, RARE, ALIAS)
    return world


def found(folder):
    """The files that name the person, by their bytes."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return sorted(str(path.relative_to(folder)) for path in files if any(form in path.read_bytes() for form in FORMS))


async def rows_naming(stage):
    text = await stage.app.store.read(everything)
    return [line for line in text.splitlines() if any(word in line for word in (RARE, NAME, ALIAS))]


async def carried_out(stage):
    async def nothing_left() -> bool:
        return stage.app.forgetting.done and not await stage.app.store.read(erasure.waiting, stage.app.account)

    await until(nothing_left)
    stage.app.clock.jump(stage.app.clock() + timedelta(minutes=3))
    await stage.app.forgetting.look()


@pytest.fixture
def logged(tmp_path):
    """A log like the bot's own, at its most talkative."""
    file = tmp_path / "data" / "qunzhu.log"
    log.set_up("DEBUG", file, terminal="CRITICAL")
    yield file
    logger.remove()
    log.set_up("WARNING", None)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "data"


async def live_through_it(stage):
    """A member's evening, and what others say and do about them."""
    await stage.open_shop()
    await stage.named(RARE)
    stage.say(OWNER, CATS, "/checkin start breakfast")
    for text in (
        "我家布偶六岁了，最近掉毛",
        "生日 5-20",
        "生日 宠物 豆豆 3月5日",
        "打卡",
        "积分",
        "排行",
        "兑换",
        "帮助",
    ):
        stage.say(RARE, CATS, text)
    stage.say(RARE, CATS, "@毛毛\u2005在吗", "bot")
    stage.say(RARE, CATS, "/help")
    stage.say(RARE, CATS, "/没有这个")
    stage.say(RARE, "bot", "悄悄问一句，豆豆能吃橘子吗")
    stage.world.send_file(RARE, CATS, File("我家的猫.png", PNG))
    stage.say(LAOQIN, CATS, f"@{ALIAS}\u2005你家猫真好看", RARE)
    stage.say(LAOQIN, CATS, f"{NAME}今天打卡了没")
    stage.world.join(CATS, ["lin"], RARE)
    stage.say(OWNER, TEAM, f"/tag add {NAME} 老客")
    stage.say(OWNER, TEAM, f"/member {NAME}")
    stage.say(OWNER, TEAM, f"/member export {RARE}")
    stage.say(OWNER, TEAM, f"/points {RARE} +5 {NAME}帮了忙")
    stage.say(OWNER, TEAM, f"/post “恭喜{NAME}，今晚的奖是你的” 干货 猫咪会客厅 20:30")
    stage.say(OWNER, TEAM, f"/pause 汪星人散步群 等{NAME}回话")
    await stage.settle()
    data = {"who": NAME, "id": RARE, "text": f"{ALIAS}说话了"}
    said_at = evening("18:55:00")
    key = f"staff_promo:{RARE}"
    await stage.app.store.run(notices.post, stage.app.account, key, "alarms/misrouted", {"room": "猫", **data}, said_at)
    await until(lambda: any(path.suffix == ".png" for path in stage.app.media._folder.rglob("*")))


async def say_it_while_the_disk_is_full(stage):
    """What they say now waits in the spill file, and comes home before they are forgotten."""
    with failing_writes(stage.app.store):
        stage.say(RARE, CATS, f"我是{NAME}，还有人吗")
        await until(lambda: spill_of(stage).holds and RARE.encode() in spill_of(stage).file.read_bytes())
    await until(lambda: not spill_of(stage).holds)


def export_everything(stage, folder):
    """Exports that somebody wrote into the data folder before."""
    (folder / "exports").mkdir()
    asked = Asked(stage.app.account, None, None, stage.app.clock())
    for kind in ("messages", "members", "audit", "ledger"):
        for form in ("jsonl", "csv"):
            export(str(stage.app.store.url), kind, asked, form, folder / "exports" / f"{kind}.{form}")


async def test_afterwards_no_file_and_no_table_names_them(folder, logged):
    async with playing(folder, world=shop(), config=settings(folder, log={"file": logged})) as stage:
        await live_through_it(stage)
        await say_it_while_the_disk_is_full(stage)
        export_everything(stage, folder)
        logger.bind(action="test.planted", who=RARE).debug("a careless line about {}", NAME)
        (folder / "qunzhu.log.1").write_text(f"yesterday {NAME} came\n", encoding="utf-8")
        before = found(folder)
        for name in ("qunzhu.db-wal", "qunzhu.log", "qunzhu.log.1", "exports/messages.jsonl", "exports/members.csv"):
            assert name in before
        assert any(name.startswith("media/") and name.endswith(".json") for name in before)
        assert len(await rows_naming(stage)) > 20
        stage.say(RARE, CATS, "忘记我")
        while "找不回来" not in await stage.hear(CATS):
            pass
        stage.say(RARE, CATS, "是的")
        while "都删了" not in await stage.hear(CATS):
            pass
        await carried_out(stage)
        assert await rows_naming(stage) == []
        assert found(folder) == []
        assert not list((folder / "media").rglob("*.png"))
        assert "•••今天打卡了没" in str(await stage.export("messages"))
        assert "你家猫真好看" in (folder / "exports" / "messages.jsonl").read_text(encoding="utf-8")
    assert found(folder) == []


async def test_a_crash_between_the_rows_and_the_files_only_delays_it(tmp_path, monkeypatch):
    """The process dies when the rows are gone and nothing else is: the next one carries on at its start."""
    folder = tmp_path / "data"

    async def never(_self):
        return None

    with monkeypatch.context() as patch:
        patch.setattr(carrying_out.Forgetting, "look", never)
        async with playing(folder, world=shop(), opened=SHOP) as stage:
            await stage.named(RARE)
            stage.world.send_file(RARE, CATS, File("我家的猫.png", PNG))
            stage.say(LAOQIN, CATS, f"@{ALIAS}\u2005你家猫真好看", RARE)
            await stage.settle()
            await until(lambda: any(path.suffix == ".png" for path in (folder / "media").rglob("*")))
            stage.say(RARE, CATS, "忘记我")
            await stage.hear(CATS, "找不回来")
            stage.say(RARE, CATS, "是的")
            await stage.hear(CATS, "都删了")
            assert await rows_naming(stage) != []
    async with playing(folder, world=shop()) as stage:
        await until(lambda: stage.app.forgetting.done)
        assert await rows_naming(stage) == []
        assert found(folder) == []
        assert not list((folder / "media").rglob("*.png"))
        assert await look(stage.app.store, "SELECT count(*) FROM erasure") == [(0,)]


async def test_a_picture_that_arrives_after_its_sender_was_forgotten_is_not_kept(tmp_path):
    folder = tmp_path / "data"
    async with playing(folder, world=shop(), opened=SHOP) as stage:
        await stage.named(RARE)
        hold = stage.app.media._store.run

        async def late(work, *args, **kwargs):
            if getattr(work, "__name__", "") == "media_kept":
                await hold(erasure.begin, stage.app.account, RARE, (), stage.app.clock())
            return await hold(work, *args, **kwargs)

        stage.app.media._store = _Late(stage.app.store, late)
        stage.world.send_file(RARE, CATS, File("我家的猫.png", PNG))
        await until((folder / "media").exists)
        await stage.app.media.idle()
        assert not [path for path in (folder / "media").rglob("*") if path.is_file()]


class _Late:
    """The store, but somebody is forgotten just before a file is entered."""

    def __init__(self, store, run):
        self.run, self.read = run, store.read


async def test_a_post_that_waits_and_names_them_is_not_said(tmp_path):
    folder = tmp_path / "data"
    async with playing(folder, world=shop(), opened=SHOP) as stage:
        await stage.named(RARE)
        stage.say(OWNER, TEAM, f"/post “恭喜{NAME}，今晚的奖是你的” 干货 汪星人散步群 20:30")
        await stage.hear(TEAM, "20:30")
        stage.say(RARE, CATS, "忘记我")
        await stage.hear(CATS, "找不回来")
        stage.say(RARE, CATS, "是的")
        await stage.hear(CATS, "都删了")
        await carried_out(stage)
        await stage.at("20:35:00")
        states = await look(stage.app.store, "SELECT state, body FROM delivery WHERE source = 'command'")
        assert states == [("cancelled", "恭喜•••，今晚的奖是你的")]
        assert all("恭喜" not in message.content.text for message in stage.spoken if message.conversation_id == DOGS)
