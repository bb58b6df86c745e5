"""The tables. Times are epoch milliseconds; ids of the platform are text; every row names its account."""

from __future__ import annotations

from storage.tables.account import AccountRow, GapRow, LeaseRow, SendingRow
from storage.tables.base import Base
from storage.tables.birthday import BirthdayRow, CareRow
from storage.tables.checkin import CampaignRow, PunchRow
from storage.tables.delivery import DeliveryRow, LedgerRow, ProposalRow, RetiredRow, StepRow
from storage.tables.memory import ErasureRow, ForgottenRow, InterestRow, QuestionRow, WishRow
from storage.tables.message import HAS_FILE, IS_SET_ASIDE, FailureRow, Handling, MediaState, MessageRow
from storage.tables.notice import NoticeRow
from storage.tables.person import ContactRow, DayCountRow, MembershipRow, TagRow
from storage.tables.points import BadgeRow, PointRow, RedemptionRow, TaskRow
from storage.tables.purchase import PurchaseRow
from storage.tables.room import AuditRow, OperatorRow, PauseRow, RoomRow
from storage.tables.segment import SegmentRow

__all__ = [
    "HAS_FILE",
    "IS_SET_ASIDE",
    "AccountRow",
    "AuditRow",
    "BadgeRow",
    "Base",
    "BirthdayRow",
    "CampaignRow",
    "CareRow",
    "ContactRow",
    "DayCountRow",
    "DeliveryRow",
    "ErasureRow",
    "FailureRow",
    "ForgottenRow",
    "GapRow",
    "Handling",
    "InterestRow",
    "LeaseRow",
    "LedgerRow",
    "MediaState",
    "MembershipRow",
    "MessageRow",
    "NoticeRow",
    "OperatorRow",
    "PauseRow",
    "PointRow",
    "ProposalRow",
    "PunchRow",
    "PurchaseRow",
    "QuestionRow",
    "RedemptionRow",
    "RetiredRow",
    "RoomRow",
    "SegmentRow",
    "SendingRow",
    "StepRow",
    "TagRow",
    "TaskRow",
    "WishRow",
]
