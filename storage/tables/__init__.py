"""The tables. Times are epoch milliseconds; ids of the platform are text; every row names its account."""

from __future__ import annotations

from storage.tables.account import AccountRow, GapRow, LeaseRow, SendingRow
from storage.tables.base import Base
from storage.tables.delivery import DeliveryRow, LedgerRow, ProposalRow, RetiredRow, StepRow
from storage.tables.message import FailureRow, Handling, MediaState, MessageRow
from storage.tables.notice import NoticeRow
from storage.tables.person import ContactRow, MembershipRow, TagRow
from storage.tables.room import AuditRow, OperatorRow, PauseRow, RoomRow

__all__ = [
    "AccountRow",
    "AuditRow",
    "Base",
    "ContactRow",
    "DeliveryRow",
    "FailureRow",
    "GapRow",
    "Handling",
    "LeaseRow",
    "LedgerRow",
    "MediaState",
    "MembershipRow",
    "MessageRow",
    "NoticeRow",
    "OperatorRow",
    "PauseRow",
    "ProposalRow",
    "RetiredRow",
    "RoomRow",
    "SendingRow",
    "StepRow",
    "TagRow",
]
