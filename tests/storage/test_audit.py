"""The audit: every command and refusal, newest first, for good."""

from dataclasses import replace

from bot.core.audit import AuditEntry, Outcome
from storage import audit
from tests.storage.given import ACCOUNT, NOW, OPERATOR, ROOM, SECOND

ENTRY = AuditEntry(NOW, OPERATOR, "operator", "/tag add 安娜 vip\x1f🎉", "wxid_anna", Outcome.REFUSED, "不是成员", ROOM)


async def test_an_entry_comes_back_as_it_was_written(store):
    await store.run(audit.write, ACCOUNT, ENTRY)
    assert await store.read(audit.latest, ACCOUNT, 10) == (ENTRY,)
    assert await store.read(audit.latest, "another", 10) == ()


async def test_the_newest_come_first_and_no_more_than_asked_for(store):
    for number in range(5):
        await store.run(audit.write, ACCOUNT, replace(ENTRY, at=NOW + number * SECOND, command=f"/{number}"))
    assert [entry.command for entry in await store.read(audit.latest, ACCOUNT, 3)] == ["/4", "/3", "/2"]


async def test_every_outcome_is_kept(store):
    for outcome in Outcome:
        await store.run(audit.write, ACCOUNT, replace(ENTRY, outcome=outcome))
    assert {entry.outcome for entry in await store.read(audit.latest, ACCOUNT, 10)} == set(Outcome)
