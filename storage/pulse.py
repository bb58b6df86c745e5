"""How far the tables that grow with every event have grown."""

from __future__ import annotations

from sqlmodel import func, select

from storage.store import Db
from storage.tables import AuditRow, LedgerRow, MessageRow, StepRow


def newest(db: Db) -> dict[str, int]:
    """The newest row's number, by what a change of it means: plan, ledger, audit, messages.

    Numbers are the database's own and read from the end of the key, whichever account has written last: a change of
    another account's is a look too many, never one too few.
    """
    keys = {"plan": StepRow.id, "ledger": LedgerRow.id, "audit": AuditRow.id, "messages": MessageRow.id}
    return {topic: db.exec(select(func.max(key))).one() or 0 for topic, key in keys.items()}
