"""Forgetting somebody, second half: id and names are struck out of everything that is not about them.

Every row may name them, so every row is looked at: on a reader, which keeps nobody waiting. What is found is mended
a few rows at a time, each time in a transaction of its own.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, String, Table, cast, false, tuple_
from sqlmodel import select

from bot.core.delivery import DeliveryState
from bot.core.reason import Reason
from bot.policy.traces import STRUCK, Traces, escaped, mentioned_as
from storage import outbox
from storage.footprints import BY, DATA, KEY, TEXT, columns_of
from storage.store import Db
from storage.tables import Base, CampaignRow, ContactRow, MembershipRow, MessageRow, SegmentRow, TagRow

AT_ONCE = 200
"""So many rows are mended in one transaction."""

WAITING = frozenset(state.value for state in DeliveryState if state.waiting)

Key = tuple[Any, ...]
"""A row's primary key."""


def widened(db: Db, account_id: str, traces: Traces, spared: Collection[str]) -> Traces:
    """With what people called them when they mentioned them alone, and without words that point at nobody.

    Such words are the `spared` ones, the names of others, and what tags, segments and campaigns are called.
    """
    found = cast(Base.metadata.tables["message"].c.mention_ids, String).contains(
        escaped(traces.contact_id), autoescape=True
    )
    query = select(MessageRow.text, MessageRow.mention_ids).where(MessageRow.account_id == account_id, found)
    called = {mentioned_as(text) for text, ids in db.exec(query) if list(ids or ()) == [traces.contact_id]}
    return traces.called(called).without({*spared, *_not_theirs(db, account_id, traces.contact_id)})


def find(db: Db, account_id: str, name: str, traces: Traces) -> list[Key]:
    """The keys of the rows of a table in which something may have to be struck."""
    table = Base.metadata.tables[name]
    suspect: ColumnElement[bool] = false()
    for column in columns_of(name, BY):
        suspect = suspect | (table.c[column] == traces.contact_id)
    for word in traces.words:
        for column in columns_of(name, TEXT, KEY):
            suspect = suspect | table.c[column].icontains(word, autoescape=True)
        for column in columns_of(name, DATA):
            suspect = suspect | cast(table.c[column], String).icontains(escaped(word), autoescape=True)
    query = table.select().with_only_columns(*table.primary_key).where(table.c.account_id == account_id, suspect)
    return [tuple(row) for row in db.execute(query)]


def mend(db: Db, name: str, keys: Sequence[Key], traces: Traces, now: datetime) -> int:
    """Strike them out of these rows; returns how many have changed. A post that waits to say their name is dropped."""
    table = Base.metadata.tables[name]
    identity = tuple_(*table.primary_key.columns)
    changed = 0
    for row in db.execute(table.select().where(identity.in_(list(keys)))).mappings().all():
        changes = _changes(name, row, traces)
        if changes:
            if name == "delivery" and row["state"] in WAITING and changes.keys() & {"body", "room_id"}:
                outbox.drop(db, row["id"], DeliveryState.CANCELLED, Reason("person.forgotten"), now)
                db.flush()
                changes = {column: value for column, value in changes.items() if column not in {"reason", "numbers"}}
            db.exec(table.update().where(*_same(table, row)).values(changes))
            changed += 1
    return changed


def _changes(name: str, before: RowMapping, traces: Traces) -> dict[str, Any]:
    after: dict[str, Any] = {}
    for column in columns_of(name, BY):
        if before[column] == traces.contact_id:
            after[column] = ""
    for column in columns_of(name, TEXT):
        after[column] = traces.strike(before[column])
    for column in columns_of(name, KEY):
        # Two keys that named the same person must not become the same key.
        after[column] = traces.strike(before[column], f"{STRUCK}{secrets.token_hex(4)}")
    for column in columns_of(name, DATA):
        after[column] = traces.strike_in(before[column])
    if name in {"delivery", "ledger"} and "room_id" in after:
        # It was said to them alone. Its fingerprint goes too: without a room it would look misrouted.
        after |= {"text_hash": "", **({"text": "", "body": ""} if name == "delivery" else {})}
    if "tiered_to" in after:
        # Without the place that was reached, the day's reckoning begins again.
        after["tiered_on"] = ""
    return {column: value for column, value in after.items() if value != before[column]}


def _same(table: Table, row: RowMapping) -> list[ColumnElement[bool]]:
    return [column == row[column.name] for column in table.primary_key.columns]


def _not_theirs(db: Db, account_id: str, contact_id: str) -> set[str]:
    """Names that other people bear, and the house's own words: to strike those would harm others and hide nobody."""
    queries = (
        select(ContactRow.name).where(ContactRow.account_id == account_id, ContactRow.contact_id != contact_id),
        select(MembershipRow.alias).where(
            MembershipRow.account_id == account_id, MembershipRow.contact_id != contact_id
        ),
        select(TagRow.tag).where(TagRow.account_id == account_id).distinct(),
        select(SegmentRow.name).where(SegmentRow.account_id == account_id),
        select(CampaignRow.title).where(CampaignRow.account_id == account_id),
        select(CampaignRow.word).where(CampaignRow.account_id == account_id),
    )
    return {word for query in queries for word in db.exec(query)}
