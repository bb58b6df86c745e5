"""Reads tags off what people say: words to tags, with negation, exclusions and expiry."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

import ahocorasick_rs as aho

from bot.policy.text import for_matching

_CLAUSE_END = re.compile(r"[,，。.!！?？;；:：、\n]")


@dataclass(frozen=True, slots=True)
class TagRule:
    """One rule. A word does not count inside one of `excludes`, nor shortly after one of `negations`.

    `implies` are tags that follow from this one (a ragdoll is a cat). `why` is what operators are told.
    """

    id: str
    tag: str
    words: tuple[str, ...]
    why: str
    negations: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    implies: tuple[str, ...] = ()
    expires: timedelta | None = None


@dataclass(frozen=True, slots=True)
class TagHit:
    """A rule met by a text, and the word that met it."""

    tag: str
    rule: TagRule
    word: str


class TagRules:
    """All rules as one automaton over normalised text; matching is leftmost-longest, so a phrase beats its parts.

    `negation_window` is how many characters before a word are searched for a negation, within its clause.
    """

    def __init__(self, rules: Sequence[TagRule], *, negation_window: int = 4) -> None:
        self.rules = tuple(rules)
        self._window = negation_window
        owners: dict[str, list[TagRule]] = {}
        for rule in self.rules:
            for word in rule.words:
                owners.setdefault(for_matching(word), []).append(rule)
            for phrase in rule.excludes:
                owners.setdefault(for_matching(phrase), [])
        self._negations = {rule: tuple(map(for_matching, rule.negations)) for rule in self.rules}
        self._owners = list(owners.values())
        self._words = list(owners)
        self._automaton = aho.AhoCorasick(self._words, matchkind=aho.MatchKind.LeftmostLongest) if owners else None

    def match(self, text: str) -> tuple[TagHit, ...]:
        """Every tag the text earns, each once, in the order of its words."""
        if self._automaton is None:
            return ()
        folded = for_matching(text)
        hits: dict[str, TagHit] = {}
        for index, start, _end in self._automaton.find_matches_as_indexes(folded):
            for rule in self._owners[index]:
                if not self._negated(folded, start, self._negations[rule]):
                    for tag in (rule.tag, *rule.implies):
                        hits.setdefault(tag, TagHit(tag, rule, self._words[index]))
        return tuple(hits.values())

    def _negated(self, folded: str, start: int, negations: Iterable[str]) -> bool:
        before = _CLAUSE_END.split(folded[max(0, start - self._window) : start])[-1]
        return any(negation in before for negation in negations)


def duplicated(rules: Sequence[TagRule]) -> Iterator[str]:
    """Ids that stand on more than one rule."""
    seen: set[str] = set()
    for rule in rules:
        if rule.id in seen:
            yield rule.id
        seen.add(rule.id)
