"""Checks everything people wrote: every fault, not only the first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.content.library import read_library
from bot.content.rules import read_tag_rules
from bot.core.errors import RenderError, SetupError
from bot.render import Renderer


def faults(templates: Path, tag_rules: Path, renderer: Renderer, sample: Mapping[str, object]) -> Iterator[SetupError]:
    """Faults of the library, of each post rendered with `sample`, of the reply templates and of the tag rules."""
    posts, found = read_library(templates / "posts")
    yield from found
    for post in posts:
        try:
            renderer.post(post, sample)
        except RenderError as error:
            yield _fault(error, f"posts may use {', '.join(sorted(sample))}")
    for path in renderer.replies():
        try:
            renderer.variables(path.read_text(encoding="utf-8"), path)
        except RenderError as error:
            yield _fault(error, "correct the template")
        except (OSError, UnicodeDecodeError) as error:
            yield SetupError(f"cannot be read: {error}", where=str(path), hint="it must be UTF-8 text")
    try:
        _ = renderer.commands
    except RenderError as error:
        yield _fault(error, "each command has its usage and its summary there")
    try:
        read_tag_rules(tag_rules)
    except SetupError as fault:
        yield fault


def _fault(error: RenderError, hint: str) -> SetupError:
    where = f"{error.file}:{error.line}" if error.line is not None else str(error.file)
    return SetupError(error.problem, where=where, hint=hint)
