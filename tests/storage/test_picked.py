"""People picked out by their ids: the same ones, in the same order, whether they are few or many."""

import asyncio
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from storage import picked
from storage.people import Place
from storage.tables import ContactRow, MembershipRow
from tests.storage.databases import begin_anew
from tests.storage.given import ACCOUNT, NOW, OTHER_ROOM, ROOM

PEOPLE = [f"wxid_{letter}" for letter in "abcdefgh"]
AWAY = "away@room"

moments = st.none() | st.builds(lambda minutes: NOW - timedelta(minutes=minutes), st.integers(0, 4))
seats = st.dictionaries(
    st.tuples(st.sampled_from((ROOM, OTHER_ROOM, AWAY)), st.sampled_from(PEOPLE)),
    st.fixed_dictionaries({"last_seen_at": moments, "left_at": st.sampled_from((None, None, None, NOW))}),
    max_size=16,
)


def put(db, table, rows):
    for row in rows:
        db.execute(insert(table), {"account_id": ACCOUNT, "first_seen_at": NOW, **row})


async def test_the_first_by_name_are_the_same_of_few_and_of_many(adopted, monkeypatch):
    names = {"wxid_1": "阿凯", "wxid_2": "", "wxid_3": "Zoe", "wxid_4": "小满", "wxid_5": "小满", "wxid_6": "B"}

    def enter(db):
        put(db, ContactRow, ({"contact_id": who, "name": name} for who, name in names.items()))

    await adopted.run(enter)
    wanted = frozenset(names) - {"wxid_6"}
    for few in (picked.FEW, 0):
        monkeypatch.setattr(picked, "FEW", few)
        found = await adopted.read(picked.first, ACCOUNT, wanted, 4)
        assert [person.name for person in found] == ["Zoe", "小满", "小满", "阿凯"]
        found = await adopted.read(picked.first, ACCOUNT, wanted, 9)
        assert found[-1] == ("wxid_2", "", False)


@pytest.mark.parametrize("few", [100, 0, 1, 2])
@given(seats=seats, wanted=st.frozensets(st.sampled_from(PEOPLE)), size=st.integers(1, 3))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_pages_show_everybody_once_who_spoke_last_first(long_lived, few, seats, wanted, size):
    within = (ROOM, OTHER_ROOM)
    last: dict[str, int] = {}
    for (room, who), seat in seats.items():
        if room in within and seat["left_at"] is None and who in wanted:
            at = seat["last_seen_at"]
            last[who] = max(last.get(who, 0), Place(at, who).rank[0])
    expected = sorted(((at, who) for who, at in last.items()), reverse=True)

    def compare(db):
        thrown_away = db.begin_nested()
        begin_anew(db)
        put(db, MembershipRow, ({"room_id": room, "contact_id": who, **seat} for (room, who), seat in seats.items()))
        found, after = [], None
        while page := picked.page(db, ACCOUNT, wanted, within, after, size):
            found += page
            after = page[-1]
            assert len(found) <= len(expected)
        thrown_away.rollback()
        assert [place.rank for place in found] == expected

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(picked, "FEW", few)
        patch.setattr(picked, "AT_ONCE", max(few, 1))
        asyncio.run(long_lived.run(compare))


async def test_who_has_left_is_not_present(adopted):
    there = {(ROOM, "wxid_a"): None, (ROOM, "wxid_b"): NOW, (OTHER_ROOM, "wxid_c"): None}
    await adopted.run(
        put,
        MembershipRow,
        [{"room_id": room, "contact_id": who, "left_at": left} for (room, who), left in there.items()],
    )
    assert await adopted.read(picked.present, ACCOUNT, ROOM) == {"wxid_a"}
