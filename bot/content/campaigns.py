"""Reads the check-in campaigns that may be started, from their TOML file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from bot.content.toml_file import TomlFile, read_toml
from bot.core.checkin import Counts
from bot.core.errors import SetupError
from bot.core.post import PostKind
from bot.policy.audience import of_members
from bot.policy.campaign_words import DAILY, LONGEST_TITLE, LONGEST_WORD, read_rhythm, read_span
from bot.policy.customs import Declared
from bot.policy.text import for_matching

Count = Annotated[int, Field(ge=0, le=1000)]


@dataclass(frozen=True, slots=True)
class Campaigns:
    """The sound campaigns by their slugs, in the order of the file; `call` is the post for those that name none."""

    declared: Mapping[str, Declared] = field(default_factory=dict)
    call: str = ""


class _Campaign(BaseModel):
    """The keys of a campaign, as people write them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    slug: str = Field(pattern=r"^[a-z0-9-]+$")
    title: str = Field(min_length=1, max_length=LONGEST_TITLE)
    word: str = Field(default="打卡", min_length=1, max_length=LONGEST_WORD)
    counts: Counts = Counts.WORD
    rhythm: str = DAILY
    span: str = ""
    days: Count = 0
    goal: Count = 0
    gift: str = Field(default="", max_length=60)
    points: Count | None = None
    makeups: Count = 0
    content: str = ""
    audience: str = ""

    @field_validator("word")
    @classmethod
    def _word(cls, text: str) -> str:
        if not for_matching(text).strip():
            raise ValueError("there is nothing in it that people could type")
        return text

    @field_validator("rhythm")
    @classmethod
    def _rhythm(cls, text: str) -> str:
        return read_rhythm(text)

    @field_validator("span")
    @classmethod
    def _span(cls, text: str) -> str:
        if text:
            read_span(text)
        return text

    @field_validator("audience")
    @classmethod
    def _audience(cls, text: str) -> str:
        if text and of_members(text):
            raise ValueError("a campaign begins in rooms by their tags, not by their members")
        return text


def read_campaigns(path: Path, posts: Mapping[str, PostKind]) -> tuple[Campaigns, tuple[SetupError, ...]]:
    """The sound campaigns, and every fault with file:line. `posts` are the library's, by slug."""
    try:
        file = read_toml(path, "checkins.file")
    except SetupError as fault:
        return Campaigns(), (fault,)
    faults = list(_strange(file, posts))
    declared: dict[str, Declared] = {}
    listed = file.tables.get("campaign", [])
    for number, table in enumerate(listed if isinstance(listed, list) else []):
        start = file.line_of_table("campaign", number)
        found = _read(table, file, start)
        wrong = [found] if isinstance(found, SetupError) else list(_ties(found, declared, posts, file, start))
        faults += wrong
        if not wrong and isinstance(found, Declared):
            declared[found.slug] = found
    call = file.tables.get("call", "")
    return Campaigns(declared, call if isinstance(call, str) else ""), tuple(faults)


def _strange(file: TomlFile, posts: Mapping[str, PostKind]) -> Iterator[SetupError]:
    """Faults of the file as a whole."""
    for key, value in file.tables.items():
        if key == "campaign" and not isinstance(value, list):
            yield file.fault(1, "write [[campaign]]", "campaigns stand in [[campaign]] tables")
        elif key == "call":
            yield from _no_call(str(value), posts, file, file.line_of_key("call"))
        elif key != "campaign":
            yield file.fault(file.line_of_key(key), f"{key}: is not a key of this file", "known keys: call, campaign")


def _read(table: object, file: TomlFile, start: int) -> Declared | SetupError:
    try:
        read = _Campaign.model_validate(table)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        key = str(first["loc"][0]) if first["loc"] else "campaign"
        said = first["msg"].removeprefix("Value error, ")
        said = "is not a key of a campaign" if first["type"] == "extra_forbidden" else f"{said[0].lower()}{said[1:]}"
        hint = f"known keys: {', '.join(_Campaign.model_fields)}"
        return file.fault(file.line_of_key(key, start), f"{key}: {said}", hint)
    opens, closes = read_span(read.span) if read.span else ("", "")
    facts = read.model_dump(exclude={"span", "counts"})
    return Declared(**facts, counts=read.counts.value, opens=opens, closes=closes)


def _ties(
    found: Declared, others: Mapping[str, Declared], posts: Mapping[str, PostKind], file: TomlFile, start: int
) -> Iterator[SetupError]:
    """What a campaign must not share with an earlier one, and keys that make no sense without each other."""
    if found.slug in others:
        hint = "give each campaign a slug of its own"
        yield file.fault(file.line_of_key("slug", start), f"the slug {found.slug!r} is used twice", hint)
    if any(for_matching(other.title) == for_matching(found.title) for other in others.values()):
        hint = "operators could not tell which one they start"
        yield file.fault(file.line_of_key("title", start), f"the title {found.title!r} is used twice", hint)
    if found.gift and not found.goal:
        yield file.fault(file.line_of_key("gift", start), "has a 'gift' but no 'goal'", "add goal = 4 or so")
    if found.content:
        yield from _no_call(found.content, posts, file, file.line_of_key("content", start))


def _no_call(slug: str, posts: Mapping[str, PostKind], file: TomlFile, line: int) -> Iterator[SetupError]:
    if slug not in posts:
        yield file.fault(line, f"there is no post {slug!r}", "name it as interactive/… without .md")
    elif posts[slug] is not PostKind.INTERACTIVE:
        yield file.fault(line, f"the post {slug!r} is of kind {posts[slug].value}", "an interactive post calls for it")
