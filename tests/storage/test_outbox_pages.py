"""The outbox page by page: everything once, newest first, whatever it is filtered by."""

import pytest
from sqlmodel import Session

from bot.core.delivery import DeliveryState
from storage import outbox_pages
from storage.engine import open_writer
from tests.storage.given import ACCOUNT, DAY, HOUR, NOW, OTHER_ROOM, ROOM, planned
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
        asked = {"before": found[-1].id if found else 0, "size": size, **which}
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


async def test_a_page_behind_a_number_that_is_not_ours_is_the_first(store):
    await filled(store)
    assert await store.read(outbox_pages.page, ACCOUNT, before=999_999, size=2) == tuple((await pages(store))[:2])


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
    plans = plans_of(sqlite_database, lambda db: outbox_pages.page(db, ACCOUNT, before=last.id, **which))
    assert "USING INDEX ix_delivery" in plans[-1][0]
    assert not [line for line in plans[-1] if "TEMP B-TREE" in line]
