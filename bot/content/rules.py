"""Reads the tag rules from their TOML file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.content.toml_file import TomlFile, read_toml
from bot.core.errors import SetupError
from bot.policy.behaviour import Behaviour
from bot.policy.tag_rules import TagRule, TagRules, Voices, duplicated


class _Rule(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    tag: str = Field(min_length=1, max_length=20)
    words: tuple[str, ...] = Field(min_length=1)
    why: str = Field(min_length=1)
    not_after: tuple[str, ...] | None = None
    excludes: tuple[str, ...] = ()
    implies: tuple[str, ...] = ()
    expires_days: int | None = Field(default=None, ge=1)
    of_animals: bool = False


class _Behaviour(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    tag: str = Field(min_length=1, max_length=20)
    why: str = Field(min_length=1)
    expires_days: int | None = Field(default=None, ge=1)
    overlooks: tuple[str, ...] = ()


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    negations: tuple[str, ...] = ()
    negation_window: int = Field(default=3, ge=0, le=20)
    others: tuple[str, ...] = ()
    ours: tuple[str, ...] = ()
    relayed: tuple[str, ...] = ()
    myself: tuple[str, ...] = ()
    rule: tuple[_Rule, ...] = ()
    behaviour: Mapping[Literal["replied", "early"], _Behaviour] = Field(default_factory=dict)


def read_tag_rules(path: Path) -> TagRules:
    """The rules as one matcher; `SetupError` with file:line for the first fault."""
    read = read_toml(path, "content.tag_rules")
    try:
        file = _File.model_validate(read.tables)
    except ValidationError as error:
        raise _fault(error, read) from None
    rules = tuple(_rule(rule, file.negations) for rule in file.rule)
    for twice in duplicated(rules):
        hint = "give each rule an id of its own"
        raise read.fault(_last_line(read.source, twice), f"the rule id {twice!r} is used twice", hint)
    behaviours: dict[str, Behaviour] = {
        name: Behaviour(done.tag, done.why, _days(done.expires_days), done.overlooks)
        for name, done in file.behaviour.items()
    }
    voices = Voices(file.others, file.ours, file.relayed, file.myself)
    return TagRules(rules, negation_window=file.negation_window, voices=voices, behaviours=behaviours)


_OWNERS: Mapping[str, tuple[type[BaseModel], str]] = {
    "rule": (_Rule, "a rule"),
    "behaviour": (_Behaviour, "a behaviour"),
}


def _rule(rule: _Rule, negations: tuple[str, ...]) -> TagRule:
    return TagRule(
        id=rule.id,
        tag=rule.tag,
        words=rule.words,
        why=rule.why,
        negations=negations if rule.not_after is None else rule.not_after,
        excludes=rule.excludes,
        implies=rule.implies,
        expires=_days(rule.expires_days),
        of_animals=rule.of_animals,
    )


def _days(days: int | None) -> timedelta | None:
    return timedelta(days=days) if days else None


def _fault(error: ValidationError, file: TomlFile) -> SetupError:
    first = error.errors(include_url=False, include_input=False)[0]
    loc = first["loc"]
    line = 1
    if loc[0] == "rule" and len(loc) > 1:
        line = file.line_of_table("rule", int(loc[1]))
    if loc[0] == "behaviour" and len(loc) > 1:
        header = f"[behaviour.{loc[1]}]"
        line = next((n for n, text in enumerate(file.source.splitlines(), 1) if text.strip() == header), 1)
    model, owner = _OWNERS.get(str(loc[0]) if len(loc) > 1 else "", (_File, "this file"))
    said = f"is not a key of {owner}" if first["type"] == "extra_forbidden" else first["msg"].lower()
    hint = f"known keys: {', '.join(model.model_fields)}"
    key = next((part for part in reversed(loc) if isinstance(part, str)), "rule")
    return file.fault(line, f"{key}: {said}", hint)


def _last_line(source: str, needle: str) -> int:
    """The last line that holds these words in quotes."""
    return max((number for number, text in enumerate(source.splitlines(), 1) if f'"{needle}"' in text), default=1)
