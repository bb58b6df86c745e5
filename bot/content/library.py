"""Reads the library: one Markdown file per post, front matter first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import frontmatter
import yaml

from bot.content.front_matter import FrontMatter, PlainYaml, Where, read_matter
from bot.content.series import series_faults
from bot.core.errors import SetupError
from bot.core.post import Post, PostKind

_FENCE = re.compile(r"^-{3,}\s*$")
_KINDS = frozenset(kind.value for kind in PostKind)


@dataclass(frozen=True, slots=True)
class PostFile:
    """One file of the library: its faults, and what could be made of it; None if nothing could.

    The post of a file with faults holds defaults where they are. It must not go out, but its text can be checked.
    """

    post: Post | None
    faults: tuple[SetupError, ...] = ()


def read_library(folder: Path) -> tuple[tuple[Post, ...], tuple[SetupError, ...]]:
    """All sound posts below `folder`, and every fault found on the way, each with file:line."""
    files, faults = read_files(folder)
    return tuple(file.post for file in files if file.post and not file.faults), faults


def read_files(folder: Path) -> tuple[tuple[PostFile, ...], tuple[SetupError, ...]]:
    """Every file below `folder`, sound or not, and all faults: of each file by itself and of the series they form."""
    if not folder.is_dir():
        hint = "create it, or correct content.templates"
        return (), (SetupError("there is no such folder of posts", where=str(folder), hint=hint),)
    files = tuple(_read(path, folder) for path in sorted(folder.rglob("*.md")))
    posts = [file.post for file in files if file.post]
    return files, (*(fault for file in files for fault in file.faults), *series_faults(posts, line_of))


def line_of(key: str, path: Path) -> str:
    """Where a key of a file's front matter stands, as file:line; line 1 if it is not there."""
    return f"{path}:{_line_of(key, path.read_text(encoding='utf-8-sig'))}"


def _read(path: Path, folder: Path) -> PostFile:
    try:
        source = path.read_text(encoding="utf-8-sig")
        matter, body = frontmatter.parse(source, handler=PlainYaml())
    except (OSError, UnicodeDecodeError) as error:
        return PostFile(None, (SetupError(f"cannot be read: {error}", where=str(path), hint="it must be UTF-8 text"),))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path}:{mark.line + 1 if mark else 1}"
        return PostFile(
            None, (SetupError("the front matter is not valid YAML", where=where, hint="key: value, a line each"),)
        )
    if not matter or not _FENCE.match(source.lstrip().partition("\n")[0]):
        hint = "begin the file with a line ---, then kind: and title:, then --- again"
        return PostFile(None, (SetupError("has no front matter", where=f"{path}:1", hint=hint),))
    return _sound(path, folder, source, matter, body)


def _sound(path: Path, folder: Path, source: str, matter: Mapping[str, object], body: str) -> PostFile:
    """The file's post, and its faults in the order of their lines."""

    def where(key: str) -> str:
        return f"{path}:{_line_of(key, source)}"

    lies_in = path.relative_to(folder).parent.parts[:1]
    kind = lies_in[0] if lies_in and lies_in[0] in _KINDS else PostKind.VALUE
    meta, found = read_matter(matter, {"kind": kind, "title": path.stem}, where)
    faults = [*found, *_misplaced(meta, matter, lies_in, where), *_without_media(meta, folder, where)]
    if not body.strip():
        place = f"{path}:{_body_line(source)}"
        faults.append(SetupError("has no text below the front matter", where=place, hint="write the post"))
    post = _post(path, folder, source, meta, body)
    return PostFile(post, tuple(sorted(faults, key=lambda fault: int(fault.where.rpartition(":")[2]))))


def _misplaced(
    meta: FrontMatter, matter: Mapping[str, object], lies_in: tuple[str, ...], where: Where
) -> Iterator[SetupError]:
    if matter.get("kind") == meta.kind.value and lies_in != (meta.kind,):
        lies = f"lies in {lies_in[0]}/" if lies_in else "lies in no kind's folder"
        hint = "move it, or correct kind"
        yield SetupError(f"is of kind {meta.kind.value!r} but {lies}", where=where("kind"), hint=hint)


def _without_media(meta: FrontMatter, folder: Path, where: Where) -> Iterator[SetupError]:
    media = _media(meta, folder)
    if media and not (media.is_file() and media.is_relative_to(folder.parent.resolve())):
        hint = f"put it below {folder.parent}"
        yield SetupError(f"the file {meta.media!r} is not there", where=where("media"), hint=hint)


def _media(meta: FrontMatter, folder: Path) -> Path | None:
    return (folder.parent / meta.media).resolve() if meta.media else None


def _post(path: Path, folder: Path, source: str, meta: FrontMatter, body: str) -> Post:
    first, last = meta.span()
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
        valid_from=first,
        valid_to=last,
        media=_media(meta, folder),
        weight=meta.weight,
        series=meta.series,
        part=meta.part,
        festival=meta.festival,
        days_before=meta.days_before,
    )


def _line_of(key: str, source: str) -> int:
    lines = enumerate(source.splitlines()[: _fences(source)[1]], 1)
    return next((number for number, line in lines if line.split(":")[0].strip() == key), 1)


def _body_line(source: str) -> int:
    """The first line with text after the second fence; the parser strips what lies between."""
    lines = source.splitlines()
    after = _fences(source)[1]
    while after < len(lines) and not lines[after].strip():
        after += 1
    return min(after + 1, len(lines))


def _fences(source: str) -> tuple[int, int]:
    """The lines of the two fences around the front matter, 0 where there is none."""
    found = [number for number, line in enumerate(source.splitlines(), 1) if _FENCE.match(line)]
    first, second = (*found, 0, 0)[:2]
    return first, second
