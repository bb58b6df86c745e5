"""Proposals: what was shown stays bound to its code, and every yes counts once."""

from dataclasses import replace

import pytest

from bot.core.errors import StoreError
from bot.core.proposal import Proposal
from storage import proposals
from tests.storage.given import ACCOUNT, ANNA, BEN, HOUR, MINUTE, NOW, OPERATOR, OTHER_ROOM, ROOM, SECOND

PROPOSAL = Proposal(
    code="K7Q2",
    by=OPERATOR,
    kind="promo",
    content="",
    body="今晚八点直播🎉\x1f",
    override="周年庆",
    seal="abc",
    dues=((ROOM, NOW), (OTHER_ROOM, NOW + 5 * SECOND)),
    people=2,
    confirmed_by=(),
    created_at=NOW,
    expires_at=NOW + 10 * MINUTE,
)


async def find(store, code="K7Q2", account=ACCOUNT):
    return await store.read(proposals.find, account, code)


async def confirm(store, by=ANNA, now=NOW + MINUTE):
    return await store.run(proposals.confirm, ACCOUNT, "K7Q2", by, now)


@pytest.fixture
async def proposed(store):
    await store.run(proposals.add, ACCOUNT, PROPOSAL)
    return store


async def test_a_proposal_comes_back_as_it_was_made(proposed):
    assert await find(proposed) == PROPOSAL
    assert await find(proposed, "XXXX") is None
    assert await find(proposed, account="another") is None


async def test_every_person_counts_once(proposed):
    assert (await confirm(proposed, ANNA)).confirmed_by == (ANNA,)
    assert (await confirm(proposed, ANNA)).confirmed_by == (ANNA,)
    assert (await confirm(proposed, BEN)).confirmed_by == (ANNA, BEN)
    assert await find(proposed) == replace(PROPOSAL, confirmed_by=(ANNA, BEN))


async def test_what_is_done_or_past_its_time_takes_no_yes(proposed):
    with pytest.raises(ValueError, match="K7Q2 takes no confirmation"):
        await confirm(proposed, now=PROPOSAL.expires_at)
    assert (await confirm(proposed, now=PROPOSAL.expires_at - SECOND)).confirmed_by == (ANNA,)
    await proposed.run(proposals.done, ACCOUNT, "K7Q2", NOW + 2 * MINUTE)
    assert (await find(proposed)).done_at == NOW + 2 * MINUTE
    with pytest.raises(ValueError, match="takes no confirmation"):
        await confirm(proposed, BEN)


async def test_a_code_nobody_gave_out_cannot_be_confirmed(store):
    with pytest.raises(StoreError):
        await confirm(store)


async def test_what_is_cancelled_is_forgotten(proposed):
    assert not await proposed.run(proposals.cancel, "another", "K7Q2", NOW)
    assert await proposed.run(proposals.cancel, ACCOUNT, "K7Q2", NOW)
    assert await find(proposed) is None
    assert not await proposed.run(proposals.cancel, ACCOUNT, "K7Q2", NOW)


async def test_what_is_done_or_past_its_time_is_not_cancelled(proposed):
    assert not await proposed.run(proposals.cancel, ACCOUNT, "K7Q2", PROPOSAL.expires_at)
    await proposed.run(proposals.done, ACCOUNT, "K7Q2", NOW + MINUTE)
    assert not await proposed.run(proposals.cancel, ACCOUNT, "K7Q2", NOW + MINUTE)
    assert await find(proposed) is not None


async def test_a_code_is_given_out_again_once_its_proposal_is_over(proposed):
    again = replace(PROPOSAL, seal="def", created_at=NOW + HOUR, expires_at=NOW + 2 * HOUR)
    await proposed.run(proposals.add, ACCOUNT, again)
    assert await find(proposed) == again
    await proposed.run(proposals.done, ACCOUNT, "K7Q2", NOW + HOUR)
    await proposed.run(proposals.add, ACCOUNT, again)
    assert await find(proposed) == again


async def test_a_code_that_still_waits_is_not_taken_over(proposed):
    with pytest.raises(ValueError, match="K7Q2 still waits"):
        await proposed.run(proposals.add, ACCOUNT, replace(PROPOSAL, seal="def", created_at=NOW + MINUTE))
    assert await find(proposed) == PROPOSAL


async def test_only_what_may_still_be_confirmed_waits(proposed):
    for number, code in enumerate(("D0NE", "0LD1", "NEW1"), 1):
        expires = NOW if code == "0LD1" else NOW + HOUR
        made = replace(PROPOSAL, code=code, created_at=NOW + number * SECOND, expires_at=expires)
        await proposed.run(proposals.add, ACCOUNT, made)
    await proposed.run(proposals.done, ACCOUNT, "D0NE", NOW)
    found = await proposed.read(proposals.waiting, ACCOUNT, NOW + MINUTE)
    assert [proposal.code for proposal in found] == ["K7Q2", "NEW1"]
    assert await proposed.read(proposals.waiting, "another", NOW) == ()
