"""The brief of the evening, and how alarms reach the operators: once each, together, and not before they can."""

from storage import notices
from tests.scenarios.stage import CATS, SHOP, TEAM, evening, playing, town


async def told(stage):
    return [sent.content.text for sent in stage.spoken if sent.conversation_id == TEAM]


async def test_the_evening_is_told_once_when_it_is_over(tmp_path):
    world = town()
    async with playing(tmp_path, world=world, opened=SHOP) as stage:
        await stage.at("20:00:00")
        await stage.hear(CATS)
        await stage.settle()
        await stage.at("21:04:00")
        before = len(await told(stage))
        await stage.at("21:06:00")
        brief = (await told(stage))[before:]
        assert len(brief) == 1
        assert "2" in brief[0]
        await stage.at("21:10:00")
        await stage.at("23:00:00")
        assert len(await told(stage)) == before + 1
    async with playing(tmp_path, at="23:10:00", world=world) as stage:
        await stage.at("23:20:00")
        assert await told(stage) == []


async def test_without_a_control_room_alarms_wait(tmp_path):
    async with playing(tmp_path) as stage:
        for number in range(12):
            data = {"seconds": number, "until_at": evening("20:00:00")}
            await stage.app.store.run(
                notices.post, "main", f"frozen:{number}", "alarms/frozen", data, stage.app.clock()
            )
        await stage.app.outbound.tick()
        assert stage.silent()
        await stage.open_shop()
        await stage.app.outbound.tick()
        assert len(await stage.app.store.read(notices.unsaid, "main")) == 0
        frozen = [text for text in await told(stage) if "时钟" in text or "时间" in text]
        assert len(frozen) == 2
        await stage.app.outbound.tick()
        assert [text for text in await told(stage) if "时钟" in text or "时间" in text] == frozen


async def test_an_alarm_that_was_certainly_not_said_is_said_later(tmp_path):
    async with playing(tmp_path, opened=SHOP) as stage:
        data = {"seconds": 90, "until_at": evening("20:00:00")}
        await stage.app.store.run(notices.post, "main", "frozen:1", "alarms/frozen", data, stage.app.clock())
        await stage.gateway.stop()
        await stage.app.outbound.watch()
        assert len(await stage.app.store.read(notices.unsaid, "main")) == 1
