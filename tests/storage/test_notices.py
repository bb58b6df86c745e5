"""Notices: each key once for ever, said in order, and times that come back as times."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage import notices
from storage.types import EPOCH
from tests.storage.given import ACCOUNT, HOUR, MINUTE, NOW, SECOND

DATA = {"id": 17, "room": "宝妈群\x1f🎉", "due_at": NOW, "items": [{"at": "19:00", "next_at": None}]}


async def post(store, key="ambiguous:17", data=DATA, *, now=NOW, account=ACCOUNT):
    return await store.run(notices.post, account, key, "alarms/ambiguous", data, now)


async def unsaid(store, account=ACCOUNT):
    return await store.read(notices.unsaid, account)


async def test_a_notice_comes_back_as_it_was_posted(store):
    assert await post(store)
    (notice,) = await unsaid(store)
    assert (notice.key, notice.template, notice.data) == ("ambiguous:17", "alarms/ambiguous", DATA)
    assert notice.created_at == NOW
    assert await unsaid(store, "another") == ()


async def test_a_key_is_posted_once_for_ever_said_or_not(store):
    assert await post(store)
    assert not await post(store, data={"other": 1})
    (notice,) = await unsaid(store)
    await store.run(notices.said, [notice.id], NOW + MINUTE)
    assert not await post(store, now=NOW + HOUR)
    assert await unsaid(store) == ()
    assert await post(store, account="another")


async def test_notices_are_said_in_the_order_they_happened(store):
    for number in (2, 1, 3):
        await post(store, f"key-{number}", now=NOW - number * SECOND)
    assert [notice.key for notice in await unsaid(store)] == ["key-2", "key-1", "key-3"]


async def test_what_was_said_is_not_said_again_unless_it_was_not(store):
    for number in range(3):
        await post(store, f"key-{number}")
    ids = [notice.id for notice in await unsaid(store)]
    await store.run(notices.said, ids[:2], NOW + MINUTE)
    assert [notice.id for notice in await unsaid(store)] == ids[2:]
    await store.run(notices.unsay, ids[:1])
    assert [notice.id for notice in await unsaid(store)] == [ids[0], ids[2]]
    await store.run(notices.said, [], NOW)
    await store.run(notices.unsay, [])
    assert len(await unsaid(store)) == 2


async def test_a_time_under_another_key_is_a_mistake(store):
    with pytest.raises(ValueError, match="ends in '_at', not 'when'"):
        await post(store, data={"items": [{"when": NOW}]})
    assert await unsaid(store) == ()


times = st.datetimes(datetime(1970, 1, 1), datetime(2999, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda at: at.replace(microsecond=at.microsecond // 1000 * 1000)
)
words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8)
values = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | words
keys = words.filter(lambda key: not key.endswith("_at"))


def nested(inner):
    """Objects, whose keys say which values are times, and lists of them."""
    fields = st.dictionaries(keys, inner, max_size=3)
    moments = st.dictionaries(words.map(lambda word: f"{word}_at"), times | st.none() | words, max_size=2)
    return st.builds(dict.__or__, fields, moments) | st.lists(inner, max_size=3)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=nested(st.recursive(values, nested, max_leaves=8)).filter(lambda value: isinstance(value, dict)))
async def test_whatever_was_put_in_comes_out_at_any_depth(store, data):
    await post(store, f"key-{len(await unsaid(store))}", data)
    assert (await unsaid(store))[-1].data == data


async def test_several_times_under_one_key_come_back_as_times(store):
    await post(store, data={"open_at": [NOW, EPOCH], "since": {"first_at": NOW}})
    (notice,) = await unsaid(store)
    assert notice.data == {"open_at": [NOW, EPOCH], "since": {"first_at": NOW}}


async def test_the_newest_come_first_said_or_not(store):
    for number in range(4):
        await store.run(notices.post, ACCOUNT, f"failed:{number}", "alarms/failed", {"id": number}, NOW)
    await store.run(notices.said, [notice.id for notice in await store.read(notices.unsaid, ACCOUNT)][:2], NOW)
    await store.run(notices.post, "other", "failed:9", "alarms/failed", {"id": 9}, NOW)
    assert [notice.data["id"] for notice in await store.read(notices.newest, ACCOUNT, 3)] == [3, 2, 1]
