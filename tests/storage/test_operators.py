"""Operators: a role bound to a contact id."""

from bot.core.operator import Operator, Role
from storage import operators
from tests.storage.given import ACCOUNT, ANNA, BEN, DAY, NOW, OPERATOR


async def add(store, contact_id, role, *, name="", by=OPERATOR, now=NOW):
    await store.run(operators.add, ACCOUNT, contact_id, role, name=name, by=by, now=now)


async def roles(store, *contact_ids, account=ACCOUNT):
    return [await store.read(operators.role_of, account, contact_id) for contact_id in contact_ids]


async def test_everybody_is_a_member_until_added(store):
    await add(store, OPERATOR, Role.OPERATOR)
    assert await roles(store, OPERATOR, ANNA) == [Role.OPERATOR, Role.MEMBER]
    assert await roles(store, OPERATOR, account="another") == [Role.MEMBER]


async def test_a_role_can_be_changed_and_keeps_who_gave_it_first(store):
    await add(store, ANNA, Role.OPERATOR, name="安娜")
    await add(store, ANNA, Role.OWNER, by=BEN, now=NOW + DAY)
    assert await store.read(operators.every, ACCOUNT) == (Operator(ANNA, Role.OWNER, "安娜", OPERATOR, NOW),)


async def test_owners_are_listed_first_then_by_when_they_were_added(store):
    for number, (contact_id, role) in enumerate(
        [("c", Role.OPERATOR), ("b", Role.OWNER), ("a", Role.OPERATOR), ("d", Role.OWNER)]
    ):
        await add(store, contact_id, role, now=NOW - number * DAY)
    assert [operator.contact_id for operator in await store.read(operators.every, ACCOUNT)] == ["d", "b", "a", "c"]


async def test_a_role_that_was_taken_away_is_gone(store):
    await add(store, ANNA, Role.OWNER)
    assert await store.run(operators.remove, ACCOUNT, ANNA)
    assert not await store.run(operators.remove, ACCOUNT, ANNA)
    assert await roles(store, ANNA) == [Role.MEMBER]
    assert await store.read(operators.every, ACCOUNT) == ()


async def test_a_name_is_followed_and_gives_nobody_a_role(store):
    await add(store, ANNA, Role.OPERATOR, name="安娜")
    for contact_id, name in ((ANNA, "Anna 🌸"), (ANNA, ""), (BEN, "老板")):
        await store.run(operators.rename, ACCOUNT, contact_id, name)
    assert [operator.name for operator in await store.read(operators.every, ACCOUNT)] == ["Anna 🌸"]
    assert await roles(store, BEN) == [Role.MEMBER]
