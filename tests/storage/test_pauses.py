"""Pauses: who has stopped what, in a room or in all, until somebody or a time ends it."""

import pytest

from bot.core.pause import Pause, Scope
from storage import pauses
from storage.tables import PauseRow
from tests.storage.given import ACCOUNT, ANNA, DAY, HOUR, NOW, OPERATOR, OTHER_ROOM, ROOM, SECOND


async def add(store, room_id=ROOM, scope=Scope.ALL, *, until=None, now=NOW):
    facts = {"reason": "装修\x1f", "by": OPERATOR, "until": until, "now": now}
    return await store.run(pauses.add, ACCOUNT, room_id=room_id, scope=scope, **facts)


async def active(store, now=NOW, account=ACCOUNT):
    return await store.read(pauses.active, account, now)


async def end(store, room_id=None, scope=None, *, now=NOW, account=ACCOUNT):
    return await store.run(pauses.end, account, room_id=room_id, scope=scope, by=ANNA, now=now)


async def test_a_pause_comes_back_as_it_was_made(store):
    pause = await add(store, until=NOW + HOUR)
    assert pause == Pause(pause.id, ROOM, Scope.ALL, "装修\x1f", OPERATOR, NOW, NOW + HOUR)
    assert await active(store) == (pause,)
    assert await active(store, account="another") == ()


async def test_a_pause_with_an_end_is_over_at_that_moment(store):
    for_ever, short = await add(store), await add(store, until=NOW + HOUR)
    assert await active(store, NOW + HOUR - SECOND) == (for_ever, short)
    assert await active(store, NOW + HOUR) == (for_ever,)
    assert await active(store, NOW + 1000 * DAY) == (for_ever,)


async def test_a_pause_that_was_ended_is_kept_with_who_ended_it(store):
    pause = await add(store)
    assert await end(store, now=NOW + HOUR) == (pause,)
    assert await active(store) == ()
    assert await end(store) == ()
    row = await store.read(lambda db: db.get_one(PauseRow, pause.id))
    assert (row.ended_at, row.ended_by) == (NOW + HOUR, ANNA)


async def test_what_is_over_by_itself_is_not_ended_again(store):
    pause = await add(store, until=NOW + HOUR)
    assert await end(store, now=NOW + HOUR) == ()
    row = await store.read(lambda db: db.get_one(PauseRow, pause.id))
    assert row.ended_at is None


EVERYTHING = [("", Scope.ALL), ("", Scope.PROMO), (ROOM, Scope.ALL), (ROOM, Scope.PROMO), (OTHER_ROOM, Scope.ALL)]


@pytest.mark.parametrize("scope", [None, *Scope])
@pytest.mark.parametrize("room_id", [None, "", ROOM, OTHER_ROOM, "nowhere"])
async def test_only_what_was_named_is_ended(store, room_id, scope):
    made = [await add(store, *what) for what in EVERYTHING]
    meant = [pause for pause in made if room_id in {None, pause.room_id} and (scope is None or pause.scope is scope)]
    assert await end(store, room_id, scope, account="another") == ()
    assert await end(store, room_id, scope) == tuple(meant)
    assert await active(store) == tuple(pause for pause in made if pause not in meant)
