"""Pays members for the first words of a day: once a person and day, in however many rooms they speak."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from bot.core.points import Payment
from bot.policy.customs import PointRules
from storage import points
from storage.store import Db

RULE = "first_words"


def pay_first_words(
    db: Db, account_id: str, first: Iterable[tuple[str, str, date]], rules: PointRules, now: datetime
) -> None:
    """`first` are (room id, contact id, local day) in which somebody spoke for the first time that day."""
    if not rules.first_words:
        return
    payments = [
        Payment(contact_id, RULE, f"words:{contact_id}:{day.isoformat()}", rules.first_words, room_id, day)
        for room_id, contact_id, day in sorted(first)
    ]
    points.pay_all(db, account_id, payments, now, cap=rules.daily_cap)
