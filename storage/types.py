"""Column types that behave alike on SQLite and PostgreSQL."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Dialect, Integer, String, TypeDecorator

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SURROGATE = re.compile("[\ud800-\udfff]")
BigId = BigInteger().with_variant(Integer, "sqlite")


def to_ms(at: datetime) -> int:
    """Milliseconds since 1970 of an aware time; sub-millisecond digits are dropped."""
    return (at - EPOCH) // timedelta(milliseconds=1)


class Instant(TypeDecorator[datetime]):
    """An aware UTC time stored as epoch milliseconds, because SQLite forgets zones."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else to_ms(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else EPOCH + timedelta(milliseconds=value)


class Text(TypeDecorator[str]):
    """Text as said, byte for byte, with what no database takes made visible.

    PostgreSQL refuses NUL, so it travels as its control picture U+2400. Half an emoji (a lone surrogate, which
    JavaScript cuts off long names) is no text in UTF-8: it becomes U+FFFD.
    """

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None or (value.isascii() and "\x00" not in value):
            return value
        if dialect.name == "postgresql":
            value = value.replace("\x00", "\u2400")
        return _SURROGATE.sub("\ufffd", value)
