"""The outbox page by page: everything once, newest first, whatever it is filtered by."""

import pytest
from sqlmodel import Session

from bot.core.delivery import DeliveryState
from storage import outbox_pages
from storage.engine import open_writer
from storage.outbox_pages import Place
from storage.tables import DeliveryRow
from tests.storage.given import ACCOUNT, DAY, HOUR, MINUTE, NOW, OTHER_ROOM, ROOM, planned
from tests.storage.queries import plans_of
from tests.storage.reached import reach

S = DeliveryState


async def filled(store):
    """Seven days of one post in two rooms, the last day's confirmed."""
    for number in range(7):
        day = f"2026-11-{20 + number}"
        for room_id in (ROOM, OTHER_ROOM):
            state = S.CONFIRMED if number == 6 else S.SKIPPED
            where = {"room_id": room_id, "day": day, "due_at": NOW + number * DAY}
            await store.run(reach, state, f"{day} {room_id}", **where)


async def pages(store, size=3, **which):
    found = []
    for _ in range(20):
        asked = {"behind": Place.of(found[-1]) if found else None, "size": size, **which}
        page = await store.read(outbox_pages.page, ACCOUNT, **asked)
        if not page:
            break
        found += page
    return found


@pytest.mark.parametrize("size", [1, 3, 14, 20])
@pytest.mark.parametrize(
    ("which", "count"),
    [({}, 14), ({"room_id": ROOM}, 7), ({"states": [S.SKIPPED]}, 12), ({"states": [S.CONFIRMED], "room_id": ROOM}, 1)],
)
async def test_every_delivery_comes_once_newest_first(store, size, which, count):
    await filled(store)
    found = await pages(store, size, **which)
    assert len({item.id for item in found}) == len(found) == count
    assert [item.due_at for item in found] == sorted((item.due_at for item in found), reverse=True)


async def test_a_day_is_sorted_by_its_times_and_not_by_the_numbers_of_its_posts(store):
    """Which number a post got says only when it was planned; one that was moved keeps it."""
    for minutes in (30, 10, 50, 20, 40):
        where = {"day": "2026-11-20", "due_at": NOW + minutes * MINUTE}
        await store.run(reach, S.PLANNED, f"minute {minutes}", **where)
    for which in ({}, {"states": [S.PLANNED]}, {"room_id": ROOM}):
        found = await pages(store, 2, **which)
        assert [item.due_at for item in found] == [NOW + minutes * MINUTE for minutes in (50, 40, 30, 20, 10)]


@pytest.mark.parametrize("which", [{}, {"room_id": ROOM}, {"states": [S.SKIPPED]}])
async def test_the_second_page_stays_right_when_the_last_of_the_first_is_moved_and_new_ones_come(store, which):
    await filled(store)
    asked = {"size": 3, **which}
    first = await store.read(outbox_pages.page, ACCOUNT, **asked)
    expected = await store.read(outbox_pages.page, ACCOUNT, behind=Place.of(first[-1]), **asked)
    await store.run(_later, first[-1].id)
    await store.run(planned, day="2026-11-30", due_at=NOW + 10 * DAY)
    assert await store.read(outbox_pages.page, ACCOUNT, behind=Place.of(first[-1]), **asked) == expected


def _later(db, delivery_id):
    row = db.get_one(DeliveryRow, delivery_id)
    row.due_at, row.slot_day = NOW + 9 * DAY, "2026-11-29"


async def test_states_are_counted_up_to_a_limit(store, monkeypatch):
    await filled(store)
    counts = await store.read(outbox_pages.counts, ACCOUNT)
    assert (counts[S.SKIPPED], counts[S.CONFIRMED], counts[S.HELD]) == (12, 2, 0)
    monkeypatch.setattr(outbox_pages, "MOST", 5)
    assert (await store.read(outbox_pages.counts, ACCOUNT))[S.SKIPPED] == 5


async def test_the_oldest_open_questions_come_first(store):
    late = await store.run(reach, S.AMBIGUOUS, "late", due_at=NOW + HOUR)
    early = await store.run(reach, S.UNCONFIRMED, "early")
    await store.run(reach, S.UNKNOWN, "later", due_at=NOW + DAY)
    await store.run(planned)
    found = await store.read(outbox_pages.open_questions, ACCOUNT, 2)
    assert [item.id for item in found] == [early.id, late.id]


@pytest.mark.parametrize("which", [{}, {"states": [S.CONFIRMED]}])
def test_a_page_is_read_in_the_order_of_an_index(sqlite_database, which):
    with Session(open_writer(sqlite_database)) as db:
        last = planned(db)
        db.commit()
    plans = plans_of(sqlite_database, lambda db: outbox_pages.page(db, ACCOUNT, behind=Place.of(last), **which))
    assert "USING INDEX ix_delivery" in plans[-1][0]
    assert not [line for line in plans[-1] if "TEMP B-TREE FOR ORDER BY" in line], "at most what is of one day"
