"""The account: its lease, its cursor, and the gaps in its hearing."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.audit import AuditEntry, Outcome
from bot.core.errors import LeaseLostError
from storage import accounts, audit
from storage.tables import AccountRow
from tests.storage.given import ACCOUNT, DAY, HOUR, MINUTE, NOW, SECOND

TTL = 20 * SECOND


async def take(store, holder, now=NOW, *, force=False, account=ACCOUNT):
    return await store.run(accounts.take_lease, account, holder, now, TTL, force=force)


async def test_a_free_account_is_taken(store):
    lease = await take(store, "one")
    assert (lease.holder, lease.epoch, lease.expires_at) == ("one", 1, NOW + TTL)
    assert await store.read(accounts.lease, ACCOUNT) == lease
    await store.run(accounts.check_lease, lease)


async def test_a_second_holder_is_refused_until_the_lease_expires(store):
    await take(store, "one")
    assert await take(store, "two", NOW + TTL - SECOND) is None
    assert (await store.read(accounts.lease, ACCOUNT)).holder == "one"
    assert (await take(store, "two", NOW + TTL)).epoch == 2


async def test_a_renewed_lease_expires_later(store):
    lease = await take(store, "one")
    await store.run(accounts.renew_lease, lease, NOW + 15 * SECOND, TTL)
    assert await take(store, "two", NOW + 30 * SECOND) is None
    await store.run(accounts.check_lease, lease)


async def test_after_a_take_over_the_old_holder_can_do_nothing(store):
    old = await take(store, "one")
    new = await take(store, "two", force=True)
    for work in ((accounts.check_lease, old), (accounts.renew_lease, old, NOW, TTL)):
        with pytest.raises(LeaseLostError, match="'main' was taken over"):
            await store.run(*work)
    await store.run(accounts.release_lease, old, NOW)
    assert await store.read(accounts.lease, ACCOUNT) == new


async def test_a_released_account_is_free_at_once_and_its_epoch_goes_on(store):
    await store.run(accounts.release_lease, await take(store, "one"), NOW)
    assert (await take(store, "two")).epoch == 2


async def test_a_lease_nobody_holds_is_lost(store):
    lease = await take(store, "one")
    other = accounts.Lease("another", "one", lease.epoch, lease.expires_at)
    with pytest.raises(LeaseLostError):
        await store.run(accounts.check_lease, other)


async def test_a_transaction_that_lost_the_lease_writes_nothing(store):
    old = await take(store, "one")
    await take(store, "two", force=True)

    def write_late(db):
        accounts.note_gap(db, ACCOUNT, NOW, NOW)
        db.flush()
        accounts.check_lease(db, old)

    with pytest.raises(LeaseLostError):
        await store.run(write_late)
    assert await store.read(accounts.gaps_since, ACCOUNT, NOW - DAY) == (0, 0 * SECOND)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 30), st.booleans()), max_size=12))
async def test_there_is_never_more_than_one_holder_and_epochs_only_grow(store, takes):
    def play(db):
        now, held, epochs = NOW, [], []
        row = accounts.lease(db, ACCOUNT)
        if row:
            now = max(now, row.expires_at)
        for holder, seconds, force in takes:
            now += seconds * SECOND
            lease = accounts.take_lease(db, ACCOUNT, holder, now, TTL, force=force)
            if lease:
                held.append(lease)
                epochs.append(lease.epoch)
        for old in held[:-1]:
            with pytest.raises(LeaseLostError):
                accounts.check_lease(db, old)
        if held:
            accounts.check_lease(db, held[-1])
        return epochs

    epochs = await store.run(play)
    assert epochs == sorted(set(epochs))


async def test_the_cursor_never_goes_back(store):
    assert await store.read(accounts.heard_at, ACCOUNT) is None
    for at in (NOW, NOW + HOUR, NOW - HOUR):
        await store.run(accounts.heard, ACCOUNT, at)
    assert await store.read(accounts.heard_at, ACCOUNT) == NOW + HOUR
    assert await store.read(accounts.heard_at, "nobody") is None


async def test_the_demos_time_goes_on_after_whatever_happened_last(store):
    """After days without a word it had begun again on the last evening on which somebody spoke."""
    assert await store.read(accounts.lived_until, ACCOUNT) is None
    await store.run(accounts.heard, ACCOUNT, NOW)
    entry = AuditEntry(NOW + DAY, "op", "owner", "/status", "", Outcome.DONE)
    await store.run(audit.write, ACCOUNT, entry)
    assert await store.read(accounts.lived_until, ACCOUNT) == NOW + DAY
    await store.run(audit.write, "another", replace(entry, at=NOW + 5 * DAY))
    await store.run(accounts.heard, ACCOUNT, NOW + 2 * DAY)
    assert await store.read(accounts.lived_until, ACCOUNT) == NOW + 2 * DAY


async def test_an_account_is_known_once(store):
    await store.run(accounts.ensure, ACCOUNT, NOW + DAY)
    row = await store.read(lambda db: db.get_one(AccountRow, ACCOUNT))
    assert row.first_seen_at == NOW


async def test_a_login_tells_who_was_logged_in_before(store):
    assert await store.run(accounts.logged_in, ACCOUNT, "bot-1", NOW) == ""
    assert await store.run(accounts.logged_in, ACCOUNT, "bot-2", NOW + HOUR) == "bot-1"


async def test_gaps_are_counted_and_added_up(store):
    for start in (NOW - 2 * DAY, NOW - 3 * HOUR, NOW - HOUR):
        await store.run(accounts.note_gap, ACCOUNT, start, start + 5 * MINUTE)
    await store.run(accounts.note_gap, "another", NOW - HOUR, NOW)
    assert await store.read(accounts.gaps_since, ACCOUNT, NOW - DAY) == (2, 10 * MINUTE)
