"""Writes down the wishes that members state, and prepares the question to whoever has stated one often enough."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.core.events import MessageReceived
from bot.policy.customs import Customs
from bot.policy.notes import Notes
from storage import questions, wishes
from storage.store import Db

WAITS = timedelta(days=3)
"""How long the question may wait for its moment; what was noted is served without it, too."""


def note_wishes(
    db: Db, account_id: str, noted: Sequence[tuple[MessageReceived, Notes]], customs: Customs, now: datetime
) -> None:
    """Each wish counts once a local day; the question is asked by the courtesy in handlers/wish.py."""
    stated = [
        wishes.Stated(
            contact_id=message.talker_id,
            wish=wished.wish,
            said=wished.said,
            day=notes.day,
            room_id=message.room_id or "",
            message_id=message.message_id,
            at=message.sent_at,
        )
        for message, notes in noted
        for wished in notes.wishes
    ]
    for item in wishes.met(db, account_id, stated, customs.wish_days):
        questions.ask(
            db,
            account_id,
            f"{wishes.ABOUT}:{item.contact_id}:{item.wish}",
            contact_id=item.contact_id,
            conversation_id=item.room_id,
            about=wishes.ABOUT,
            data={"wish": item.wish, "said": item.said},
            now=now,
            expires_at=now + WAITS,
            said=False,
        )
