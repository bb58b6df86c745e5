"""Knows the columns of a file by their headings, Chinese or English, as shops' systems name them."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.core.errors import SetupError
from bot.policy.nearest import nearest

Names = Mapping[str, tuple[str, ...]]
"""Every column a file may have, with what it is called; of two in one file the name that stands first here counts."""

# What people see as their 微信号 is not the id that a gateway knows them by: it is no name of this column.
_ID = ("id", "微信id", "contact_id", "wxid")
_NUMBER = (
    *("member_no", "会员号", "会员编号", "会员卡号", "会员id", "卡号", "客户编号"),
    *("member_number", "member_id", "customer_no", "customer_id"),
)
_NOTE = ("note", "备注", "remark", "remarks", "notes", "说明", "comment")

MEMBERS: Names = {
    "id": _ID,
    "member_no": _NUMBER,
    "name": ("name", "昵称", "会员昵称", "微信昵称", "nickname", "姓名", "名字", "会员姓名", "客户姓名", "member_name"),
    "tags": ("tags", "标签", "tag", "labels", "会员标签", "客户标签"),
    "birthday": ("birthday", "生日", "会员生日", "出生日期", "birth_date", "date_of_birth", "birthdate"),
    "pet": ("pet", "宠物", "宠物名", "宠物名字", "宠物昵称", "pet_name"),
    "pet_birthday": ("pet_birthday", "宠物生日", "宠物出生日期"),
    "tier": ("tier", "等级", "会员等级", "客户等级", "vip等级", "level", "member_level"),
    "note": _NOTE,
}
ORDERS: Names = {
    "order_no": ("order_no", "订单号", "订单编号", "单号", "order_id", "order_number", "交易单号", "订单id"),
    "member_no": _NUMBER,
    "id": _ID,
    "amount": (
        *("paid", "实付金额", "实付", "实收金额", "实收", "支付金额", "amount_paid"),
        *("amount", "金额", "订单金额", "总金额", "总价", "total", "应付金额"),
    ),
    "ordered_at": (
        *("ordered_at", "下单时间", "订单时间", "下单日期", "订单日期", "订单创建时间", "创建时间"),
        *("order_time", "order_date", "created_at", "支付时间", "付款时间", "成交时间", "paid_at"),
        *("时间", "日期", "time", "date"),
    ),
    "status": ("status", "状态", "订单状态", "交易状态", "order_status", "state"),
    "note": (*_NOTE, "订单备注", "买家备注"),
}
NEEDED: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "members": (("id", "member_no"),),
    "orders": (("order_no",), ("amount",), ("ordered_at",), ("id", "member_no")),
}
"""Of each group at least one column must be there."""

COLUMNS: Mapping[str, Names] = {"members": MEMBERS, "orders": ORDERS}


@dataclass(frozen=True, slots=True)
class Headings:
    """Which column stands where, what it is called there, and what is worth saying about the heading."""

    places: Mapping[str, int]
    said: Mapping[str, str]
    remarks: tuple[str, ...]


def known(kind: str, cells: Iterable[object]) -> int:
    """How many of these cells are headings of this kind of file."""
    return len({name for cell in cells if (name := _column(COLUMNS[kind], cell))})


def read_headings(kind: str, cells: Sequence[object], file: Path, line: int) -> Headings:
    """Read them; `SetupError` when one is missing that the file makes no sense without."""
    names = COLUMNS[kind]
    places: dict[str, int] = {}
    remarks = []
    for place, cell in enumerate(cells):
        name, shown = _column(names, cell), _shown(cell)
        if name is None:
            remarks += [_unknown(names, shown)] if shown else []
            continue
        kept = places.get(name, place)
        places[name] = min(kept, place, key=lambda each: _rank(names[name], cells[each]))
        if kept != place:
            out = place if places[name] == kept else kept
            remarks.append(f"the column {_shown(cells[out])!r} is left out: {_shown(cells[places[name]])!r} counts")
    missing = next((group for group in NEEDED[kind] if places.keys().isdisjoint(group)), None)
    if missing is not None:
        raise SetupError(_missing(names, missing), where=f"{file}:{line}", hint=_hint(cells))
    return Headings(places, {name: _shown(cells[place]) for name, place in places.items()}, tuple(remarks))


def _column(names: Names, cell: object) -> str | None:
    wanted = _bare(cell)
    return next((name for name, others in names.items() if wanted and wanted in map(_bare, others)), None)


def _rank(others: Sequence[str], cell: object) -> int:
    return [_bare(other) for other in others].index(_bare(cell))


def _shown(cell: object) -> str:
    return "" if cell is None else str(cell).strip()


def _bare(cell: object) -> str:
    """A heading without what it is decorated with: "金额（元）", "Order No.", " 会员_号*"."""
    text = unicodedata.normalize("NFKC", str(cell if cell is not None else "")).casefold()
    words = re.sub(r"\(.*?\)|\[.*?\]|【.*?】", "", text).strip() or text
    return re.sub(r"[\s_\-.*:#'\"/\ufeff()\[\]【】]+", "", words)


def _unknown(names: Names, shown: str) -> str:
    every = {_bare(other): other for others in names.values() for other in others}
    bare = _bare(shown)
    near = nearest(bare, every) or next(iter(difflib.get_close_matches(bare, every, 1, 0.6)), None)
    meant = f"; did you mean {every[near]!r}?" if near else ""
    return f"the column {shown!r} is not known and is left out{meant}"


def _missing(names: Names, group: Sequence[str]) -> str:
    chinese = [next(other for other in names[name] if not other.isascii()) for name in group]
    return f"there is no column {' or '.join(map('{} ({})'.format, group, chinese))}"


def _hint(cells: Sequence[object]) -> str:
    shown = ", ".join(filter(None, map(_shown, cells)))
    return f"the first line has: {shown[:200]}" if shown else "the first line names the columns"
