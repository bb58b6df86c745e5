"""What a customer's message changes besides being kept; part of the recording transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.core.events import MessageReceived
from bot.inbound.behaviour import note_mornings, note_replies
from bot.inbound.first_words import pay_first_words
from bot.inbound.wishing import note_wishes
from bot.policy.charter import Charter
from bot.policy.notes import Notes
from storage import day_counts, punches
from storage.store import Db

Noted = Sequence[tuple[MessageReceived, Notes]]


def remember(db: Db, account_id: str, noted: Noted, charter: Charter, now: datetime) -> None:
    """Everything that follows from these messages, once: none of them was recorded before."""
    words = [(message.room_id or "", message.talker_id, notes.day) for message, notes in noted if message.kind.is_words]
    first_words = day_counts.add(db, account_id, words)
    pay_first_words(db, account_id, first_words, charter.customs.points, now)
    punches.take(
        db, account_id, [(message, notes.punches) for message, notes in noted if notes.punches], charter.customs, now
    )
    note_mornings(db, account_id, noted, charter, now)
    note_replies(db, account_id, noted, charter)
    note_wishes(db, account_id, noted, charter.customs, now)
