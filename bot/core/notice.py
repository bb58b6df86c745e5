"""Something the operators must hear: kept in a row until it was said in the control room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Notice:
    """`key` makes it unique for ever ("ambiguous:17"); `template` is alarms/<name>; `data` is one JSON object."""

    id: int
    key: str
    template: str
    data: Mapping[str, object]
    created_at: datetime
