"""Reads tags off what people say: words to tags, with negation, exclusions and expiry."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import timedelta
from types import MappingProxyType

import ahocorasick_rs as aho

from bot.policy.behaviour import Behaviour
from bot.policy.text import for_matching

REACH = 20
"""So far back in its clause somebody else can be named."""
IT, ME = "它", "我"
_ASKING = re.compile(r"([有是会要能算用])[没不]\1")
_CLAUSE_END = re.compile(r"[,，。.!！?？;；:：、\n]")


@dataclass(frozen=True, slots=True)
class TagRule:
    """One rule. A word does not count inside one of `excludes`, nor shortly after one of `negations`.

    `implies` are tags that follow from this one (a ragdoll is a cat). `why` is what operators are told. A rule
    `of_animals` means them only: what speakers say of themselves (我都掉毛了) does not count.
    """

    id: str
    tag: str
    words: tuple[str, ...]
    why: str
    negations: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    implies: tuple[str, ...] = ()
    expires: timedelta | None = None
    of_animals: bool = False


@dataclass(frozen=True, slots=True)
class Voices:
    """Whom words are about, for all rules: those of other people give the speaker no tag.

    `others` names them (邻居), up to the end of its clause or to one of `ours` (邻居送我的猫); after one of `relayed`
    (朋友托我问) nothing in the message counts. `myself` is the speaker in person.
    """

    others: tuple[str, ...] = ()
    ours: tuple[str, ...] = ()
    relayed: tuple[str, ...] = ()
    myself: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TagHit:
    """A rule met by a text, and the word that met it."""

    tag: str
    rule: TagRule
    word: str


NO_VOICES = Voices()


class TagRules:
    """All rules as one automaton over normalised text; matching is leftmost-longest, so a phrase beats its parts.

    `negation_window` is how many characters before a word are searched for a negation, within its clause.
    `behaviours` are tags for what people do instead of say.
    """

    def __init__(
        self,
        rules: Sequence[TagRule],
        *,
        negation_window: int = 4,
        voices: Voices = NO_VOICES,
        behaviours: Mapping[str, Behaviour] = MappingProxyType({}),
    ) -> None:
        self.rules, self.behaviours = tuple(rules), behaviours
        self._window = negation_window
        self._voices = Voices(*(tuple(map(for_matching, phrases)) for phrases in astuple(voices)))
        theirs = (*self._voices.others, *self._voices.relayed)
        self._theirs = aho.AhoCorasick(theirs) if theirs else None
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
        others = self._theirs is not None and bool(self._theirs.find_matches_as_indexes(folded))
        for index, start, _end in self._automaton.find_matches_as_indexes(folded):
            before = _before(folded, start)
            if not self._owners[index] or (others and self._of_others(folded[:start], before)):
                continue
            for rule in self._owners[index]:
                if not self._negated(before, rule):
                    for tag in (rule.tag, *rule.implies):
                        hits.setdefault(tag, TagHit(tag, rule, self._words[index]))
        return tuple(hits.values())

    def _negated(self, before: str, rule: TagRule) -> bool:
        near = before[-self._window :] if self._window else ""
        if rule.of_animals and self._of_myself(near.split(IT)[-1]):
            return True
        return any(negation in near for negation in self._negations[rule])

    def _of_myself(self, near: str) -> bool:
        return near.endswith(ME) or any(phrase in near for phrase in self._voices.myself)

    def _of_others(self, text: str, before: str) -> bool:
        if any(phrase in text for phrase in self._voices.relayed):
            return True
        return _last(before, self._voices.others) > _last(before, self._voices.ours)


def _last(text: str, phrases: Sequence[str]) -> int:
    """Where the last of these ends, 0 without any: 小朋友 is no 朋友."""
    return max((text.rfind(phrase) + len(phrase) for phrase in phrases if phrase in text), default=0)


def _before(folded: str, start: int) -> str:
    """The clause up to the word, without the negation of 有没有 and its like: they ask."""
    before = _CLAUSE_END.split(folded[max(0, start - REACH) : start])[-1]
    return _ASKING.sub(lambda asked: "?" * len(asked[0]), before)


def duplicated(rules: Sequence[TagRule]) -> Iterator[str]:
    """Ids that stand on more than one rule."""
    seen: set[str] = set()
    for rule in rules:
        if rule.id in seen:
            yield rule.id
        seen.add(rule.id)
