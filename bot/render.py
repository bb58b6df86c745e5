"""Turns templates into text, inside a sandbox that knows only what it is given."""

from __future__ import annotations

import re
import tomllib
import traceback
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import (
    FileSystemLoader,
    StrictUndefined,
    Template,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    meta,
    nodes,
)
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.core.birthday import Calendar, YearlyDate
from bot.core.errors import RenderError
from bot.core.post import Post
from bot.core.reason import Reason
from bot.core.reply import Draft
from bot.policy import date_words
from bot.policy.plural import counted
from bot.policy.text import visible
from bot.template_guard import FILTERS, SOURCE_LIMIT, bounded, guard, join

_MASS_MENTION = re.compile("[@＠]+(?=(?:所有人|all\\b))", re.IGNORECASE)


class Renderer:
    """Renders replies of one locale and posts of the library. Every fault is a `RenderError` with file and line.

    `filters` are its own: how a time, a name or a reason is written, for whoever writes texts of the same locale.
    """

    def __init__(self, templates: Path, locale: str, zone: str) -> None:
        self._folder = templates / "replies" / locale
        self._locale = locale
        self._zone = ZoneInfo(zone)
        self._env = ImmutableSandboxedEnvironment(
            undefined=StrictUndefined,
            autoescape=False,
            trim_blocks=True,
            lstrip_blocks=True,
            loader=FileSystemLoader(self._folder),
        )
        self._kept: dict[Path, tuple[str, Template]] = {}
        self._env.globals.clear()
        for name in set(self._env.filters) - FILTERS:
            del self._env.filters[name]
        self.filters: Mapping[str, Callable[..., str]] = {
            "counted": counted,
            "clock": self._clock,
            "day": self._day,
            "date": self._date,
            "yearly": self._yearly,
            "safe_name": self._safe_name,
            "usage": self._usage,
            "summary": self._summary,
            "told": self._told,
            "composed": self._composed,
        }
        self._env.filters |= {**self.filters, "join": join}

    def reply(self, template: str, data: Mapping[str, object]) -> str:
        """The text of `<locale>/<template>.j2`."""
        file = self._folder / f"{template}.j2"
        try:
            source = file.read_text(encoding="utf-8")
        except OSError as error:
            raise RenderError("there is no such reply template", file=file) from error
        except UnicodeDecodeError as error:
            raise RenderError("is not UTF-8 text", file=file) from error
        return self._render(source, file, data)

    def replies(self) -> Iterator[Path]:
        """Every reply template of this locale."""
        yield from sorted(self._folder.rglob("*.j2"))

    def post(self, post: Post, variables: Mapping[str, object]) -> str:
        """The text of a post."""
        # Blank lines in front keep the line numbers of faults those of the file.
        return self._render("\n" * (post.body_line - 1) + post.body, post.path, variables)

    def variables(self, source: str, file: Path) -> set[str]:
        """The variables a template asks for; also applies the guard."""
        return meta.find_undeclared_variables(self._guarded(source, file))

    def _render(self, source: str, file: Path, data: Mapping[str, object]) -> str:
        template = self._compiled(source, file)
        try:
            text = "".join(bounded(template.generate(dict(data)), file))
        except (
            TemplateError,
            SecurityError,
            TypeError,
            ValueError,
            ArithmeticError,
            AttributeError,
            LookupError,
            RecursionError,
            SyntaxError,
        ) as error:
            raise RenderError(str(error), file=file, line=_line(error, file)) from error
        return _MASS_MENTION.sub("@\u2060", text).strip()

    def _compiled(self, source: str, file: Path) -> Template:
        """The template as code, kept as long as its source is the same."""
        kept = self._kept.get(file)
        if kept is not None and kept[0] == source:
            return kept[1]
        tree = self._guarded(source, file)
        try:
            code = self._env.compile(tree, str(file), str(file))
        except (TemplateError, SyntaxError, RecursionError) as error:
            raise RenderError(str(error), file=file, line=_line(error, file)) from error
        template = self._env.template_class.from_code(self._env, code, {}, None)
        self._kept[file] = (source, template)
        return template

    def _guarded(self, source: str, file: Path) -> nodes.Template:
        """The template's syntax tree, once the guard has let it pass."""
        if len(source) > SOURCE_LIMIT:
            raise RenderError(f"is longer than {SOURCE_LIMIT} characters", file=file)
        try:
            tree = self._env.parse(source, str(file), str(file))
        except TemplateSyntaxError as error:
            raise RenderError(error.message or "cannot be read", file=file, line=error.lineno) from error
        except RecursionError as error:
            raise RenderError("is nested too deeply", file=file) from error
        guard(tree, file)
        return tree

    def _usage(self, command: str) -> str:
        return self.commands[command]["usage"]

    def _summary(self, command: str) -> str:
        return self.commands[command]["summary"]

    @cached_property
    def commands(self) -> Mapping[str, Mapping[str, str]]:
        """How each command is explained: `usage` and `summary` by its English name."""
        file = self._folder / "commands.toml"
        try:
            return tomllib.loads(file.read_text(encoding="utf-8"))
        except (OSError, tomllib.TOMLDecodeError) as error:
            raise RenderError(str(error), file=file) from error

    @cached_property
    def reasons(self) -> Mapping[str, str]:
        """How each rule of the plan is told, as a template over its numbers and `next_at`, by its slug."""
        file = self._folder / "reasons.toml"
        try:
            return {slug: entry["text"] for slug, entry in _tables(tomllib.loads(file.read_text(encoding="utf-8")))}
        except (OSError, tomllib.TOMLDecodeError, KeyError) as error:
            raise RenderError(str(error), file=file) from error

    def _told(self, reason: Reason | Mapping[str, Any]) -> str:
        """A reason in words; one that came back from a notice is a mapping."""
        if not isinstance(reason, Reason):
            reason = Reason(reason["rule"], reason["numbers"], reason.get("next_at"))
        if not reason.rule:
            return ""
        file = self._folder / "reasons.toml"
        source = self.reasons.get(reason.rule)
        if source is None:
            raise RenderError(f"the rule {reason.rule!r} is not explained", file=file)
        return self._render(source, file / reason.rule, {**reason.numbers, "next_at": reason.next_at})

    def _composed(self, draft: Draft) -> str:
        return self.post(draft.post, draft.variables)

    def _date(self, day: date | str) -> str:
        """A day in words. What a reason or a notice has kept is text: an ISO day, with a clock behind it or without.

        What is no day stays as it is.
        """
        if isinstance(day, str):
            kept, gap, clock = day.partition(" ")
            try:
                return f"{self._date(date.fromisoformat(kept))}{gap}{clock}"
            except ValueError:
                return day
        return f"{day.month}月{day.day}日" if self._locale == "zh" else f"{day:%b} {day.day}"

    def _yearly(self, day: YearlyDate | Mapping[str, Any]) -> str:
        """A birthday's date in words; one that came back from a notice is a mapping."""
        if not isinstance(day, YearlyDate):
            day = YearlyDate(Calendar(day["calendar"]), day["month"], day["day"], day["leap"])
        return date_words.say(day, self._locale)

    def _clock(self, at: datetime | None) -> str:
        return f"{at.astimezone(self._zone):%H:%M}" if at else "—"

    def _day(self, at: datetime | None) -> str:
        if at is None:
            return "—"
        local = at.astimezone(self._zone)
        day = f"{local.month}月{local.day}日" if self._locale == "zh" else f"{local:%b} {local.day}"
        return f"{day} {local:%H:%M}"

    def _safe_name(self, name: str) -> str:
        return safe_name(name, "（没有名字）" if self._locale == "zh" else "(no name)")


def _tables(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The innermost tables of a TOML tree, each with its dotted name."""
    for name, value in tree.items():
        if isinstance(value, dict):
            if any(not isinstance(inner, dict) for inner in value.values()):
                yield prefix + name, value
            yield from _tables(value, f"{prefix}{name}.")


def safe_name(name: str, nameless: str = "（没有名字）") -> str:
    """A name as it may be shown: nothing invisible, one line, at most 24 characters, never an address to all."""
    shown = _MASS_MENTION.sub("", " ".join(visible(name).split()))
    return f"{shown[:24]}…" if len(shown) > 24 else shown or nameless


def _line(error: Exception, file: Path) -> int | None:
    """The template's line in the traceback; Jinja maps its generated code back to the source."""
    if isinstance(error, TemplateNotFound):
        return None
    frames = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(file)]
    return frames[-1] if frames else getattr(error, "lineno", None)
