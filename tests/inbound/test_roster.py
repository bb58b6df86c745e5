"""Who is in the rooms: learned slowly, managed rooms first, and again after every fault."""

from __future__ import annotations

from grpclib.const import Status

from bot.core.errors import StoreError
from bot.core.room import RoomRole
from storage import rooms
from tests.faults.look import look, until, until_shows
from tests.scenarios.stage import CATS, DOGS, OTHER, OWNER, SHOP, TEAM, XIAOMAN, evening, playing, town

NOON = evening("12:00:00")
NAMES = "SELECT contact_id, name FROM contact ORDER BY contact_id"
EVERYBODY = [("laoqin", "老秦"), ("linjie", "林姐"), ("owner", "周岚"), ("xiaoman", "小满")]


async def test_people_of_managed_rooms_are_known_by_name_and_of_others_not_at_all(tmp_path):
    async with playing(tmp_path) as stage:
        await until(lambda: OTHER in stage.app.directory.topics)
        assert await look(stage.app.store, NAMES) == []
        await stage.open_shop()
        await until_shows(stage.app.store, NAMES, EVERYBODY)
        assert await look(stage.app.store, f"SELECT count(*) FROM membership WHERE room_id = '{OTHER}'") == [(0,)]


async def test_newcomers_are_named_also_those_who_came_while_nobody_listened(tmp_path):
    world = town()
    world.add_person("dora", "朵拉")
    world.add_person("emil", "小艾")
    async with playing(tmp_path, world=world, opened=SHOP) as stage:
        await until_shows(stage.app.store, NAMES, EVERYBODY)
        world.join(CATS, ["dora"], XIAOMAN)
        await until_shows(stage.app.store, "SELECT name FROM contact WHERE contact_id = 'dora'", [("朵拉",)])
    world.join(CATS, ["emil"], XIAOMAN)
    async with playing(tmp_path, at="19:30:00", world=world) as stage:
        await until_shows(stage.app.store, "SELECT name FROM contact WHERE contact_id = 'emil'", [("小艾",)])


async def test_a_gateway_that_fails_to_answer_is_asked_again_at_the_next_sync(tmp_path):
    async with playing(tmp_path) as stage:
        stage.gateway.faults.fail_next("RoomMemberPayload", Status.UNAVAILABLE, 20)
        await stage.open_shop()
        await until(lambda: len(stage.gateway.faults._failures["RoomMemberPayload"]) < 20)
        stage.gateway.faults._failures["RoomMemberPayload"].clear()
        stage.app.roster.sync()
        await until_shows(stage.app.store, NAMES, EVERYBODY)


async def test_a_room_adopted_while_another_is_read_has_its_people_named_too(tmp_path, monkeypatch):
    """The roster's own reading of the tables found the adopted room first, and nobody was sent there."""
    async with playing(tmp_path) as stage:
        stage.say(OWNER, TEAM, f"/claim {stage.app.claim_code}")
        await stage.hear(TEAM, "认领成功")
        enter, adopted = stage.app.roster._enter, []

        def adopting(db, room_id, topic, people):
            if room_id == TEAM and not adopted:
                adopted.append(rooms.adopt(db, "main", CATS, topic="猫", role=RoomRole.CUSTOMER, by=OWNER, now=NOON))
            return enter(db, room_id, topic, people)

        monkeypatch.setattr(stage.app.roster, "_enter", adopting)
        stage.say(OWNER, TEAM, "/control")
        await until(lambda: stage.app.directory.manages(CATS))
        stage.say(OWNER, DOGS, "/adopt")
        await until_shows(stage.app.store, "SELECT name FROM contact WHERE contact_id = 'xiaoman'", [("小满",)])


async def test_a_database_that_fails_while_names_are_learned_ends_nothing(tmp_path, monkeypatch):
    """One fault of the database ended the roster, and with it the whole bot."""
    async with playing(tmp_path) as stage:
        faults = [StoreError("disk I/O error"), StoreError("database is locked")]
        name = stage.app.roster._name

        def failing(*args):
            if faults:
                raise faults.pop()
            return name(*args)

        monkeypatch.setattr(stage.app.roster, "_name", failing)
        await stage.open_shop()
        await until_shows(stage.app.store, NAMES, EVERYBODY)
        assert faults == []
        stage.say(OWNER, TEAM, "/member 小满")
        await stage.hear(TEAM, "小满")
