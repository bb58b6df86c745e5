"""Segments: which people are meant, as an expression such as `tag:养猫 and tier:vip and silent>=7d`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import NoReturn, Protocol

from bot.core.profile import Profile
from bot.policy.gathering import Gathering
from bot.policy.nearest import nearest
from bot.policy.segment_term import ALL, NAMED, SEGMENT, SegmentError, bare, compared, named, near_term, term_called
from bot.policy.segment_words import AND, CLOSE, END, NOT, OPEN, OR, TERM, Word, words_of

LIMIT = 200
"""Characters an expression may have: what is longer, nobody reads; it also bounds the depth of the parser."""

MOST_TERMS = 200
"""Terms that an expression may have once the segments it names are written out."""

_TERMS = "all, tag:<name>, tier:<name>, silent>=7d or another term, not or ("


class Segment(Protocol):
    """Anything that can say who belongs to it."""

    def includes(self, person: Profile) -> bool:
        """Whether this person belongs to it."""
        ...

    def among(self, people: Gathering) -> frozenset[str]:
        """The ids of those who belong to it, the same whom `includes` lets in."""
        ...

    def asks(self) -> frozenset[str]:
        """The terms it consists of, by their English names, without `all`: the facts it needs."""
        ...

    def tags(self) -> frozenset[str]:
        """The tags that the expression mentions."""
        ...


@dataclass(frozen=True, slots=True)
class Not:
    """Everybody else."""

    inner: Segment

    def includes(self, person: Profile) -> bool:
        return not self.inner.includes(person)

    def among(self, people: Gathering) -> frozenset[str]:
        return people.everybody() - self.inner.among(people)

    def asks(self) -> frozenset[str]:
        return self.inner.asks()

    def tags(self) -> frozenset[str]:
        return self.inner.tags()


@dataclass(frozen=True, slots=True)
class Both:
    """`and`, which binds closer than `or`."""

    left: Segment
    right: Segment

    def includes(self, person: Profile) -> bool:
        return self.left.includes(person) and self.right.includes(person)

    def among(self, people: Gathering) -> frozenset[str]:
        return self.left.among(people) & self.right.among(people)

    def asks(self) -> frozenset[str]:
        return self.left.asks() | self.right.asks()

    def tags(self) -> frozenset[str]:
        return self.left.tags() | self.right.tags()


@dataclass(frozen=True, slots=True)
class Either:
    """`or`."""

    left: Segment
    right: Segment

    def includes(self, person: Profile) -> bool:
        return self.left.includes(person) or self.right.includes(person)

    def among(self, people: Gathering) -> frozenset[str]:
        return self.left.among(people) | self.right.among(people)

    def asks(self) -> frozenset[str]:
        return self.left.asks() | self.right.asks()

    def tags(self) -> frozenset[str]:
        return self.left.tags() | self.right.tags()


@dataclass(frozen=True, slots=True)
class Known:
    """The names an expression may use: None for any tier or room. `saved` are segments by name, as expressions."""

    tiers: Collection[str] | None = None
    rooms: Collection[str] | None = None
    saved: Mapping[str, str] | None = None


@cache
def parse(text: str) -> Segment:
    """The segment that an expression in a file describes; it names no saved ones. `SegmentError` says what is wrong."""
    return read(text, Known())


def read(text: str, known: Known) -> Segment:
    """The segment that an expression describes among these names.

    `SegmentError`, a `ValueError`, says at which character, from 1, and what was expected there.
    """
    return _Parser(text, known, ()).whole()


class _Parser:
    """Recursive descent over the words of one expression. `within` are the saved segments it stands in."""

    def __init__(self, text: str, known: Known, within: tuple[str, ...]) -> None:
        if len(text) > LIMIT:
            raise SegmentError(LIMIT + 1, "long", f"at most {LIMIT} characters")
        self._words = tuple(words_of(text))
        self._next, self._known, self._within, self.terms = 0, known, within, 0

    @property
    def _word(self) -> Word:
        return self._words[self._next]

    def whole(self) -> Segment:
        segment = self._either()
        if self._word.kind is not END:
            self._expected("joint", "'and', 'or' or the end")
        return segment

    def _either(self) -> Segment:
        left = self._both()
        while self._take(OR):
            left = Either(left, self._both())
        return left

    def _both(self) -> Segment:
        left = self._inverted()
        while self._take(AND):
            left = Both(left, self._inverted())
        return left

    def _inverted(self) -> Segment:
        if self._take(NOT):
            return Not(self._inverted())
        if self._take(OPEN):
            inner = self._either()
            if not self._take(CLOSE):
                self._expected("close", "')', 'and' or 'or'")
            return inner
        return self._term()

    def _term(self) -> Segment:
        word = self._word
        if word.kind != TERM:
            self._expected("term", _TERMS)
        self._next += 1
        self._count(1, word)
        name = term_called(word.name)
        if name is None:
            raise SegmentError(word.at, "term", _TERMS, word.text, near_term(word.name))
        if name == SEGMENT and word.sign == ":" and word.value:
            return self._saved(word)
        return self._leaf(name, word)

    def _leaf(self, name: str, word: Word) -> Segment:
        if name in NAMED:
            if word.sign not in {":", "="}:
                raise SegmentError(word.at, "term", _TERMS, word.text, f"{name}:")
            if not word.value:
                raise SegmentError(word.at, "name", f"a {name}'s name after '{name}:'", word.text)
            there = {"tier": self._known.tiers, "room": self._known.rooms}.get(name)
            return named(name, word.value, there, word.value_at)
        alone = None if word.sign else bare(name)
        if alone is not None:
            return alone
        if name == ALL or word.sign in {"", ":"}:
            raise SegmentError(word.at, "term", _TERMS, word.text, "" if word.sign == ":" else f"{name}>=7")
        return compared(name, word.sign, word.value, word.value_at)

    def _saved(self, word: Word) -> Segment:
        """A saved segment stands for its expression; one that stands in itself would never end."""
        name, saved = word.value, self._known.saved
        if saved is None:
            raise SegmentError(word.at, "unsaved", "an expression written out", word.text)
        if name not in saved:
            raise SegmentError(word.value_at, SEGMENT, "a saved segment", name, nearest(name, saved) or "")
        if name in self._within:
            raise SegmentError(word.value_at, "circle", "a segment that does not contain itself", name)
        try:
            inner = _Parser(saved[name], self._known, (*self._within, name))
            segment = inner.whole()
        except SegmentError as error:
            error.within = error.within or name
            raise
        self._count(inner.terms - 1, word)
        return segment

    def _count(self, terms: int, word: Word) -> None:
        self.terms += terms
        if self.terms > MOST_TERMS:
            raise SegmentError(word.at, "large", f"at most {MOST_TERMS} terms, saved segments written out", word.text)

    def _take(self, kind: str) -> bool:
        found = self._word.kind == kind
        self._next += found
        return found

    def _expected(self, kind: str, expected: str) -> NoReturn:
        raise SegmentError(self._word.at, kind, expected, self._word.text)
