"""Check-ins: one row a day, whoever says it how often; what it is worth, and how it is taken back."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.core.checkin import Campaign, Counts, How
from bot.core.message import MessageKind
from bot.policy import streaks
from bot.policy.customs import Customs, PointRules
from bot.policy.punching import claims
from storage import badges, checkins, members, messages, points, punch_news, punch_records, punches, rooms, tasks
from storage.tables import Handling
from tests.storage.given import ACCOUNT, ANNA, BEN, CUSTOMER, DAY, MINUTE, NOW, ROOM, SECOND, said

SHANGHAI = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 11, 20)
DAILY = frozenset(range(1, 8))
WATER = Campaign(0, ROOM, "喝水", "打卡", Counts.WORD, DAILY, TODAY - 5 * DAY, points=2, makeups=2)
CUSTOMS = Customs(badges={3: "三日"}, points=PointRules(daily_cap=30))


async def begun(store, **changes):
    facts = {"topic": "宝妈群", "role": CUSTOMER, "by": "op", "now": NOW}
    await store.run(rooms.adopt, ACCOUNT, ROOM, **facts)
    campaign = await store.run(checkins.start, ACCOUNT, replace(WATER, **changes), "op", NOW)
    for who in (ANNA, BEN):
        await store.run(members.present, ACCOUNT, ROOM, [ANNA, BEN], NOW)
        await store.run(members.named, ACCOUNT, ROOM, who, who.removeprefix("wxid_"), "", "")
    return campaign


async def hear(store, campaign, *heard, zone=SHANGHAI, now=NOW):
    """These messages in one batch, recorded and read as they are when they arrive."""

    def take(db):
        messages.record(db, [(message, Handling.NONE) for message in heard], now)
        claimed = [(m, claims([campaign], m.kind, m.text, m.sent_at, zone)) for m in heard]
        punches.take(db, ACCOUNT, [item for item in claimed if item[1]], CUSTOMS, now)

    await store.run(take)


def word(text="打卡", **changes):
    return said(text, **changes)


def photo(**changes):
    return said("", kind=MessageKind.IMAGE, **changes)


async def days(store, campaign, who=ANNA):
    return (await store.read(punch_records.record, ACCOUNT, campaign, who)).marks


async def balance(store, who=ANNA):
    return await store.read(points.balance, ACCOUNT, who)


async def enter(store, campaign, day, how=How.OPERATOR, who=ANNA, now=NOW):
    return await store.run(punches.enter, ACCOUNT, campaign, who, day, how, CUSTOMS, now, by="op")


async def remove(store, campaign, day, who=ANNA):
    return await store.run(punches.remove, ACCOUNT, campaign, who, day, CUSTOMS, NOW, by="op")


ZONES = [("Asia/Shanghai", TODAY), ("America/New_York", date(2026, 3, 8)), ("Pacific/Auckland", date(2026, 9, 27))]


@pytest.mark.parametrize(("zone", "day"), ZONES, ids=str)
async def test_the_last_and_the_first_second_are_kept_under_their_days(store, zone, day):
    campaign = await begun(store, starts_on=day - DAY)
    place, following = ZoneInfo(zone), day + DAY
    last = datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=place).astimezone(UTC)
    first = datetime(following.year, following.month, following.day, tzinfo=place).astimezone(UTC)
    await hear(store, campaign, word(sent_at=first), word(sent_at=last), zone=place, now=first)
    assert await days(store, campaign) == {day: How.SAID, following: How.SAID}


async def test_a_day_counts_once_however_often_it_is_said(store):
    campaign = await begun(store)
    await hear(store, campaign, word(), word("今天打卡"), word(talker_id=BEN))
    await hear(store, campaign, word(sent_at=NOW + MINUTE), now=NOW + MINUTE)
    assert await days(store, campaign) == {TODAY: How.SAID}
    assert (await balance(store), await balance(store, BEN)) == (2, 2)
    assert len(await store.read(punch_news.untold, ACCOUNT)) == 2


async def test_what_is_old_counts_and_is_not_told(store):
    campaign = await begun(store)
    await hear(store, campaign, word(sent_at=NOW - 3 * DAY), word(sent_at=NOW - 2 * MINUTE), now=NOW)
    assert set(await days(store, campaign)) == {TODAY - 3 * DAY, TODAY}
    assert [item.day for item in await store.read(punch_news.untold, ACCOUNT)] == [TODAY]


async def test_a_word_and_a_photo_meet_across_batches(store):
    campaign = await begun(store, counts=Counts.BOTH)
    await hear(store, campaign, photo())
    await hear(store, campaign, word(talker_id=BEN), now=NOW)
    assert await days(store, campaign) == {}
    await hear(
        store, campaign, word(sent_at=NOW + 10 * MINUTE), photo(talker_id=BEN, sent_at=NOW + 10 * MINUTE + SECOND)
    )
    assert await days(store, campaign) == {TODAY: How.SAID}
    assert await days(store, campaign, BEN) == {}
    await hear(store, campaign, word(talker_id=BEN, sent_at=NOW + 12 * MINUTE), photo(talker_id=BEN, room_id="other"))
    assert await days(store, campaign, BEN) == {TODAY: How.SAID}


async def test_a_leave_gives_way_to_the_check_in_itself(store):
    campaign = await begun(store)
    assert await enter(store, campaign, TODAY, How.LEAVE)
    assert await balance(store) == 0
    await hear(store, campaign, word())
    assert await days(store, campaign) == {TODAY: How.SAID}
    assert await balance(store) == 2


async def test_what_an_operator_takes_away_is_not_said_back(store):
    campaign = await begun(store)
    await hear(store, campaign, word())
    assert await remove(store, campaign, TODAY)
    assert not await remove(store, campaign, TODAY)
    await hear(store, campaign, word())
    found = await store.read(punch_records.record, ACCOUNT, campaign, ANNA)
    assert (found.marks, found.removed, await balance(store)) == ({}, {TODAY}, 0)
    assert await store.read(punch_news.untold, ACCOUNT) == ()


async def test_points_follow_however_often_an_operator_changes_his_mind(store):
    campaign = await begun(store)
    await hear(store, campaign, word())
    for _time in range(3):
        assert await remove(store, campaign, TODAY)
        assert await balance(store) == 0
        assert await enter(store, campaign, TODAY)
        assert await enter(store, campaign, TODAY) is None
        assert await balance(store) == 2


async def test_a_make_up_mends_the_row_and_is_not_paid(store):
    campaign = await begun(store)
    await hear(store, campaign, word(sent_at=NOW - 2 * DAY), word())
    entered = await enter(store, campaign, TODAY - DAY, How.MAKEUP)
    assert entered.won == ("三日",)
    assert await balance(store) == 4
    assert await remove(store, campaign, TODAY - DAY)
    assert await balance(store) == 4
    assert await store.read(badges.of, ACCOUNT, ANNA) == ()


async def test_the_goal_is_promised_once(store):
    campaign = await begun(store, goal=2, gift="一包冻干")
    await hear(store, campaign, word(sent_at=NOW - DAY), word())
    (untold,) = await store.read(punch_news.untold, ACCOUNT)
    assert untold.reached
    assert await remove(store, campaign, TODAY)
    assert not (await enter(store, campaign, TODAY)).reached
    assert await store.read(tasks.count_waiting, ACCOUNT) == 1


async def test_good_news_is_told_however_late(store):
    campaign = await begun(store, goal=2)
    await hear(store, campaign, word(sent_at=NOW - 3 * DAY), word(sent_at=NOW - 2 * DAY))
    assert [(item.day, item.reached) for item in await store.read(punch_news.untold, ACCOUNT)] == [
        (TODAY - 2 * DAY, True)
    ]


async def test_a_campaign_that_pays_nothing(store):
    campaign = await begun(store, points=0)
    await hear(store, campaign, word())
    assert await balance(store) == 0


async def test_the_summary_of_a_member(store):
    campaign = await begun(store)
    await hear(store, campaign, *(word(sent_at=NOW - number * DAY) for number in (0, 1, 3)))
    (found,) = await store.read(checkins.summary, ACCOUNT, ANNA, TODAY)
    assert (found.title, found.streak, found.longest, found.total, found.running) == ("喝水", 2, 2, 3, True)
    await store.run(checkins.end, campaign.id, NOW)
    assert [item.running for item in await store.read(checkins.summary, ACCOUNT, ANNA, TODAY)] == [False]
    assert await store.read(checkins.summary, ACCOUNT, BEN, TODAY) == ()
    assert await store.read(checkins.summary, "another", ANNA, TODAY) == ()


async def test_who_has_left_is_not_on_the_board(store):
    campaign = await begun(store)
    await hear(store, campaign, word(), word(talker_id=BEN))
    await store.run(members.left, ACCOUNT, ROOM, [BEN], NOW)
    assert [item.contact_id for item in await store.read(punch_records.present, ACCOUNT, campaign)] == [ANNA]
    assert await store.read(punch_records.names, ACCOUNT, ROOM, [ANNA, BEN]) == {ANNA: "anna"}


async def test_the_database_adds_up_as_the_board_does(store):
    campaign = await begun(store)
    for day in (TODAY - DAY, TODAY):
        await enter(store, campaign, day)
    await enter(store, campaign, TODAY - 2 * DAY, How.LEAVE)
    await enter(store, campaign, TODAY + DAY, How.LEAVE)
    await enter(store, campaign, TODAY, How.LEAVE, who=BEN)
    await enter(store, campaign, TODAY - DAY, who=BEN)
    await enter(store, campaign, TODAY - 2 * DAY, who=BEN)
    await remove(store, campaign, TODAY - 2 * DAY, who=BEN)
    ranked = streaks.ranked(campaign, await store.read(punch_records.present, ACCOUNT, campaign), TODAY)
    totals = await store.read(punch_records.totals, ACCOUNT, campaign, TODAY)
    assert totals == {item.contact_id: item.total for item in ranked} == {ANNA: 2, BEN: 1}
    assert await store.read(punch_records.on_day, ACCOUNT, campaign, TODAY) == {How.OPERATOR: 1, How.LEAVE: 1}
    await store.run(members.left, ACCOUNT, ROOM, [BEN], NOW)
    assert await store.read(punch_records.totals, ACCOUNT, campaign, TODAY) == {ANNA: 2}
    assert await store.read(punch_records.on_day, ACCOUNT, campaign, TODAY) == {How.OPERATOR: 1}


async def test_what_is_told_and_what_was_not_after_all(store):
    campaign = await begun(store)
    await hear(store, campaign, word())
    (untold,) = await store.read(punch_news.untold, ACCOUNT)
    await store.run(punch_news.told, [untold.id], NOW)
    assert await store.read(punch_news.untold, ACCOUNT) == ()
    assert await store.read(punch_news.told_since, ACCOUNT, NOW - SECOND) == {ROOM}
    assert await store.read(punch_news.told_since, ACCOUNT, NOW) == set()
    await store.run(punch_news.told, [untold.id], None)
    assert await store.read(punch_news.untold, ACCOUNT) == (untold,)


async def test_a_campaign_is_known_from_its_start_to_its_result(store):
    campaign = await begun(store, slug="water", ends_on=TODAY + 20 * DAY, opens="06:00", content="interactive/x")
    assert await store.read(checkins.running, ACCOUNT) == {ROOM: (campaign,)}
    assert await store.read(checkins.here, ACCOUNT, ROOM) == (campaign,)
    assert await store.read(checkins.begun, ACCOUNT, ["water", "brush"]) == {(ROOM, "water")}
    assert await store.read(checkins.unannounced, ACCOUNT) == (campaign,)
    await store.run(checkins.announced, campaign.id, NOW)
    assert await store.read(checkins.unannounced, ACCOUNT) == ()
    assert await store.read(checkins.unsettled, ACCOUNT) == ()
    await store.run(checkins.end, campaign.id, NOW)
    ended = replace(campaign, ended_at=NOW)
    assert await store.read(checkins.running, ACCOUNT) == {}
    assert await store.read(checkins.unsettled, ACCOUNT) == (ended,)
    assert await store.read(checkins.by_id, ACCOUNT, [campaign.id]) == {campaign.id: ended}
    await store.run(checkins.settled, campaign.id, NOW)
    assert await store.read(checkins.unsettled, ACCOUNT) == ()


async def test_a_rush_in_one_batch(store):
    campaign = await begun(store)
    people = [f"wxid_{number}" for number in range(50)]
    await store.run(members.present, ACCOUNT, ROOM, [ANNA, BEN, *people], NOW)
    await hear(store, campaign, *(word(talker_id=who) for who in people))
    assert len(await store.read(punch_records.present, ACCOUNT, campaign)) == 50


async def test_the_campaigns_that_ended_last_come_first(store):
    first = await begun(store)
    others = [
        await store.run(checkins.start, ACCOUNT, replace(WATER, room_id=f"{n}@room"), "op", NOW) for n in range(3)
    ]
    for number, campaign in enumerate((others[1], first, others[0])):
        await store.run(checkins.end, campaign.id, NOW + number * MINUTE)
    ended = await store.read(checkins.ended, ACCOUNT, "", 2)
    assert [item.id for item in ended] == [others[0].id, first.id]
    assert [item.id for item in await store.read(checkins.ended, ACCOUNT, ROOM, 9)] == [first.id]
    assert await store.read(checkins.ended, "another", "", 9) == ()
