"""What customers' words change besides being kept: counted once, however often and in whatever order they arrive."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.core.message import MessageKind
from bot.inbound.record import Heard, record
from bot.policy.customs import Customs
from bot.policy.notes import Notes
from storage import day_counts, members, points
from tests.inbound.test_record import CHARTER
from tests.storage.databases import (
    adopted,
    database,
    long_lived,
    postgres,
    postgres_database,
    sqlite_database,
    store,
)
from tests.storage.given import ACCOUNT, ANNA, BEN, BOT, DAY, HOUR, NOW, ROOM, said

__all__ = [
    "adopted",
    "database",
    "long_lived",
    "postgres",
    "postgres_database",
    "sqlite_database",
    "store",
]

TODAY = date(2026, 11, 20)


async def hear(store, *messages, day=TODAY, charter=CHARTER, now=NOW):
    """Customers' words, with what attention has noticed about them; the bot's and staff's have none."""
    heard = [Heard(message, notes=None if message.from_self else Notes(day)) for message in messages]
    return await store.run(record, ACCOUNT, heard, charter, now)


async def counted(store, contact_id=ANNA):
    return await store.read(day_counts.of, ACCOUNT, contact_id)


async def test_a_message_that_comes_again_counts_once(adopted):
    words = said()
    await hear(adopted, words, replace(words), said(talker_id=BEN))
    await hear(adopted, replace(words), said())
    assert (await counted(adopted), await counted(adopted, BEN)) == ({ROOM: 2}, {ROOM: 1})


@pytest.mark.parametrize("kind", [MessageKind.RECALLED, MessageKind.GROUP_NOTE])
async def test_what_nobody_said_is_no_word(adopted, kind):
    await hear(adopted, said(kind=kind), said(kind=MessageKind.IMAGE, sent_at=NOW + HOUR))
    assert await counted(adopted) == {ROOM: 1}
    (anna,) = await adopted.read(members.cards, ACCOUNT, ANNA, NOW)
    assert (anna.first_words_at, anna.last_seen_at) == (NOW + HOUR, NOW + HOUR)


async def test_the_bots_own_words_are_nobodys(adopted):
    await hear(adopted, said(talker_id=BOT, from_self=True))
    assert await counted(adopted, BOT) == {}


async def test_a_note_of_the_platform_makes_no_member_of_nobody(adopted):
    await hear(adopted, said(talker_id="", kind=MessageKind.TEXT))
    assert not await adopted.read(members.known, ACCOUNT, "")


async def test_the_first_words_of_a_day_are_paid_once(adopted):
    await hear(adopted, said(), said())
    await hear(adopted, said())
    assert await adopted.read(points.balance, ACCOUNT, ANNA) == CHARTER.customs.points.first_words
    await hear(adopted, said(sent_at=NOW + DAY), day=TODAY + timedelta(days=1))
    assert await adopted.read(points.balance, ACCOUNT, ANNA) == 2 * CHARTER.customs.points.first_words


async def test_what_was_let_go_of_and_comes_again_has_counted_already(adopted):
    """The message is not known any more; its counts are."""
    month = replace(CHARTER, customs=Customs(keep_messages=30 * DAY))
    old = said(sent_at=NOW - 31 * DAY)
    result = await hear(adopted, old, said(sent_at=NOW - 29 * DAY), charter=month)
    assert (await counted(adopted), result.repeated) == ({ROOM: 1}, 0)
