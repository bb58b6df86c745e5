"""Whom a post is for, as an expression over tags: `all`, `tag:养猫`, `not`, `and`, `or` and parentheses."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import NoReturn, Protocol

LIMIT = 200
"""Characters an expression may have: what is longer, nobody reads; it also bounds the depth of the parser."""

_TOKEN = re.compile(r"[()]|[^\s()]+")
_WORDS = frozenset({"and", "or", "not", "(", ")"})
_TERMS = "all, tag:<name>, not or ("


class Audience(Protocol):
    """Anything that can say who belongs to it."""

    def includes(self, tags: Collection[str]) -> bool:
        """Whether somebody, or a room, with exactly these tags belongs to it."""
        ...

    def tags(self) -> frozenset[str]:
        """The tags that the expression mentions."""
        ...


@dataclass(frozen=True, slots=True)
class Everybody:
    """`all`."""

    def includes(self, tags: Collection[str]) -> bool:
        return True

    def tags(self) -> frozenset[str]:
        return frozenset()


@dataclass(frozen=True, slots=True)
class Tagged:
    """`tag:养猫`."""

    tag: str

    def includes(self, tags: Collection[str]) -> bool:
        return self.tag in tags

    def tags(self) -> frozenset[str]:
        return frozenset({self.tag})


@dataclass(frozen=True, slots=True)
class Not:
    """Everybody else."""

    inner: Audience

    def includes(self, tags: Collection[str]) -> bool:
        return not self.inner.includes(tags)

    def tags(self) -> frozenset[str]:
        return self.inner.tags()


@dataclass(frozen=True, slots=True)
class Both:
    """`and`, which binds closer than `or`."""

    left: Audience
    right: Audience

    def includes(self, tags: Collection[str]) -> bool:
        return self.left.includes(tags) and self.right.includes(tags)

    def tags(self) -> frozenset[str]:
        return self.left.tags() | self.right.tags()


@dataclass(frozen=True, slots=True)
class Either:
    """`or`."""

    left: Audience
    right: Audience

    def includes(self, tags: Collection[str]) -> bool:
        return self.left.includes(tags) or self.right.includes(tags)

    def tags(self) -> frozenset[str]:
        return self.left.tags() | self.right.tags()


@cache
def parse(text: str) -> Audience:
    """The audience an expression describes; `ValueError` says at which character, from 1, and what was expected."""
    if len(text) > LIMIT:
        raise ValueError(f"character {LIMIT + 1}: an audience has at most {LIMIT} characters")
    parser = _Parser(text)
    audience = parser.either()
    if parser.word:
        parser.expected("'and', 'or' or the end")
    return audience


class _Parser:
    """Recursive descent over the words of one expression; `word` is the next one, "" at the end."""

    def __init__(self, text: str) -> None:
        self._words = [(found.group(), found.start() + 1) for found in _TOKEN.finditer(text)]
        self._words.append(("", len(text) + 1))
        self._next = 0

    @property
    def word(self) -> str:
        return self._words[self._next][0]

    def either(self) -> Audience:
        left = self._both()
        while self._take("or"):
            left = Either(left, self._both())
        return left

    def expected(self, what: str) -> NoReturn:
        word, at = self._words[self._next]
        raise ValueError(
            f"character {at}: expected {what}, found {word!r}" if word else f"character {at}: expected {what}"
        )

    def _both(self) -> Audience:
        left = self._inverted()
        while self._take("and"):
            left = Both(left, self._inverted())
        return left

    def _inverted(self) -> Audience:
        if self._take("not"):
            return Not(self._inverted())
        if self._take("("):
            inner = self.either()
            if not self._take(")"):
                self.expected("')', 'and' or 'or'")
            return inner
        return self._term()

    def _term(self) -> Audience:
        word = self.word
        if word in _WORDS or not word:
            self.expected(_TERMS)
        name, colon, tag = word.partition(":")
        if word != "all" and (name != "tag" or not tag):
            self.expected("a tag's name after 'tag:'" if (name, colon) == ("tag", ":") else _TERMS)
        self._next += 1
        return Tagged(tag) if colon else Everybody()

    def _take(self, word: str) -> bool:
        found = self.word == word
        self._next += found
        return found
