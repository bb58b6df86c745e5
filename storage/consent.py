"""Queries about who wants to hear nothing of the bot's own accord."""

from __future__ import annotations

from datetime import datetime

from storage.store import Db
from storage.tables import ContactRow


def unsubscribe(db: Db, account_id: str, contact_id: str, now: datetime) -> bool:
    """From now on the bot neither addresses nor mentions them of its own accord; False when that holds already.

    It is kept of people the house knows; there is nothing that could be said to others.
    """
    contact = db.get(ContactRow, (account_id, contact_id))
    if contact is None or contact.unsubscribed_at is not None:
        return False
    contact.unsubscribed_at = now
    return True


def subscribe(db: Db, account_id: str, contact_id: str) -> bool:
    """They want to hear from the bot again; False when they never stopped."""
    contact = db.get(ContactRow, (account_id, contact_id))
    if contact is None or contact.unsubscribed_at is None:
        return False
    contact.unsubscribed_at = None
    return True
