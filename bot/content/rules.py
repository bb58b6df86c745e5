"""Reads the tag rules from their TOML file."""

from __future__ import annotations

import re
import tomllib
from datetime import timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.core.errors import SetupError
from bot.policy.tag_rules import TagRule, TagRules, duplicated


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


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    negations: tuple[str, ...] = ()
    negation_window: int = Field(default=3, ge=0, le=20)
    rule: tuple[_Rule, ...] = ()


def read_tag_rules(path: Path) -> TagRules:
    """The rules as one matcher; `SetupError` with file:line for the first fault."""
    source = ""
    try:
        source = path.read_text(encoding="utf-8-sig")
        file = _File.model_validate(tomllib.loads(source))
    except OSError as error:
        hint = "create it, or correct content.tag_rules"
        raise SetupError(f"cannot be read: {error.strerror}", where=str(path), hint=hint) from None
    except UnicodeDecodeError as error:
        raise SetupError(f"cannot be read: {error}", where=str(path), hint="it must be UTF-8 text") from None
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        where = f"{path}:{line.group(1)}" if line else f"{path}:{len(source.splitlines())}"
        raise SetupError(f"is not valid TOML: {error}", where=where, hint="mind quotes and brackets") from None
    except ValidationError as error:
        raise _fault(error, path, source) from None
    rules = tuple(_rule(rule, file.negations) for rule in file.rule)
    for twice in duplicated(rules):
        where = f"{path}:{_last_line(source, twice)}"
        raise SetupError(f"the rule id {twice!r} is used twice", where=where, hint="give each rule an id of its own")
    return TagRules(rules, negation_window=file.negation_window)


def _rule(rule: _Rule, negations: tuple[str, ...]) -> TagRule:
    return TagRule(
        id=rule.id,
        tag=rule.tag,
        words=rule.words,
        why=rule.why,
        negations=negations if rule.not_after is None else rule.not_after,
        excludes=rule.excludes,
        implies=rule.implies,
        expires=timedelta(days=rule.expires_days) if rule.expires_days else None,
    )


def _fault(error: ValidationError, path: Path, source: str) -> SetupError:
    first = error.errors(include_url=False, include_input=False)[0]
    loc = first["loc"]
    line = 1
    if loc[0] == "rule" and len(loc) > 1:
        headers = [n for n, text in enumerate(source.splitlines(), 1) if text.strip().startswith("[[rule]]")]
        line = headers[int(loc[1])] if int(loc[1]) < len(headers) else 1
    model: type[BaseModel] = _Rule if len(loc) > 1 and loc[0] == "rule" else _File
    owner = "a rule" if model is _Rule else "this file"
    said = f"is not a key of {owner}" if first["type"] == "extra_forbidden" else first["msg"].lower()
    hint = f"known keys: {', '.join(model.model_fields)}"
    key = next((part for part in reversed(loc) if isinstance(part, str)), "rule")
    return SetupError(f"{key}: {said}", where=f"{path}:{line}", hint=hint)


def _last_line(source: str, needle: str) -> int:
    """The last line that holds these words in quotes."""
    return max((number for number, text in enumerate(source.splitlines(), 1) if f'"{needle}"' in text), default=1)
