"""Recording: one transaction for what arrived together, every message once, nothing of strangers."""

import asyncio
import itertools
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from bot.config_plan import Plan
from bot.core.delivery import DeliveryState
from bot.core.errors import StoreError
from bot.core.events import (
    Connected,
    Disconnected,
    GatewayErred,
    LoggedIn,
    LoggedOut,
    MembersJoined,
    MembersLeft,
    TopicChanged,
)
from bot.core.message import MessageKind
from bot.core.operator import Role
from bot.inbound.record import Heard, record
from bot.policy.charter import Charter
from bot.policy.occasion import Speaker
from bot.policy.pacing import Pace
from bot.policy.tag_rules import TagHit, TagRule
from storage import accounts, deliveries, members, messages, operators, rooms, tags
from storage.tables import AccountRow, Handling, MessageRow
from tests.storage.databases import (
    adopted,
    database,
    long_lived,
    postgres,
    postgres_database,
    sqlite_database,
    store,
)
from tests.storage.given import (
    ACCOUNT,
    ANNA,
    BEN,
    BOT,
    DAY,
    HOUR,
    MINUTE,
    NOW,
    OPERATOR,
    OTHER_ROOM,
    ROOM,
    SECOND,
    dispatched,
    echoed,
    said,
)

CHARTER = Charter(Speaker("毛球家", "毛毛", "", "zh"), Plan().rules(), {}, Pace())

__all__ = [
    "adopted",
    "database",
    "long_lived",
    "postgres",
    "postgres_database",
    "sqlite_database",
    "store",
]

RUNS = itertools.count(1)
CAT = TagRule("pet.cat", "cat", ("猫",), "说起猫", expires=90 * DAY)


async def hear(store, *events, now=NOW, handling=Handling.NONE, hits=()):
    heard = [event if isinstance(event, Heard) else Heard(event, hits, handling) for event in events]
    return await store.run(record, ACCOUNT, heard, CHARTER, now)


async def texts(store):
    return await store.read(lambda db: list(db.exec(select(MessageRow.text).order_by(MessageRow.id))))


async def test_a_batch_is_kept_in_the_order_it_arrived(adopted):
    result = await hear(adopted, *(said(f"{number}") for number in range(20)))
    assert await texts(adopted) == [f"{number}" for number in range(20)]
    assert result.repeated == 0


async def test_a_message_repeated_inside_a_batch_is_kept_once(adopted):
    message = said("一次")
    result = await hear(adopted, message, replace(message, text="又一次"), message, handling=Handling.PENDING)
    assert await texts(adopted) == ["一次"]
    assert (result.repeated, result.asking) == (2, [message])


async def test_a_message_repeated_in_another_batch_changes_nothing(adopted):
    message = said("我家的猫", kind=MessageKind.TEXT)
    await hear(adopted, message, handling=Handling.PENDING, hits=(TagHit("cat", CAT, "猫"),))
    await adopted.run(messages.set_handling, ACCOUNT, message.message_id, Handling.DONE)
    again = await hear(adopted, message, said("新"), handling=Handling.PENDING, hits=(TagHit("cat", CAT, "猫"),))
    assert (again.repeated, len(again.asking)) == (1, 1)
    assert await texts(adopted) == ["我家的猫", "新"]
    waiting = await adopted.read(messages.pending, ACCOUNT)
    assert [each.message.text for each in waiting] == ["新"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.integers(0, 9), max_size=8), max_size=5))
async def test_however_messages_are_redelivered_each_is_kept_once(adopted, batches):
    run, repeated = next(RUNS), 0
    for batch in batches:
        result = await hear(adopted, *(said(f"{run}", message_id=f"{run}-{number}") for number in batch))
        repeated += result.repeated
    kept = (await texts(adopted)).count(f"{run}")
    assert kept == len({number for batch in batches for number in batch})
    assert kept + repeated == sum(map(len, batches))


