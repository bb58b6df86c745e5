"""Names are read slowly, once, and again when they may have changed."""

import asyncio
from itertools import pairwise

import pytest
from grpclib.const import Status
from skipping_loop import run
from wechaty_grpc.wechaty import puppet

from bot.chat.wechaty.failure import CallError
from bot.chat.wechaty.limits import Limits
from bot.chat.wechaty.mentions import Mentions
from bot.chat.wechaty.names import Names
from bot.chat.wire import PayloadKind
from bot.core.errors import GatewayError

ANSWERS = {
    "RoomList": puppet.RoomListResponse(ids=["r"]),
    "RoomPayload": puppet.RoomPayloadResponse(id="r", topic="群", owner_id="an"),
    "RoomMemberList": puppet.RoomMemberListResponse(member_ids=["an", "bot"]),
    "RoomMemberPayload": puppet.RoomMemberPayloadResponse(id="an", room_alias="安安妈"),
    "ContactPayload": puppet.ContactPayloadResponse(id="an", name="安安"),
}


class FakeLine:
    def __init__(self):
        self.reads = []
        self.fails = 0

    async def ask(self, method, request, reply, within=None):
        self.reads.append((method, asyncio.get_running_loop().time()))
        await asyncio.sleep(0.01)
        if self.fails:
            self.fails -= 1
            raise CallError("status UNAVAILABLE", sent=True, status=Status.UNAVAILABLE)
        return ANSWERS[method]

    @property
    def methods(self):
        return [method for method, _ in self.reads]


def names_on(line, **limits):
    return Names(lambda: line, Limits(**limits))


def test_at_most_two_reads_a_second():
    async def main():
        line = FakeLine()
        names = names_on(line)
        await asyncio.gather(*[names.contact_name(f"c{n}") for n in range(9)])
        times = [at for _, at in line.reads]
        gaps = [later - earlier for earlier, later in pairwise(times)]
        assert min(gaps) >= 0.499
        assert sum(gaps) < 4.1

    run(main)


def test_many_askers_share_one_read_and_one_of_them_may_give_up():
    async def main():
        line = FakeLine()
        names = names_on(line)
        impatient = asyncio.create_task(names.contact_name("an"))
        others = [asyncio.create_task(names.contact_name("an")) for _ in range(5)]
        await asyncio.sleep(0)
        impatient.cancel()
        assert await asyncio.gather(*others) == ["安安"] * 5
        assert line.methods == ["ContactPayload"]

    run(main)


def test_a_name_lives_for_its_time():
    async def main():
        line = FakeLine()
        names = names_on(line, names_ttl_seconds=60)
        await names.contact_name("an")
        await asyncio.sleep(59)
        await names.contact_name("an")
        await asyncio.sleep(2)
        await names.contact_name("an")
        assert len(line.reads) == 2

    run(main)


def test_a_room_without_members_in_its_payload_is_asked_for_its_list():
    async def main():
        facts = await names_on(FakeLine()).room("r")
        assert (facts.topic, facts.member_ids) == ("群", ("an", "bot"))

    run(main)


def test_a_member_without_a_name_has_the_contacts():
    async def main():
        facts = await names_on(FakeLine()).member("r", "an")
        assert (facts.name, facts.alias, facts.display_name) == ("安安", "安安妈", "安安妈")

    run(main)


@pytest.mark.parametrize(
    ("kind", "payload_id", "again"),
    [
        (PayloadKind.CONTACT, "an", ["RoomMemberPayload", "ContactPayload"]),
        (PayloadKind.ROOM, "r", ["RoomList", "RoomPayload", "RoomMemberList", "RoomMemberPayload"]),
        (PayloadKind.ROOM_MEMBER, "r", ["RoomList", "RoomPayload", "RoomMemberList", "RoomMemberPayload"]),
        (99, "an", ["RoomMemberPayload", "ContactPayload"]),
        (PayloadKind.ROOM, "elsewhere", ["RoomList"]),
    ],
)
def test_what_is_dirty_is_read_again(kind, payload_id, again):
    async def main():
        line = FakeLine()
        names = names_on(line)

        async def ask_all():
            await names.room_ids()
            await names.room("r")
            await names.member("r", "an")
            await names.contact_name("an")

        await ask_all()
        line.reads.clear()
        names.forget(kind, payload_id)
        await ask_all()
        assert line.methods == again

    run(main)


def test_a_read_under_way_while_the_room_changes_is_not_remembered():
    async def main():
        line = FakeLine()
        names = names_on(line)
        early = asyncio.create_task(names.room("r"))
        await asyncio.sleep(0.005)
        names.forget_room("r")
        await early
        await names.room("r")
        assert line.methods.count("RoomPayload") == 2

    run(main)


def test_a_failed_read_is_an_error_once():
    async def main():
        line = FakeLine()
        line.fails = 1
        names = names_on(line)
        with pytest.raises(GatewayError):
            await names.contact_name("an")
        assert await names.contact_name("an") == "安安"

    run(main)


def test_the_memory_is_bounded():
    async def main():
        names = names_on(FakeLine(), names_kept=3, reads_per_second=1000)
        for n in range(10):
            await names.contact_name(f"c{n}")
        assert len(names._kept) == 3

    run(main)


def test_a_flood_of_calls_waits_for_the_alias_once_a_room():
    async def main():
        line = FakeLine()
        line.fails = 99
        mentions = Mentions(names_on(line), Limits())
        began = asyncio.get_running_loop().time()
        for _ in range(50):
            assert await mentions.find("r", "@谁 在吗", "bot") == ()
        assert len(line.reads) == 1
        assert asyncio.get_running_loop().time() - began < 1.5

    run(main)
