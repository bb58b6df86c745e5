"""Posts that an operator has taken out of the plan, and put back."""

from storage import retired
from storage.tables import RetiredRow
from tests.storage.given import ACCOUNT, ANNA, NOW, OPERATOR


async def every(store, account=ACCOUNT):
    return await store.read(retired.every, account)


async def test_a_post_is_taken_out_once_and_put_back_once(store):
    assert await every(store) == frozenset()
    assert await store.run(retired.retire, ACCOUNT, "promo/box", OPERATOR, NOW)
    assert not await store.run(retired.retire, ACCOUNT, "promo/box", ANNA, NOW)
    assert await store.run(retired.retire, ACCOUNT, "value/a", OPERATOR, NOW)
    assert await every(store) == {"promo/box", "value/a"}
    assert await every(store, "another") == frozenset()
    row = await store.read(lambda db: db.get_one(RetiredRow, (ACCOUNT, "promo/box")))
    assert (row.by, row.at) == (OPERATOR, NOW)
    assert not await store.run(retired.restore, "another", "promo/box")
    assert await store.run(retired.restore, ACCOUNT, "promo/box")
    assert not await store.run(retired.restore, ACCOUNT, "promo/box")
    assert await every(store) == {"value/a"}
