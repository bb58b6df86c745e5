"""The lists of birthdays fit into a message, however many there are and however long their names."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.core.birthday import Birthday, Calendar, Whose
from bot.core.operator import Role
from bot.core.room import RoomRole
from bot.materials import charter_of
from bot.policy.caring import Round
from bot.policy.command import Call, House
from bot.render import Renderer
from handlers.birthday import MOST, keep_birthday
from handlers.birthdays import remind_of_birthdays, show_birthdays
from storage import accounts, birthday_posts, birthdays, members, notices, rooms
from tests.scenarios.stage import ROOT, settings, texts
from tests.storage.blank import open_store

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
ROOM, LONG = "cats@room", "长" * 60
RENDERERS = [Renderer(ROOT / "templates", locale, "Asia/Shanghai") for locale in ("zh", "en")]


@pytest.fixture
async def shop(tmp_path):
    """Thirty members with twenty pets each, whose birthdays come one after the other."""
    config = settings(tmp_path)
    async with open_store(config) as store:
        await store.run(furnish)
        yield store, charter_of(config, texts(config))


def furnish(db):
    accounts.ensure(db, "main", NOW)
    rooms.adopt(db, "main", ROOM, topic=LONG, role=RoomRole.CUSTOMER, by="owner", now=NOW)
    for number in range(30):
        who = f"member {number}"
        members.joined(db, "main", ROOM, (who,), "", NOW)
        members.named(db, "main", ROOM, who, LONG, "", "")
        for pet in range(MOST):
            told = Birthday(0, who, Whose.PET, f"{pet}{LONG}", Calendar.LUNAR, 10, 15 + number // 3, room_id=ROOM)
            birthdays.add(db, "main", told, source="chat", by=who, now=NOW)


def call(charter, who, role, text=""):
    house = House(charter, "Asia/Shanghai", "", (), "sandbox", connected=True)
    return Call("main", "m", who, LONG, role, None, "", text, NOW, NOW, house)


async def test_the_longest_lists_fit(shop):
    store, charter = shop
    asked = call(charter, "owner", Role.OPERATOR)
    replies = [
        await store.run(show_birthdays.run, asked),
        await store.run(show_birthdays.run, asked, "366"),
        await store.run(keep_birthday.run, call(charter, "member 3", Role.MEMBER)),
        await store.run(keep_birthday.run, call(charter, "member 3", Role.MEMBER), "取消"),
        await store.run(keep_birthday.run, call(charter, "member 3", Role.MEMBER), "取消", "全部"),
    ]
    assert replies[0].data["more"] > 100
    for reply in replies:
        assert all(renderer.reply(reply.template, reply.data) for renderer in RENDERERS)


async def test_a_day_s_reminders_fit_and_are_posted_once(shop):
    store, charter = shop
    room = await store.read(rooms.find, "main", ROOM)
    rounds = (Round("main", charter, room, charter.rules, NOW.date(), NOW),)
    for _again in range(2):
        assert tuple(await store.run(remind_of_birthdays, rounds)) == ()
    items = [notice.data for notice in await store.read(notices.unsaid, "main")]
    assert len(items) == 600
    assert all(renderer.reply(birthday_posts.REMINDER, {"items": items[:10]}) for renderer in RENDERERS)
