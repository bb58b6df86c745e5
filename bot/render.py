"""Turns templates into text, inside a sandbox that knows only what it is given."""

from __future__ import annotations

import re
import tomllib
import traceback
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import FileSystemLoader, StrictUndefined, TemplateError, TemplateNotFound, TemplateSyntaxError, meta, nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.core.errors import RenderError
from bot.core.post import Post
from bot.policy.text import visible
from bot.template_guard import FILTERS, SOURCE_LIMIT, bounded, guard, join

_MASS_MENTION = re.compile("[@＠]+(?=(?:所有人|all\\b))", re.IGNORECASE)


class Renderer:
    """Renders replies of one locale and posts of the library. Every fault is a `RenderError` with file and line."""

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
        self._env.globals.clear()
        for name in set(self._env.filters) - FILTERS:
            del self._env.filters[name]
        self._env.filters |= {"clock": self._clock, "day": self._day, "safe_name": self._safe_name, "join": join}
        self._env.filters |= {"usage": self._usage, "summary": self._summary}

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
        tree = self._guarded(source, file)
        try:
            template = self._env.template_class.from_code(
                self._env, self._env.compile(tree, str(file), str(file)), {}, None
            )
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