async def test_private_words_of_strangers_are_not_kept(adopted):
    result = await hear(
        adopted,
        said("你好", room_id=None, talker_id="stranger", listener_id=BOT),
        said("你好", room_id=None, talker_id=BOT, listener_id="stranger", from_self=True),
    )
    assert await texts(adopted) == []
    assert result.asking == []
    assert not await adopted.read(members.known, ACCOUNT, "stranger")


async def test_private_words_of_members_and_operators_are(adopted):
    await adopted.run(members.joined, ACCOUNT, ROOM, [ANNA], "", NOW)
    await adopted.run(operators.add, ACCOUNT, OPERATOR, Role.OPERATOR, name="", by="", now=NOW)
    private = [
        said("问", room_id=None, talker_id=ANNA, listener_id=BOT),
        said("答", room_id=None, talker_id=BOT, listener_id=ANNA, from_self=True),
        said("/help", room_id=None, talker_id=OPERATOR, listener_id=BOT),
    ]
    result = await hear(adopted, *private, handling=Handling.PENDING)
    assert await texts(adopted) == ["问", "答", "/help"]
    assert result.asking == private


async def test_speaking_makes_a_member_seen_at_their_last_words(adopted):
    await hear(adopted, said(sent_at=NOW + MINUTE), said(sent_at=NOW), echoed(), said(talker_id=BEN))
    (anna,) = await adopted.read(members.cards, ACCOUNT, ANNA, NOW)
    assert (anna.first_words_at, anna.last_seen_at) == (NOW, NOW + MINUTE)
    assert await adopted.read(members.known, ACCOUNT, BEN)
    assert not await adopted.read(members.known, ACCOUNT, BOT), "the bot is no member"


async def test_a_recalled_message_is_marked_even_when_both_came_together(adopted):
    earlier, same = said("昨天说的"), said("刚说的")
    await hear(adopted, earlier)
    notes = [said(each.message_id, kind=MessageKind.RECALLED) for each in (earlier, same)]
    await hear(adopted, same, *notes, now=NOW + HOUR)
    marked = await adopted.read(lambda db: {row.text: row.recalled_at for row in db.exec(select(MessageRow))})
    assert (marked["昨天说的"], marked["刚说的"]) == (NOW + HOUR, NOW + HOUR)


async def test_tags_rest_on_the_message_that_earned_them(adopted):
    message = said("我家的猫")
    result = await hear(adopted, message, hits=(TagHit("cat", CAT, "猫"), TagHit("pet", CAT, "猫")))
    held = await adopted.read(tags.of, ACCOUNT, ANNA, NOW)
    assert {(tag.name, tag.message_id, tag.rule, tag.expires_at) for tag in held} == {
        ("cat", message.message_id, "pet.cat", NOW + 90 * DAY),
        ("pet", message.message_id, "pet.cat", NOW + 90 * DAY),
    }
    assert [evidence.tag for evidence in result.new_tags] == ["cat", "pet"]
    assert (await hear(adopted, said("猫又来了"), hits=(TagHit("cat", CAT, "猫"),))).new_tags == []


async def test_messages_with_files_are_handed_on(adopted):
    image, text = said("", kind=MessageKind.IMAGE), said()
    result = await hear(adopted, image, text)
    assert result.with_files == [image]


async def test_the_bots_own_words_confirm_the_post(adopted):
    delivery = await adopted.run(dispatched)
    echo = echoed(sent_at=NOW + SECOND)
    assert (await hear(adopted, echo, echo)).confirmed == [delivery.id]
    found = await adopted.read(deliveries.get, delivery.id)
    assert (found.state, found.confirmed_at) == (DeliveryState.CONFIRMED, NOW)


async def test_one_echo_confirms_one_of_two_equal_posts_however_often_it_is_redelivered(adopted):
    older, newer = await adopted.run(dispatched), await adopted.run(dispatched, at=NOW + SECOND)
    echo = echoed(sent_at=NOW + MINUTE)
    assert (await hear(adopted, echo, echo)).confirmed == [older.id]
    assert (await hear(adopted, echo)).confirmed == []
    assert (await hear(adopted, echoed(sent_at=NOW + MINUTE))).confirmed == [newer.id]


