"""Notices what members do: answering to a post, checking in early."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.core.events import MessageReceived
from bot.policy import mention
from bot.policy.charter import Charter
from bot.policy.notes import Notes
from storage import behaviours
from storage.store import Db

Noted = Sequence[tuple[MessageReceived, Notes]]


def note_replies(db: Db, account_id: str, noted: Noted, charter: Charter) -> None:
    """Words soon after a post answer to it; commands do not."""
    said = [
        behaviours.Words(message.talker_id, message.room_id or "", message.message_id, message.sent_at)
        for message, _notes in noted
        if message.kind.is_words and not mention.is_command(message.text)
    ]
    topics = {slug: post.tags for slug, post in charter.library.items()}
    behaviours.replied(db, account_id, said, topics, charter.customs)


def note_mornings(db: Db, account_id: str, noted: Noted, charter: Charter, now: datetime) -> None:
    """To be called after the check-ins among them were written."""
    people = {message.talker_id for message, notes in noted if notes.punches}
    behaviours.early(db, account_id, people, charter.customs, charter.rules.hours.zone.key, now)
