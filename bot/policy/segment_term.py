"""The terms of a segment, and how each is read: `tag:养猫`, `tier:vip`, `silent>=7d`, `unsubscribed`."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from bot.core.profile import Profile
from bot.policy.gathering import Gathering, Span
from bot.policy.nearest import nearest
from bot.policy.text import for_matching

TAG, TIER, ROOM, SEGMENT, ALL, UNSUBSCRIBED = "tag", "tier", "room", "segment", "all", "unsubscribed"
NAMED = frozenset({TAG, TIER, ROOM, SEGMENT})
"""Terms with a colon and a name after it."""
DAYS = frozenset({"silent", "joined", "birthday"})
"""Terms that compare days."""
COUNTS = frozenset({"words", "words30", "points", "spent", "orders", "streak"})
"""Terms that compare numbers; `spent` is in yuan."""

CALLED: Mapping[str, str] = {
    "标签": TAG,
    "等级": TIER,
    "群": ROOM,
    "人群": SEGMENT,
    "所有人": ALL,
    "全部": ALL,
    "已退订": UNSUBSCRIBED,
    "退订": UNSUBSCRIBED,
    "沉默": "silent",
    "没说话": "silent",
    "入群": "joined",
    "进群": "joined",
    "发言": "words",
    "近30天发言": "words30",
    "积分": "points",
    "消费": "spent",
    "订单": "orders",
    "下单": "orders",
    "连续打卡": "streak",
    "生日": "birthday",
}
"""What operators may call a term in Chinese."""

TERMS = (*sorted(NAMED | DAYS | COUNTS), ALL, UNSUBSCRIBED)
NAMES = (*TERMS, *CALLED)

_LEFT = frozenset({"已退订", "退订"})
"""Tags that mean the state and no tag: nobody has to set them."""
_COMPARE: Mapping[str, Callable[[int, int], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
}
_SPANS: Mapping[str, Callable[[int], Span]] = {
    "<": lambda value: Span(None, value),
    "<=": lambda value: Span(None, value + 1),
    ">": lambda value: Span(value + 1, None),
    ">=": lambda value: Span(value, None),
    "=": lambda value: Span(value, value + 1),
}
_SIGNS = {"≥": ">=", "≤": "<=", "=>": ">=", "=<": "<=", "==": "="}
_UNITS = {"": 1, "d": 1, "day": 1, "days": 1, "天": 1, "日": 1, "w": 7, "周": 7, "星期": 7}
_DAYS = re.compile(r"(\d{1,5})(d|days?|天|日|w|周|星期|)", re.ASCII | re.IGNORECASE)
_COUNT = re.compile(r"(\d{1,9})(?:次|单|分|条|句|天|d|)", re.ASCII)
_YUAN = re.compile(r"[¥￥]?(\d{1,9}(?:\.\d{1,2})?)(?:元|块|)", re.ASCII)


class SegmentError(ValueError):
    """An expression that cannot be read: at which character, from 1, what was expected, and what stands there.

    `near` is the known name that was probably meant, "" for none; `kind` says which sort of thing was expected.
    `within` is the saved segment in whose expression it stands, "" for the one that was given.
    """

    def __init__(self, at: int, kind: str, expected: str, found: str = "", near: str = "") -> None:
        self.at, self.kind, self.expected, self.found, self.near = at, kind, expected, found, near
        self.within = ""
        stands = f", found {found!r}" if found else ""
        meant = f"; did you mean {near!r}?" if near else ""
        super().__init__(f"character {at}: expected {expected}{stands}{meant}")


@dataclass(frozen=True, slots=True)
class Everybody:
    """`all`."""

    def includes(self, person: Profile) -> bool:
        return True

    def among(self, people: Gathering) -> frozenset[str]:
        return people.everybody()

    def asks(self) -> frozenset[str]:
        return frozenset()

    def tags(self) -> frozenset[str]:
        return frozenset()


@dataclass(frozen=True, slots=True)
class Tagged:
    """`tag:养猫`."""

    tag: str

    def includes(self, person: Profile) -> bool:
        return self.tag in person.tags

    def among(self, people: Gathering) -> frozenset[str]:
        return people.having(TAG, self.tag)

    def asks(self) -> frozenset[str]:
        return frozenset({TAG})

    def tags(self) -> frozenset[str]:
        return frozenset({self.tag})


@dataclass(frozen=True, slots=True)
class Fact:
    """A yes or a no about the person: `tier:vip`, `room:猫咪会客厅`, `unsubscribed`. `value` is folded for matching."""

    term: str
    value: str = ""

    def includes(self, person: Profile) -> bool:
        if self.term == TIER:
            return person.tier == self.value
        return self.value in person.rooms if self.term == ROOM else person.unsubscribed

    def among(self, people: Gathering) -> frozenset[str]:
        return people.having(self.term, self.value)

    def asks(self) -> frozenset[str]:
        return frozenset({self.term})

    def tags(self) -> frozenset[str]:
        return frozenset()


@dataclass(frozen=True, slots=True)
class Compared:
    """`silent>=7d`, `points>=100`; what is not known of somebody compares to nothing."""

    term: str
    sign: str
    value: int

    def includes(self, person: Profile) -> bool:
        fact = getattr(person, self.term)
        return fact is not None and _COMPARE[self.sign](fact, self.value)

    def among(self, people: Gathering) -> frozenset[str]:
        return people.counting(self.term, _SPANS[self.sign](self.value))

    def asks(self) -> frozenset[str]:
        return frozenset({self.term})

    def tags(self) -> frozenset[str]:
        return frozenset()


Term = Everybody | Tagged | Fact | Compared


def term_called(said: str) -> str | None:
    """The term that goes by this name, whatever its case; None for no term at all."""
    folded = said.casefold()
    return CALLED.get(folded, folded if folded in TERMS else None)


def near_term(said: str) -> str:
    """The term somebody probably meant, "" for none."""
    return nearest(said.casefold(), NAMES) or ""


def bare(name: str) -> Term | None:
    """A term that is one word; None when the word needs more."""
    if name == ALL:
        return Everybody()
    return Fact(UNSUBSCRIBED) if name == UNSUBSCRIBED else None


def named(name: str, value: str, known: Collection[str] | None, at: int) -> Term:
    """`tag:…`, `tier:…` or `room:…`. `known` are the tiers or rooms there are; another one is a fault at `at`."""
    if name == TAG:
        return Fact(UNSUBSCRIBED) if value in _LEFT else Tagged(value)
    folded = for_matching(value).strip()
    if known is not None and folded not in map(for_matching, known):
        near = nearest(folded, map(for_matching, known))
        meant = next((item for item in known if for_matching(item) == near), "")
        raise SegmentError(at, name, f"a {name} there is", value, meant)
    return Fact(name, folded)


def compared(name: str, sign: str, value: str, at: int) -> Term:
    """A comparison; `at` is where its value stands."""
    sign = _SIGNS.get(sign, sign)
    pattern, expected = (_DAYS, "a number of days such as 7d or 2w") if name in DAYS else (_COUNT, "a whole number")
    if name == "spent":
        pattern, expected = _YUAN, "an amount in yuan such as 500"
    found = pattern.fullmatch(value)
    if found is None:
        raise SegmentError(at, "days" if name in DAYS else "number", expected, value)
    if name == "spent":
        return Compared(name, sign, int(Decimal(found.group(1)) * 100))
    return Compared(name, sign, int(found.group(1)) * (_UNITS[found.group(2).lower()] if name in DAYS else 1))