async def test_only_the_bots_words_in_that_room_confirm(adopted):
    await adopted.run(dispatched)
    await adopted.run(members.joined, ACCOUNT, ROOM, [ANNA], "", NOW)
    result = await hear(
        adopted,
        said("晚上好"),
        echoed(room_id=OTHER_ROOM),
        echoed(room_id=None, listener_id=ANNA),
        echoed(kind=MessageKind.IMAGE),
        echoed("别的话"),
    )
    assert result.confirmed == []


async def test_joins_leaves_and_topics_are_noted_in_their_order(adopted):
    await hear(
        adopted,
        MembersJoined(ACCOUNT, ROOM, (ANNA, BEN), OPERATOR, NOW),
        MembersLeft(ACCOUNT, ROOM, (ANNA,), "", NOW + MINUTE),
        MembersJoined(ACCOUNT, ROOM, (ANNA,), BEN, NOW + HOUR),
        MembersLeft(ACCOUNT, ROOM, (BEN,), "", NOW + HOUR),
        TopicChanged(ACCOUNT, ROOM, "辣妈群", OPERATOR, NOW),
        TopicChanged(ACCOUNT, OTHER_ROOM, "别的群", OPERATOR, NOW),
    )
    (anna,) = await adopted.read(members.cards, ACCOUNT, ANNA, NOW)
    (ben,) = await adopted.read(members.cards, ACCOUNT, BEN, NOW)
    assert (anna.left_at, anna.joined_at, anna.first_seen_at, anna.inviter_id) == (None, NOW + HOUR, NOW, BEN)
    assert ben.left_at == NOW + HOUR
    assert [room.topic for room in await adopted.read(rooms.managed, ACCOUNT)] == ["辣妈群"]


async def test_a_room_that_removed_the_bot_is_not_active(adopted):
    await hear(adopted, MembersLeft(ACCOUNT, ROOM, (BOT,), OPERATOR, NOW, self_left=True))
    assert not (await adopted.read(rooms.find, ACCOUNT, ROOM)).active


async def test_the_account_remembers_its_login_its_cursor_and_its_deafness(adopted):
    await hear(
        adopted,
        Connected(ACCOUNT, NOW, None),
        LoggedIn(ACCOUNT, BOT, NOW),
        Disconnected(ACCOUNT, NOW, "reset"),
        Connected(ACCOUNT, NOW, NOW - 3 * MINUTE),
        GatewayErred(ACCOUNT, "操作过于频繁", NOW),
        LoggedOut(ACCOUNT, BOT, "kicked", NOW),
        now=NOW + SECOND,
    )
    row = await adopted.read(lambda db: db.get_one(AccountRow, ACCOUNT))
    assert (row.self_id, row.login_at, row.heard_at) == (BOT, NOW + SECOND, NOW + SECOND)
    assert await adopted.read(accounts.gaps_since, ACCOUNT, NOW - DAY) == (1, timedelta(minutes=3))


async def test_the_cursor_and_the_words_are_kept_together_or_not_at_all(adopted):
    await hear(adopted, said(), now=NOW)
    broken = replace(said("坏的"), sent_at=None)
    with pytest.raises(StoreError):
        await hear(adopted, said("好的"), broken, now=NOW + HOUR)
    assert await texts(adopted) == ["你好"]
    assert await adopted.read(accounts.heard_at, ACCOUNT) == NOW


async def test_batches_that_arrive_at_once_are_all_kept(adopted):
    shared = said("大家都听到")
    results = await asyncio.gather(*(hear(adopted, shared, said(f"{number}")) for number in range(30)))
    assert sum(result.repeated for result in results) == 29
    assert len(await texts(adopted)) == 31
