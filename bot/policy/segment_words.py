"""Takes the expression of a segment apart: operators, parentheses and terms, each with its place in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.policy.segment_term import ALL, NAMES, UNSUBSCRIBED, term_called

AND, OR, NOT, OPEN, CLOSE, TERM, END = "and", "or", "not", "(", ")", "term", ""
OPERATORS = {"and": AND, "or": OR, "not": NOT, "且": AND, "并且": AND, "或": OR, "或者": OR, "非": NOT, "不是": NOT}

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0x2005: 0x20, 0x00A0: 0x20}
"""Full-width characters to half-width, one for one: places stay what they are."""

_COLON_OR_SIGN = r"\s*[:<>=≥≤]"
_ALONE = "|".join(name for name in NAMES if term_called(name) in {ALL, UNSUBSCRIBED})
_KNOWN = "|".join(sorted(map(re.escape, NAMES), key=len, reverse=True))
_BEGINS = rf"非?(?:(?:{_KNOWN}){_COLON_OR_SIGN}|(?:{_ALONE})(?=[\s()且或]|$)|\()"
"""What must follow 且, 或 and 非 that are written without a gap: in the middle of a name they are letters."""

_OPERATOR = re.compile(rf"(?:and|or|not|并且|或者|不是|且|或|非)(?=[\s()]|$)|[且或非](?={_BEGINS})", re.IGNORECASE)
_COMPARED = re.compile(r"([^\s():<>=≥≤]+)\s*(>=|<=|=>|=<|==|[<>=≥≤])\s*([^\s()且或]*)")
_NAMED = re.compile(rf"([^\s():<>=≥≤]+):(?:[\"“”](.*?)[\"“”]|「(.*?)」|((?:(?![且或]{_BEGINS})[^\s()])*))")
_WORD = re.compile(rf"[^\s()](?:(?![且或]{_BEGINS})[^\s()])*")


@dataclass(frozen=True, slots=True)
class Word:
    """One piece of an expression. `at` is its first character, from 1, and `value_at` that of its value.

    Of a term, `name` is what stands before the colon or the `sign`; a word with neither is all name.
    """

    kind: str
    text: str
    at: int
    name: str = ""
    sign: str = ""
    value: str = ""
    value_at: int = 0


def words_of(text: str) -> Iterator[Word]:
    """The words of an expression in order; the last one is the end."""
    plain, at = text.translate(_WIDE), 0
    while at < len(plain):
        if plain[at].isspace():
            at += 1
            continue
        word, at = _next(plain, text, at)
        yield word
    yield Word(END, "", len(text) + 1)


def _next(plain: str, text: str, at: int) -> tuple[Word, int]:
    """The word that begins at index `at`, and the index after it; names are taken as they were written."""
    if plain[at] in "()":
        return Word(plain[at], plain[at], at + 1), at + 1
    if found := _OPERATOR.match(plain, at):
        return Word(OPERATORS[found.group().lower()], text[at : found.end()], at + 1), found.end()
    if found := _NAMED.match(plain, at):
        group = next((number for number in (2, 3, 4) if found.group(number) is not None), 4)
        value = text[found.start(group) : found.end(group)]
        name = found.group(1)
        return Word(TERM, text[at : found.end()], at + 1, name, ":", value, found.start(group) + 1), found.end()
    if found := _COMPARED.match(plain, at):
        name, sign, value = found.groups()
        return Word(TERM, text[at : found.end()], at + 1, name, sign, value, found.start(3) + 1), found.end()
    found = _WORD.match(plain, at)
    end = found.end() if found else at + 1
    return Word(TERM, text[at:end], at + 1, plain[at:end]), end
