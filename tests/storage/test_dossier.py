"""Everything about a person, from every table, and nothing about anybody else."""

import json

from bot.core.audit import AuditEntry, Outcome
from storage import audit, dossier, members, messages
from storage.footprints import OWN, tables_of
from storage.tables import Base, Handling
from storage.types import Instant
from tests.storage.given import ACCOUNT, ANNA, BEN, BOT, DAY, NOW, OPERATOR, ROOM, said


def live(db, who):
    """A row in every table that has rows about people."""
    for number, name in enumerate(tables_of(OWN)):
        table = Base.metadata.tables[name]
        row = {column.name: value(column, number, who) for column in table.columns if not surrogate(column)}
        db.execute(table.insert().values(row))


def surrogate(column):
    return column.primary_key and column.name == "id"


def value(column, number, who):
    if column.name in {"contact_id", "talker_id"}:
        return who
    if column.name == "account_id":
        return ACCOUNT
    kind = type(column.type).__name__
    if isinstance(column.type, Instant):
        return NOW
    plain = {"JSON": [], "Boolean": False, "Integer": number, "BigInteger": number}
    return plain.get(kind, f"{column.name}-{number}-{who}")


async def test_every_table_that_is_about_people_is_in_it(store):
    for who in (ANNA, BEN):
        await store.run(live, who)
    found = await store.read(dossier.of, ACCOUNT, ANNA, NOW)
    assert set(found["tables"]) == set(tables_of(OWN))
    assert all(len(rows) == 1 for rows in found["tables"].values())
    assert BEN not in json.dumps(found)
    assert (await store.read(dossier.of, "another", ANNA, NOW))["tables"] == {}


async def test_it_is_json_with_times_as_people_read_them(adopted):
    await adopted.run(members.joined, ACCOUNT, ROOM, [ANNA], BEN, NOW)
    found = await adopted.read(dossier.of, ACCOUNT, ANNA, NOW + DAY)
    assert json.loads(json.dumps(found)) == found
    assert found["exported_at"] == "2026-11-21T11:30:00.000Z"
    (membership,) = found["tables"]["membership"]
    assert (membership["joined_at"], membership["left_at"]) == ("2026-11-20T11:30:00.000Z", None)


async def test_what_was_said_to_them_alone_and_what_they_did_is_in_it(adopted):
    await adopted.run(members.joined, ACCOUNT, ROOM, [ANNA, BEN], "", NOW)
    spoken = [
        said("我的话"),
        said("只对她说", talker_id=BOT, from_self=True, listener_id=ANNA, room_id=None),
        said("对大家说", talker_id=BOT, from_self=True),
        said("别人的话", talker_id=BEN),
    ]

    def act(db):
        messages.record(db, [(message, Handling.NONE) for message in spoken], NOW)
        audit.write(db, ACCOUNT, AuditEntry(NOW, ANNA, "member", "/status", ROOM, Outcome.REFUSED, room_id=ROOM))
        audit.write(db, ACCOUNT, AuditEntry(NOW, OPERATOR, "owner", "/status", ROOM, Outcome.DONE, room_id=ROOM))
        members.joined(db, ACCOUNT, ROOM, ["guest"], ANNA, NOW)

    await adopted.run(act)
    found = await adopted.read(dossier.of, ACCOUNT, ANNA, NOW)
    assert [row["text"] for row in found["tables"]["message"]] == ["我的话", "只对她说"]
    assert [row["actor_id"] for row in found["tables"]["audit"]] == [ANNA]
    assert found["invited"] == 1
