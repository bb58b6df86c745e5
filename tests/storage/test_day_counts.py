"""Words by day: counted as they arrive, and whose were the first of a day."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from storage import day_counts
from storage.engine import open_writer
from tests.storage.given import ACCOUNT, ANNA, BEN, OTHER_ROOM, ROOM

SATURDAY, SUNDAY = date(2026, 11, 21), date(2026, 11, 22)


async def add(store, *said, account=ACCOUNT):
    return await store.run(day_counts.add, account, said)


async def test_the_first_words_of_a_day_are_told_once(store):
    anna, ben = (ROOM, ANNA, SUNDAY), (ROOM, BEN, SUNDAY)
    assert await add(store, anna, anna, ben) == {anna, ben}
    assert await add(store, anna, (ROOM, ANNA, SATURDAY)) == {(ROOM, ANNA, SATURDAY)}
    assert await add(store, ben) == set()
    assert await add(store) == set()


async def test_every_room_day_and_account_counts_for_itself(store):
    await add(store, (ROOM, ANNA, SATURDAY), (ROOM, ANNA, SUNDAY), (ROOM, ANNA, SUNDAY), (OTHER_ROOM, ANNA, SUNDAY))
    await add(store, (ROOM, ANNA, SUNDAY), account="another")
    assert await store.read(day_counts.of, ACCOUNT, ANNA) == {ROOM: 3, OTHER_ROOM: 1}
    recent = await store.read(day_counts.daily, ACCOUNT, ANNA, SUNDAY)
    assert sorted(recent) == [(ROOM, SUNDAY, 2), (OTHER_ROOM, SUNDAY, 1)]
    assert await store.read(day_counts.of, ACCOUNT, BEN) == {}


async def test_many_people_at_once(store):
    """More rows than one statement can carry."""
    crowd = [(ROOM, f"p{number}", SUNDAY) for number in range(2_500)]
    assert await add(store, *crowd) == set(crowd)
    assert await add(store, *crowd) == set()
    assert await store.read(day_counts.of, ACCOUNT, "p2499") == {ROOM: 2}


SAID = st.tuples(st.sampled_from([ROOM, OTHER_ROOM]), st.sampled_from([ANNA, BEN]), st.sampled_from([SATURDAY, SUNDAY]))


@pytest.fixture
def engine(sqlite_database):
    opened = open_writer(sqlite_database, durable=False)
    yield opened
    opened.dispose()


@given(batches=st.lists(st.lists(SAID, max_size=8), max_size=6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
def test_however_words_are_put_together_they_add_up(engine, batches):
    """Compared with counting them by hand, in a transaction that is thrown away."""
    seen = Counter()
    with Session(engine) as db:
        for batch in batches:
            before = set(seen)
            seen.update(batch)
            assert day_counts.add(db, ACCOUNT, batch) == set(batch) - before
        for person in (ANNA, BEN):
            counted = {(room, person, day): n for room, day, n in day_counts.daily(db, ACCOUNT, person, SATURDAY)}
            assert counted == {key: n for key, n in seen.items() if key[1] == person}
        db.rollback()
