"""What was commanded, by whom, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Outcome(StrEnum):
    """How a command ended."""

    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One command or refusal. `target` is what it was aimed at, `reason` why it was refused or failed."""

    at: datetime
    actor_id: str
    role: str
    command: str
    target: str
    outcome: Outcome
    reason: str = ""
    room_id: str = ""
