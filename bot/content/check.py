"""Checks everything people wrote: every fault, not only the first, and what will soon run out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from bot.content.library import read_files
from bot.content.rules import read_tag_rules
from bot.core.errors import RenderError, SetupError
from bot.core.post import Post, PostKind
from bot.policy import segment, stock
from bot.render import Renderer

ENOUGH_DAYS = 7
"""Somebody needs about a week to write what is missing."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom the library must last for: a room, or a sort of room. `last_posted` is by slug."""

    name: str
    tags: frozenset[str]
    kinds_per_day: Mapping[PostKind, float]
    last_posted: Mapping[str, datetime] = field(default_factory=dict)


def faults(
    templates: Path,
    tag_rules: Path,
    renderer: Renderer,
    sample: Callable[[Post], Mapping[str, object]],
    others: Iterable[SetupError] = (),
) -> Iterator[SetupError]:
    """Faults of the library, of each post rendered, of the reply templates and of the tag rules.

    `sample` gives the variables that are on offer to a post, with values to try it with; `others` are faults of
    the other files people write.
    """
    files, found = read_files(templates / "posts")
    yield from found
    for post in (file.post for file in files if file.post):
        yield from _unrendered(post, renderer, sample(post))
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
    yield from others


def readers(posts: Iterable[Post], kinds_per_day: Mapping[PostKind, float]) -> tuple[Reader, ...]:
    """The sorts of room the library distinguishes: one without tags, and one for each tag its audiences mention."""
    tags = sorted({tag for post in posts for tag in segment.parse(post.audience).tags()})
    tagged = (Reader(f"rooms with the tag {tag}", frozenset({tag}), kinds_per_day) for tag in tags)
    return (Reader("rooms without tags", frozenset(), kinds_per_day), *tagged)


def warnings(posts: Sequence[Post], rooms: Iterable[Reader], now: datetime) -> Iterator[str]:
    """One line for each reader and kind whose unused posts last fewer than `ENOUGH_DAYS`; `now` in the rooms' zone."""
    for room in rooms:
        for kind, rate in room.kinds_per_day.items():
            left = stock.days_left(posts, room.last_posted, {kind: rate}, room.tags, now)
            if left < ENOUGH_DAYS:
                yield f"{room.name}: unused {kind} posts last {left:.1f} days; write more of them"


def _unrendered(post: Post, renderer: Renderer, variables: Mapping[str, object]) -> Iterator[SetupError]:
    """The faults of a post's text: one for each faulty line, as far as the rest can be rendered without that line."""
    hint = f"{post.kind} posts may use {', '.join(sorted(variables))}"
    lines = post.body.split("\n")
    while True:
        try:
            renderer.post(replace(post, body="\n".join(lines)), variables)
        except RenderError as error:
            yield _fault(error, hint)
            index = error.line - post.body_line if error.line is not None else -1
            # Without a line that opens or closes a block, the others would be blamed for what it did.
            if not 0 <= index < len(lines) or not lines[index] or "{%" in lines[index]:
                return
            lines[index] = ""
        else:
            return


def _fault(error: RenderError, hint: str) -> SetupError:
    where = f"{error.file}:{error.line}" if error.line is not None else str(error.file)
    return SetupError(error.problem, where=where, hint=hint)
