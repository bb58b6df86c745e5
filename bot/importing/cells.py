"""Reads single cells as people and Excel write them: numbers, amounts, times, tags, birthdays."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.core.birthday import YearlyDate
from bot.importing.fault import BadCellError
from bot.policy import yearly_date
from bot.policy.text import visible
from bot.policy.whose import SIMPLE
from bot.policy.window import instant
from bot.policy.yearly_date import Impossible

LONGEST_NUMBER = 128
LONGEST_TEXT = 500
LONGEST_TAG = 20
MOST_CENTS = 10**12
"""Ten billion yuan: whoever pays more than that is a slip of the decimal point."""

_ROUNDED = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+")
_EXACT = 10**15
"""From here on Excel keeps no last digits."""

_PLAIN_AMOUNT = re.compile(r"(\d{1,13})(?:\.(\d{1,2})0*)?")
_AMOUNT = re.compile(
    r"(?:¥|rmb|cny|人民币)?\s*(\d{1,3}(?:,\d{3})+|\d{1,13})(?:\.(\d{1,2})0*)?\s*(?:元|块|圆|yuan|rmb|cny)?"
)
_MOMENT = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
    r"(?:[T\s]*(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2})(?:\.\d+)?秒?|分)?)?\s*(Z|[+-]\d{2}:?\d{2})?",
)
_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\s?(\d{2})(\d{2})(\d{2})?)?()")
_BIRTHDAY = re.compile(yearly_date.PATTERN)
_MIDNIGHT = re.compile(r"\s+0?0:00(?::00)?$")
_FIRST_YEAR = 2000
"""Orders before this are slips of the hand."""

_EXCEL_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - Excel counts local days from here
_SERIAL = (36_526, 73_050)
"""What Excel calls the days from 2000 to 2100, where a column has lost its format."""

_ELDEST = 1900
_MARKS = frozenset("='")


def text(cell: object) -> str:
    """What stands in a cell, without the marks with which Excel and shops keep it text: a tab, ', or ="…"."""
    if isinstance(cell, str):
        found = cell.strip()
        if found[:1] in _MARKS:
            if found.startswith('="') and found.endswith('"') and len(found) > len('=""'):
                found = found[2:-1].strip()
            found = found.removeprefix("'")
        return found
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.isoformat(" ") if isinstance(cell, datetime) else str(cell)


def number(cell: object) -> str:
    """A number by which something is known: an order's, a member's, a contact's id; noughts in front are kept."""
    said = text(cell)
    if (isinstance(cell, float | int) and abs(cell) >= _EXACT) or _ROUNDED.fullmatch(said):
        raise BadCellError("was rounded by Excel: make the column text there and export it again")
    if said and (not said.isprintable() or " " in said or len(said) > LONGEST_NUMBER):
        raise BadCellError("is no number or id: it has spaces or unseen characters, or is too long")
    return said


def words(cell: object) -> str:
    """Text for people, in one line."""
    said = " ".join(visible(text(cell)).split())
    if len(said) > LONGEST_TEXT:
        raise BadCellError(f"is longer than {LONGEST_TEXT} characters")
    return said


def amount(cell: object) -> int:
    """Money in hundredths of a yuan: 1299, ¥1,299.00, 1299元."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        cell = f"{cell:.6f}".rstrip("0").rstrip(".")
    said = text(cell)
    found = _PLAIN_AMOUNT.fullmatch(said) or _AMOUNT.fullmatch(unicodedata.normalize("NFKC", said).lower())
    if found is None:
        raise BadCellError(_no_amount(said))
    cents = int(found[1].replace(",", "")) * 100 + int((found[2] or "").ljust(2, "0"))
    if cents > MOST_CENTS:
        raise BadCellError("is more than anybody pays")
    return cents


def _no_amount(said: str) -> str:
    if said.startswith(("-", "－", "−", "(", "¥-", "￥-")):
        return "is below zero: mark what was paid back with 已退款 in a column 状态"
    return "is no amount: write 1299.00 or ¥1,299.00"


def moment(cell: object, zone: ZoneInfo, now: datetime) -> datetime:
    """A time in the past, aware UTC; one without a zone is the shop's local time, a date alone its midnight."""
    at = _instant(cell, zone)
    if at.year < _FIRST_YEAR:
        raise BadCellError(f"lies before {_FIRST_YEAR}")
    if at > now + timedelta(days=1):
        raise BadCellError("lies in the future")
    return at


def _instant(cell: object, zone: ZoneInfo) -> datetime:
    if isinstance(cell, int | float) and _SERIAL[0] <= cell < _SERIAL[1]:
        cell = _EXCEL_ZERO + timedelta(seconds=round(cell * 86400))
    if isinstance(cell, datetime):
        # Excel counts in parts of a day, which makes 20:01:02 a 20:01:01.999999.
        return _placed((cell + timedelta(milliseconds=500)).replace(microsecond=0), zone)
    if isinstance(cell, date):
        return _placed(datetime.combine(cell, time()), zone)
    said = text(cell)
    found = _MOMENT.fullmatch(said) or _MOMENT.fullmatch(unicodedata.normalize("NFKC", said)) or _DIGITS.fullmatch(said)
    if found is None:
        raise BadCellError("is no time: write 2026-11-22 20:01:02")
    *parts, offset = found.groups()
    try:
        local = datetime(*(int(part or 0) for part in parts))  # type: ignore[arg-type]  # noqa: DTZ001 - placed below
        return datetime.fromisoformat(f"{local.isoformat()}{offset}") if offset else _placed(local, zone)
    except ValueError:
        raise BadCellError("is a day or time that does not exist") from None


def _placed(local: datetime, zone: ZoneInfo) -> datetime:
    offset = _offset(local.date(), zone)
    return instant(local.date(), local.time(), zone) if offset is None else (local - offset).replace(tzinfo=UTC)


@lru_cache(maxsize=4096)
def _offset(day: date, zone: ZoneInfo) -> timedelta | None:
    """How far local time is from UTC all that day long; None when clocks are changed on it."""
    offsets = {datetime.combine(day + timedelta(days=more), time(), zone).utcoffset() for more in (0, 1)}
    return offsets.pop() if len(offsets) == 1 else None


def birthday(cell: object, today: date) -> tuple[YearlyDate, int | None]:
    """A date, solar or lunar, with or without a year, in the forms in which members may tell theirs.

    Excel puts this year to a "5-20": a year in which nobody who buys was born goes.
    """
    said = f"{cell:%Y-%m-%d}" if isinstance(cell, date) else text(cell)
    found = _BIRTHDAY.fullmatch(_MIDNIGHT.sub("", unicodedata.normalize("NFKC", said)).translate(SIMPLE))
    told = yearly_date.read(found) if found is not None else None
    if told is None:
        raise BadCellError("is no birthday: write 5-20, 1990-05-20, 5月20日 or 农历八月十五")
    if isinstance(told, Impossible):
        raise BadCellError("is a day that does not exist")
    born = told.year if told.year is not None and _ELDEST <= told.year < today.year else None
    return told.date, born


def tags(cell: object) -> tuple[str, ...]:
    """Tags between commas, 、 or semicolons, each once."""
    found = [part.strip().lstrip("#＃").strip() for part in re.split(r"[、,，;；|\n]+", visible(text(cell)))]
    long = next((part for part in found if len(part) > LONGEST_TAG), None)
    if long is not None:
        raise BadCellError(f"has a tag of more than {LONGEST_TAG} characters: {long}")
    return tuple(dict.fromkeys(filter(None, found)))
