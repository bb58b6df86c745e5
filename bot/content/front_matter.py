"""The keys above a post: what each may hold, and what is said about one that cannot be used."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date

import yaml
from frontmatter.default_handlers import YAMLHandler
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from bot.core.errors import SetupError
from bot.core.post import PostKind
from bot.policy import calendar, segment

SPAN = re.compile(r"^(\d{4}-\d{2}-\d{2})?\.\.(\d{4}-\d{2}-\d{2})?$")

Where = Callable[[str], str]
"""From a key to its file:line."""


class PlainYaml(YAMLHandler):
    """YAML in which everything is text: the default loader reads 9:30 as 570 and `on` as true."""

    def load(self, fm: str, **_options: object) -> dict[str, object]:
        loaded = yaml.load(fm, Loader=yaml.BaseLoader) or {}  # noqa: S506 - BaseLoader builds plain strings only
        if not isinstance(loaded, dict):
            raise yaml.YAMLError("not a list of keys")
        return loaded


class FrontMatter(BaseModel):
    """The keys a post may have."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: PostKind
    title: str = Field(min_length=1, max_length=60)
    tags: tuple[str, ...] = ()
    audience: str = "all"
    cooldown_days: int = Field(default=60, ge=0, le=3650)
    valid: str = ""
    media: str = ""
    weight: int = Field(default=1, ge=1, le=10)
    series: str = Field(default="", max_length=30)
    part: int = Field(default=0, ge=0, le=99)
    festival: str = ""
    days_before: int = Field(default=0, ge=0, le=60)

    @field_validator("valid")
    @classmethod
    def _span(cls, text: str) -> str:
        found = SPAN.match(text) if text else None
        if text and (found is None or not (found.group(1) or found.group(2))):
            raise ValueError(f"{text!r} is not a span such as 2026-01-01..2026-02-28 or 2026-01-01..")
        first, last = (date.fromisoformat(day) if day else None for day in (found.groups() if found else (None, None)))
        if first and last and last < first:
            raise ValueError(f"{text!r} ends before it begins")
        return text

    @field_validator("audience")
    @classmethod
    def _audience(cls, text: str) -> str:
        segment.parse(text)
        return text

    @field_validator("festival")
    @classmethod
    def _festival(cls, text: str) -> str:
        return calendar.festival_named(text) if text else ""

    def span(self) -> tuple[date | None, date | None]:
        """The first and the last day of `valid`, None where it is open."""
        found = SPAN.match(self.valid)
        first, last = found.groups() if found else (None, None)
        return (date.fromisoformat(first) if first else None, date.fromisoformat(last) if last else None)


def read_matter(
    matter: Mapping[str, object], fallback: Mapping[str, object], where: Where
) -> tuple[FrontMatter, tuple[SetupError, ...]]:
    """The front matter and all its faults; what is faulty or missing is replaced from `fallback` or by its default."""
    faults: list[SetupError] = []
    good = dict(matter)
    try:
        meta = FrontMatter.model_validate(matter)
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_input=False):
            key = str(detail["loc"][0])
            good.pop(key, None)
            faults.append(_fault(key, detail["type"], detail["msg"], where(key)))
        meta = FrontMatter.model_validate({**fallback, **good})
    faults += _ties(meta, matter, where)
    return meta, tuple(faults)


def _ties(meta: FrontMatter, matter: Mapping[str, object], where: Where) -> Iterator[SetupError]:
    """Keys that make no sense without each other."""
    if meta.series and "part" not in matter:
        yield SetupError("belongs to a series but has no 'part'", where=where("series"), hint="add part: 1, 2 or …")
    elif meta.series and matter["part"] == "0":
        yield SetupError("part: the first part of a series is 1", where=where("part"), hint="correct this value")
    if "part" in matter and "series" not in matter:
        yield SetupError("has a 'part' but no 'series'", where=where("part"), hint="add series: and its name")
    if "days_before" in matter and "festival" not in matter:
        hint = "add festival: and its name"
        yield SetupError("has 'days_before' but no 'festival'", where=where("days_before"), hint=hint)


def _fault(key: str, kind: str, said: str, where: str) -> SetupError:
    known = list(FrontMatter.model_fields)
    if kind == "extra_forbidden":
        near = difflib.get_close_matches(key, known, 1)
        hint = f"did you mean {near[0]!r}?" if near else f"known keys: {', '.join(known)}"
        return SetupError(f"unknown front-matter key {key!r}", where=where, hint=hint)
    if kind == "missing":
        return SetupError(f"the front matter lacks {key!r}", where=where, hint=f"add a line such as {key}: …")
    said = said.removeprefix("Value error, ")
    hint = f"known: {', '.join(calendar.FESTIVALS)}" if key == "festival" else "correct this value"
    return SetupError(f"{key}: {said[0].lower()}{said[1:]}", where=where, hint=hint)
