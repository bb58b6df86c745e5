"""Reads the library: one Markdown file per post, front matter first."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import frontmatter
import yaml
from frontmatter.default_handlers import YAMLHandler
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from bot.core.errors import SetupError
from bot.core.post import Post, PostKind

_VALID = re.compile(r"^(\d{4}-\d{2}-\d{2})?\.\.(\d{4}-\d{2}-\d{2})?$")
_FENCE = re.compile(r"^-{3,}\s*$")


class _PlainYaml(YAMLHandler):
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

    @field_validator("valid")
    @classmethod
    def _span(cls, text: str) -> str:
        found = _VALID.match(text) if text else None
        if text and (found is None or not (found.group(1) or found.group(2))):
            raise ValueError(f"{text!r} is not a span such as 2026-01-01..2026-02-28 or 2026-01-01..")
        first, last = (date.fromisoformat(day) if day else None for day in (found.groups() if found else (None, None)))
        if first and last and last < first:
            raise ValueError(f"{text!r} ends before it begins")
        return text


def read_library(folder: Path) -> tuple[tuple[Post, ...], tuple[SetupError, ...]]:
    """All posts below `folder`, and every fault found on the way, each with file:line."""
    posts: list[Post] = []
    faults: list[SetupError] = []
    if not folder.is_dir():
        hint = "create it, or correct content.templates"
        return (), (SetupError("there is no such folder of posts", where=str(folder), hint=hint),)
    for path in sorted(folder.rglob("*.md")):
        try:
            posts.append(_read(path, folder))
        except SetupError as fault:
            faults.append(fault)
    return tuple(posts), tuple(faults)


def _read(path: Path, folder: Path) -> Post:
    try:
        source = path.read_text(encoding="utf-8-sig")
        matter, body = frontmatter.parse(source, handler=_PlainYaml())
    except (OSError, UnicodeDecodeError) as error:
        raise SetupError(f"cannot be read: {error}", where=str(path), hint="it must be UTF-8 text") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise SetupError(
            "the front matter is not valid YAML", where=f"{path}:{line}", hint="key: value, a line each"
        ) from None
    if not matter or not _FENCE.match(source.lstrip().partition("\n")[0]):
        hint = "begin the file with a line ---, then kind: and title:, then --- again"
        raise SetupError("has no front matter", where=f"{path}:1", hint=hint)
    try:
        meta = FrontMatter.model_validate(matter)
    except ValidationError as error:
        raise _fault(error, path, source) from None
    return _post(path, folder, source, meta, body)


def _post(path: Path, folder: Path, source: str, meta: FrontMatter, body: str) -> Post:
    kind = path.relative_to(folder).parent.parts[:1]
    if kind != (meta.kind,):
        where = f"{path}:{_line_of('kind', source)}"
        lies = f"lies in {kind[0]}/" if kind else "lies in no kind's folder"
        raise SetupError(f"is of kind {meta.kind.value!r} but {lies}", where=where, hint="move it, or correct kind")
    if not body.strip():
        raise SetupError(
            "has no text below the front matter", where=f"{path}:{_body_line(source)}", hint="write the post"
        )
    media = (folder.parent / meta.media).resolve() if meta.media else None
    if media is not None and not (media.is_file() and media.is_relative_to(folder.parent.resolve())):
        where = f"{path}:{_line_of('media', source)}"
        raise SetupError(f"the file {meta.media!r} is not there", where=where, hint=f"put it below {folder.parent}")
    valid = _VALID.match(meta.valid)
    return Post(
        slug=path.relative_to(folder).with_suffix("").as_posix(),
        kind=meta.kind,
        title=meta.title,
        body=body,
        path=path,
        body_line=_body_line(source),
        tags=meta.tags,
        audience=meta.audience,
        cooldown_days=meta.cooldown_days,
        valid_from=_day(valid, 1),
        valid_to=_day(valid, 2),
        media=media,
    )


def _day(valid: re.Match[str] | None, group: int) -> date | None:
    text = valid.group(group) if valid else None
    return date.fromisoformat(text) if text else None


def _fault(error: ValidationError, path: Path, source: str) -> SetupError:
    first = error.errors(include_url=False, include_input=False)[0]
    key = str(first["loc"][0])
    where = f"{path}:{_line_of(key, source)}"
    known = list(FrontMatter.model_fields)
    if first["type"] == "extra_forbidden":
        near = difflib.get_close_matches(key, known, 1)
        hint = f"did you mean {near[0]!r}?" if near else f"known keys: {', '.join(known)}"
        return SetupError(f"unknown front-matter key {key!r}", where=where, hint=hint)
    if first["type"] == "missing":
        return SetupError(f"the front matter lacks {key!r}", where=where, hint=f"add a line such as {key}: …")
    said = first["msg"].removeprefix("Value error, ")
    return SetupError(f"{key}: {said[0].lower()}{said[1:]}", where=where, hint="correct this value")


def _line_of(key: str, source: str) -> int:
    lines = enumerate(source.splitlines(), 1)
    return next((number for number, line in lines if line.split(":")[0].strip() == key), 1)


def _body_line(source: str) -> int:
    """The first line with text after the second fence; the parser strips what lies between."""
    fences: Iterator[int] = (number for number, line in enumerate(source.splitlines(), 1) if _FENCE.match(line))
    next(fences, 0)
    after = next(fences, 0)
    lines = source.splitlines()
    while after < len(lines) and not lines[after].strip():
        after += 1
    return min(after + 1, len(lines))
