"""Many rooms at a glance: each with its own, and the same number of queries for one as for fifty."""

from datetime import date

from bot.core.delivery import DeliveryState
from bot.core.glance import Glance
from bot.core.post import PostKind
from bot.core.posted import Posted, Source
from storage import day_counts, glances, ledger, members, outbox
from tests.storage.given import ACCOUNT, ANNA, BEN, DAY, NOW, OPERATOR, OTHER_ROOM, ROOM, SECOND, planned
from tests.storage.queries import plans_of
from tests.storage.reached import reach

TODAY = date(2026, 11, 20)


async def look(store, *ids, since=NOW - 30 * DAY):
    return await store.read(glances.of, ACCOUNT, ids, since, TODAY)


async def said(store, content, *, kind=PostKind.VALUE, room_id=ROOM, at=NOW):
    await store.run(ledger.enter, ACCOUNT, room_id, kind=kind, source=Source.PLAN, at=at, content=content)


async def test_a_room_of_which_nothing_is_known_is_empty(store):
    assert await look(store, ROOM) == {ROOM: Glance()}
    assert await look(store) == {}


async def test_every_room_shows_its_own_posts_oldest_first_and_no_answers(store):
    await said(store, "value/b", at=NOW + SECOND)
    await said(store, "value/a")
    await said(store, "value/old", at=NOW - 31 * DAY)
    await said(store, "", kind=ledger.REPLY)
    await said(store, "value/c", room_id=OTHER_ROOM)
    found = await look(store, ROOM, OTHER_ROOM)
    assert found[ROOM].posts == (
        Posted(PostKind.VALUE, NOW, "value/a"),
        Posted(PostKind.VALUE, NOW + SECOND, "value/b"),
    )
    assert [post.content for post in found[OTHER_ROOM].posts] == ["value/c"]


async def test_only_the_newest_thirty_posts_are_looked_at(store):
    for number in range(glances.POSTS + 2):
        await said(store, f"value/{number}", at=NOW + number * SECOND)
    posts = (await look(store, ROOM))[ROOM].posts
    assert (posts[0].content, posts[-1].content, len(posts)) == ("value/2", "value/31", glances.POSTS)


async def test_what_waits_and_what_nobody_can_account_for_is_there(store):
    late = await store.run(planned, due_at=NOW + SECOND)
    early = await store.run(planned)
    await store.run(outbox.drop, (await store.run(planned)).id, DeliveryState.SKIPPED, early.reason, NOW)
    await store.run(reach, DeliveryState.AMBIGUOUS)
    found = (await look(store, ROOM, OTHER_ROOM))[ROOM]
    assert [item.id for item in found.waiting] == [early.id, late.id]
    assert found.unresolved == 1
    assert await store.read(glances.troubled, ACCOUNT) == {ROOM: 1}


async def test_people_and_their_words_are_counted_by_room_and_day(store):
    for room_id, people in ((ROOM, [ANNA, BEN]), (OTHER_ROOM, [ANNA])):
        await store.run(members.joined, ACCOUNT, room_id, people, OPERATOR, NOW)
    words = [(ROOM, ANNA, TODAY), (ROOM, ANNA, TODAY), (ROOM, BEN, TODAY), (OTHER_ROOM, ANNA, date(2026, 11, 19))]
    await store.run(day_counts.add, ACCOUNT, words)
    found = await look(store, ROOM, OTHER_ROOM)
    assert (found[ROOM].people, found[ROOM].words) == (2, {TODAY: 3})
    assert (found[OTHER_ROOM].people, found[OTHER_ROOM].words) == (1, {})


def test_no_query_walks_a_table(sqlite_database):
    plans = plans_of(sqlite_database, lambda db: glances.of(db, ACCOUNT, [ROOM, OTHER_ROOM], NOW, TODAY))
    assert len(plans) == 5
    tables = ("SCAN delivery", "SCAN ledger", "SCAN membership", "SCAN day_count")
    assert not [line for plan in plans for line in plan if line.startswith(tables)]


def test_counting_what_nobody_can_account_for_reads_only_that(sqlite_database):
    """SQLite once walked the whole outbox to group it by room."""
    ((plan,),) = plans_of(sqlite_database, lambda db: glances.troubled(db, ACCOUNT))
    assert "ix_delivery_state" in plan
