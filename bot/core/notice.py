"""Something the operators must hear: kept in a row until it was said in the control room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

BRIEF = "alarms/brief"
"""The template of an evening's brief: news, but no alarm."""


@dataclass(frozen=True, slots=True)
class Notice:
    """`key` makes it unique for ever ("ambiguous:17"); `template` is alarms/<name>; `data` is one JSON object."""

    id: int
    key: str
    template: str
    data: Mapping[str, object]
    created_at: datetime

    @property
    def alarming(self) -> bool:
        """Whether somebody should look; a brief comes every evening, and what went wrong has its own notices."""
        return self.template != BRIEF
