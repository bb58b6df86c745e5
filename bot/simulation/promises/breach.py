"""A promise that was broken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Breach:
    """Which promise, in which room ("" for the account), when (aware UTC), and what was seen."""

    promise: str
    room: str
    at: datetime
    detail: str
