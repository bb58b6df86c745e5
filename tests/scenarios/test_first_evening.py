"""The first evening, told as it is lived: claim, adopt, talk, a post that arrives, and one who may not command."""

from __future__ import annotations

from pathlib import Path

from tests.scenarios.stage import BOT, CATS, DOGS, LAOQIN, OTHER, OWNER, TEAM, XIAOMAN, playing


async def test_the_first_evening(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await stage.open_shop()

        stage.say(XIAOMAN, CATS, "大家好，第一次养猫，英短四个月大")
        stage.say(LAOQIN, CATS, "欢迎，我家是橘猫，不是布偶")
        stage.say(LAOQIN, OTHER, "明早七点拼车，还差一位")
        await stage.settle()

        stage.say(OWNER, TEAM, "/member 小满")
        card = await stage.hear(TEAM, "小满", "英短")
        assert "第一次养猫" in card
        stage.say(OWNER, TEAM, "/member 老秦")
        assert "· 布偶" not in await stage.hear(TEAM, "老秦", "· 橘猫")

        stage.say(LAOQIN, CATS, "/adopt")
        await stage.settle()
        assert stage.silent()

        await stage.at("18:59:00")
        assert stage.silent()
        await stage.at("19:58:00")
        await stage.hear(CATS)
        await stage.hear(DOGS)
        await stage.settle()
        states = {row["room_id"]: row for row in await stage.export("deliveries")}
        assert {room: row["state"] for room, row in states.items()} == {CATS: "confirmed", DOGS: "confirmed"}
        assert all("2026-11-22T11:00" <= str(row["due_at"]) < "2026-11-22T13:00" for row in states.values())
        ledger = [row for row in await stage.export("ledger") if row["kind"] != "reply"]
        assert [(row["kind"], row["source"]) for row in ledger] == [("value", "plan")] * 2

        stage.say(OWNER, TEAM, "/status")
        await stage.hear(TEAM, "猫咪会客厅", "已发出")
        stage.say(OWNER, TEAM, "/audit 20")
        await stage.hear(TEAM, "/claim", "/control", "/adopt", "没让")
        refused = [row for row in await stage.export("audit") if row["outcome"] == "refused"]
        assert [(row["actor_id"], row["command"]) for row in refused] == [(LAOQIN, "/adopt")]

        for kind in ("messages", "members", "deliveries", "ledger", "audit"):
            assert not [row for row in await stage.export(kind) if OTHER in str(row)], kind


async def test_the_bot_can_be_claimed_privately_and_a_stranger_leaves_no_words_behind(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        stage.say(LAOQIN, BOT, "你好，在吗")
        stage.say(OWNER, BOT, f"/claim {stage.app.claim_code}")
        await stage.hear(OWNER, "认领成功")
        assert await stage.export("messages") == []
        stage.say(OWNER, BOT, "/adopt 猫咪会客厅")
        await stage.hear(OWNER, "接过来了")
        await stage.hear(CATS, "毛毛")
        stage.say(OWNER, TEAM, "/control")
        await stage.hear(TEAM, "运营群")
        assert {row["talker_id"] for row in await stage.export("messages")} <= {OWNER, BOT}
