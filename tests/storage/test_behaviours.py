"""Behaviours: answers to posts are counted once a post and person, early check-ins once a day."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.post import PostKind
from bot.core.posted import Source
from bot.policy.behaviour import EARLY, REPLIED, Behaviour
from bot.policy.customs import Customs
from storage import behaviours, ledger, rooms, tags
from storage.behaviours import Words
from storage.tables import PunchRow
from tests.storage.given import ACCOUNT, ANNA, BEN, DAY, HOUR, MINUTE, NOW, OPERATOR, OTHER_ROOM, ROOM

CUSTOMS = Customs(
    replied_times=3,
    early_times=2,
    behaviours={
        REPLIED: Behaviour("关注{topic}", "接了话", 30 * DAY, overlooks=("互动",)),
        EARLY: Behaviour("早起打卡", "九点前打卡"),
    },
)
TOPICS = {"value/bath": ("洗护", "掉毛", "互动"), "value/food": ("口粮",), "value/plain": ()}
SHANGHAI = "Asia/Shanghai"


async def post(store, at=NOW, content="value/bath", *, kind=PostKind.VALUE, source=Source.PLAN, room_id=ROOM):
    return await store.run(ledger.enter, ACCOUNT, room_id, kind=kind, source=source, at=at, content=content)


async def reply(store, *ats, contact_id=ANNA, room_id=ROOM, customs=CUSTOMS):
    said = [Words(contact_id, room_id, f"m-{at:%d%H%M}", at) for at in ats]
    await store.run(behaviours.replied, ACCOUNT, said, TOPICS, customs)


async def held(store, contact_id=ANNA, now=NOW + 9 * DAY):
    return {tag.name: tag for tag in await store.read(tags.of, ACCOUNT, contact_id, now)}


async def evenings(store, count, **how):
    for day in range(count):
        await post(store, NOW + day * DAY)
        await reply(store, NOW + day * DAY + 5 * MINUTE, **how)


async def test_answering_to_three_posts_about_a_topic_is_a_tag(store):
    await evenings(store, 2)
    assert await held(store) == {}
    await evenings_more(store)
    found = await held(store)
    assert set(found) == {"关注洗护", "关注掉毛"}
    tag = found["关注洗护"]
    assert (tag.source, tag.rule, tag.times, tag.why) == ("behaviour", REPLIED, 3, "接了话")
    assert tag.expires_at == NOW + 2 * DAY + MINUTE + 30 * DAY


async def evenings_more(store):
    await post(store, NOW + 2 * DAY)
    await reply(store, NOW + 2 * DAY + MINUTE)


async def test_a_post_counts_once_however_much_is_said(store):
    await post(store)
    for minute in range(1, 9):
        await reply(store, NOW + minute * MINUTE, NOW + minute * MINUTE)
    assert await held(store) == {}


async def test_all_in_one_batch_is_the_same(store):
    for day in range(3):
        await post(store, NOW + day * DAY)
    await reply(store, *(NOW + day * DAY + minutes * MINUTE for minutes in (1, 2) for day in (2, 0, 1)))
    assert (await held(store))["关注洗护"].times == 3


@pytest.mark.parametrize(
    ("after", "counts"), [(-MINUTE, False), (timedelta(), True), (30 * MINUTE, True), (31 * MINUTE, False)]
)
async def test_within_half_an_hour(store, after, counts):
    for day in range(3):
        await post(store, NOW + day * DAY)
        await reply(store, NOW + day * DAY + after)
    assert bool(await held(store)) is counts


@pytest.mark.parametrize(
    "other",
    [{"source": Source.STAFF}, {"kind": PostKind.CARE}, {"room_id": OTHER_ROOM}, {"content": ""}, {"kind": "reply"}],
)
async def test_what_is_no_post_about_a_topic_does_not_count(store, other):
    for day in range(3):
        await post(store, NOW + day * DAY, **other)
        await reply(store, NOW + day * DAY + MINUTE)
    assert await held(store) == {}


async def test_words_belong_to_the_last_post_before_them(store):
    for day in range(3):
        await post(store, NOW + day * DAY)
        await post(store, NOW + day * DAY + 5 * MINUTE, "value/food")
        await reply(store, NOW + day * DAY + 6 * MINUTE)
    assert set(await held(store)) == {"关注口粮"}


async def test_words_that_arrive_late_never_count_a_post_twice(store):
    await evenings(store, 2)
    for day in (0, 1, 0):
        await reply(store, NOW + day * DAY + 7 * MINUTE)
    assert await held(store) == {}


async def test_more_answers_refresh_the_tag_and_say_how_many(store):
    await evenings(store, 5)
    tag = (await held(store))["关注洗护"]
    assert (tag.times, tag.expires_at) == (5, NOW + 4 * DAY + 5 * MINUTE + 30 * DAY)


async def test_what_an_operator_removed_stays_removed_and_what_they_set_stays_set(store):
    await evenings(store, 3)
    await store.run(tags.remove, ACCOUNT, ANNA, "关注洗护", by=OPERATOR, now=NOW + 3 * DAY)
    await store.run(tags.add, ACCOUNT, ANNA, "关注掉毛", by=OPERATOR, now=NOW + 3 * DAY)
    for day in range(4, 8):
        await post(store, NOW + day * DAY)
        await reply(store, NOW + day * DAY + MINUTE)
    found = await held(store)
    assert set(found) == {"关注掉毛"}
    assert (found["关注掉毛"].source, found["关注掉毛"].expires_at) == ("operator", None)


async def test_a_behaviour_that_is_not_declared_is_not_looked_for(store):
    await evenings(store, 3, customs=Customs())
    assert await held(store) == {}


async def punch(store, day, clock, *, contact_id=ANNA, campaign=1, **changes):
    at = datetime.fromisoformat(f"2026-11-{day:02d}T{clock}+08:00").astimezone(UTC)
    row = PunchRow(
        account_id=ACCOUNT,
        campaign_id=campaign,
        contact_id=contact_id,
        room_id=ROOM,
        day=f"2026-11-{day:02d}",
        message_id=f"p-{day}",
        at=at,
        **{"how": "said", **changes},
    )
    await store.run(lambda db: db.add(row))


async def mornings(store, *people, now=NOW, customs=CUSTOMS):
    await store.run(behaviours.early, ACCOUNT, people, customs, SHANGHAI, now)


async def test_checking_in_before_nine_on_enough_days_is_a_tag(adopted):
    await punch(adopted, 17, "08:59:59")
    await mornings(adopted, ANNA)
    assert await held(adopted) == {}
    await punch(adopted, 18, "07:00:00")
    await punch(adopted, 18, "07:00:00", campaign=2)
    await punch(adopted, 17, "06:00:00", contact_id=BEN)
    for _twice in range(2):
        await mornings(adopted, ANNA, BEN)
    tag = (await held(adopted))["早起打卡"]
    assert (tag.source, tag.rule, tag.times, tag.message_id) == ("behaviour", EARLY, 2, "p-18")
    assert await held(adopted, BEN) == {}


@pytest.mark.parametrize(
    ("clock", "changes"),
    [("09:00:00", {}), ("07:00:00", {"how": "makeup"}), ("07:00:00", {"removed_at": NOW}), ("23:00:00", {})],
)
async def test_what_was_late_made_up_for_or_taken_away_does_not_count(adopted, clock, changes):
    for day in (17, 18, 19):
        await punch(adopted, day, clock, **changes)
    await mornings(adopted, ANNA)
    assert await held(adopted) == {}


async def test_nine_oclock_is_the_rooms(adopted):
    await adopted.run(rooms.set_setting, ACCOUNT, ROOM, "zone", "Europe/Berlin")
    for day in (17, 18):
        await punch(adopted, day, "15:30:00")
    await mornings(adopted, ANNA)
    assert "早起打卡" in await held(adopted)


async def test_mornings_long_ago_do_not_count(adopted):
    for day in (17, 18):
        await punch(adopted, day, "07:00:00")
    await mornings(adopted, ANNA, now=NOW + behaviours.LOOK_BACK + 2 * HOUR)
    assert await held(adopted) == {}
