"""Makes members and orders of rows; the first cell that cannot be read is the fault of its row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.core.birthday import Birthday, Whose
from bot.core.listed import ListedMember, ListedOrder
from bot.importing import cells
from bot.importing.fault import BadCellError, Fault, Row
from bot.importing.headings import Headings
from bot.policy import tiers
from bot.policy.customs import Customs
from bot.policy.nearest import nearest
from bot.policy.text import for_matching

T = TypeVar("T")
_LONGEST_SHOWN = 60
_LONGEST_STATE = 12

_VOID = frozenset(
    {
        *("已退款", "退款成功", "全额退款", "退款", "已退货", "退货", "已取消", "取消", "已作废", "作废"),
        *("已关闭", "关闭", "交易关闭", "未付款", "待付款", "未支付", "待支付", "等待买家付款"),
        *("refunded", "returned", "cancelled", "canceled", "void", "closed", "unpaid"),
    }
)
"""States of an order for which nobody paid in the end."""


@dataclass(frozen=True, slots=True)
class Shop:
    """By what cells are read: the shop's zone, the present, and its customs."""

    zone: ZoneInfo
    now: datetime
    customs: Customs


class _Cells:
    """The cells of one row, by the names of their columns."""

    __slots__ = ("_headings", "_row")

    def __init__(self, row: Row, headings: Headings) -> None:
        self._row, self._headings = row, headings

    def read(self, column: str, read: Callable[[object], T]) -> T:
        """`_RowError` with the fault when the cell cannot be read."""
        cell = self.raw(column)
        try:
            return read(cell)
        except BadCellError as error:
            shown = cells.text(cell)[:_LONGEST_SHOWN]
            raise _RowError(Fault(self._row.line, self._headings.said[column], shown, str(error))) from None

    def raw(self, column: str) -> object:
        place = self._headings.places.get(column)
        return None if place is None else self._row.cells[place]

    def needed(self, column: str, read: Callable[[object], T]) -> T:
        if not cells.text(self.raw(column)):
            raise _RowError(Fault(self._row.line, self._headings.said[column], "", "is empty"))
        return self.read(column, read)

    def person(self) -> tuple[str, str]:
        """The id and the member number, of which one is there."""
        contact_id, member_no = self.read("id", cells.number), self.read("member_no", cells.number)
        if not contact_id and not member_no:
            said = [self._headings.said[name] for name in ("id", "member_no") if name in self._headings.said]
            raise _RowError(Fault(self._row.line, " / ".join(said), "", "is empty: nobody knows whose row this is"))
        return contact_id, member_no

    def said(self, column: str) -> str:
        return self._headings.said.get(column, column)


class _RowError(Exception):
    """A row that is refused."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


def read_member(row: Row, headings: Headings, shop: Shop) -> ListedMember | Fault:
    """A member, or what is wrong with the row."""
    given = _Cells(row, headings)
    try:
        contact_id, member_no = given.person()
        pet = given.read("pet", cells.words)
        birthdays = _birthdays(given, pet, shop)
        note = given.read("note", cells.words)
        if pet and not any(item.whose is Whose.PET for item in birthdays):
            note = "；".join(filter(None, (note, f"{given.said('pet')}：{pet}")))
        return ListedMember(
            row.line,
            contact_id,
            member_no,
            name=given.read("name", cells.words),
            tier=given.read("tier", lambda cell: _tier(cell, shop.customs)),
            note=note,
            tags=given.read("tags", cells.tags),
            birthdays=birthdays,
        )
    except _RowError as error:
        return error.fault


def read_order(row: Row, headings: Headings, shop: Shop) -> ListedOrder | Fault:
    """An order, or what is wrong with the row. Of one that was cancelled only the number must be readable."""
    given = _Cells(row, headings)
    try:
        order_no = given.needed("order_no", cells.number)
        if _void(cells.text(given.raw("status"))) or _void(cells.text(given.raw("note"))):
            return ListedOrder(row.line, order_no, "", "", 0, shop.now, void=True)
        contact_id, member_no = given.person()
        return ListedOrder(
            row.line,
            order_no,
            contact_id,
            member_no,
            given.needed("amount", cells.amount),
            given.needed("ordered_at", lambda cell: cells.moment(cell, shop.zone, shop.now)),
            given.read("note", cells.words),
        )
    except _RowError as error:
        return error.fault


def _void(state: str) -> bool:
    return 0 < len(state) <= _LONGEST_STATE and _in_void(state)


@lru_cache(maxsize=1024)
def _in_void(state: str) -> bool:
    """Kept, for a file says the same few states a million times."""
    return for_matching(state) in _VOID


def _birthdays(given: _Cells, pet: str, shop: Shop) -> tuple[Birthday, ...]:
    today = shop.now.astimezone(shop.zone).date()
    found = []
    for column, whose, name in (("birthday", Whose.SELF, ""), ("pet_birthday", Whose.PET, pet)):
        if cells.text(given.raw(column)):
            day, year = given.read(column, lambda cell: cells.birthday(cell, today))
            found.append(Birthday(0, "", whose, name, day.calendar, day.month, day.day, day.leap, year))
    return tuple(found)


def _tier(cell: object, customs: Customs) -> str:
    said = cells.words(cell)
    found = tiers.find(customs, said) if said else ""
    if found is None:
        near = nearest(said, tiers.names(customs))
        hint = f"did you mean {near}?" if near else f"those of config.toml are {', '.join(tiers.names(customs))}"
        raise BadCellError(f"is no tier: {hint}")
    return found
