"""Who may command: a role bound to a stable contact id, never to a name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum


class Role(IntEnum):
    """Ordered: whoever may do more may do all that is below."""

    MEMBER = 0
    OPERATOR = 1
    OWNER = 2

    @property
    def label(self) -> str:
        """As written in the audit and in exports."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Operator:
    """A contact who may command on one account."""

    contact_id: str
    role: Role
    name: str
    added_by: str
    added_at: datetime
