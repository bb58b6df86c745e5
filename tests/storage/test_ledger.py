"""The ledger: what was really posted, its kind frozen, and nothing twice."""

import pytest

from bot.core.errors import StoreError
from bot.core.post import PostKind
from storage import ledger
from storage.exports import Asked
from storage.exports import ledger as exported
from tests.storage.given import ACCOUNT, DAY, HOUR, NOW, OTHER_ROOM, ROOM


async def enter(store, content, delivery_id, *, at=NOW, room_id=ROOM, kind=PostKind.VALUE):
    await store.run(
        ledger.enter, ACCOUNT, room_id, kind=kind, source="plan", content=content, delivery_id=delivery_id, at=at
    )


async def test_the_last_time_of_each_content_is_known(store):
    await enter(store, "value/a", 1, at=NOW)
    await enter(store, "value/a", 2, at=NOW - DAY)
    await enter(store, "promo/b", 3, at=NOW + HOUR, kind=PostKind.PROMO)
    await enter(store, "value/c", 4, room_id=OTHER_ROOM)
    assert await store.read(ledger.last_posted, ACCOUNT, ROOM) == {"value/a": NOW, "promo/b": NOW + HOUR}
    assert await store.read(ledger.last_posted, "another", ROOM) == {}


async def test_what_was_provably_not_sent_is_struck_and_can_be_entered_again(store):
    await enter(store, "value/a", 1)
    await enter(store, "value/b", 2)
    await store.run(ledger.strike, 1)
    await store.run(ledger.strike, 99)
    assert await store.read(ledger.last_posted, ACCOUNT, ROOM) == {"value/b": NOW}
    await enter(store, "value/a", 1, at=NOW + HOUR)
    assert await store.read(ledger.last_posted, ACCOUNT, ROOM) == {"value/b": NOW, "value/a": NOW + HOUR}


async def test_a_delivery_is_entered_once(store):
    await enter(store, "value/a", 1)
    with pytest.raises(StoreError, match=r"(?i)unique"):
        await enter(store, "value/a", 1)
    asked = Asked(ACCOUNT, None, None, NOW)
    assert len(await store.read(lambda db: list(exported(db, asked)))) == 1
