"""Reads what points buy from its TOML file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.content.toml_file import TomlFile, read_toml
from bot.core.errors import SetupError
from bot.policy.customs import Reward
from bot.policy.text import for_matching


class _Reward(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    slug: str = Field(pattern=r"^[a-z0-9-]+$")
    title: str = Field(min_length=1, max_length=20, pattern=r"^[^\d\s][^\n]*$")
    cost: int = Field(ge=1, le=1_000_000)
    stock: int | None = Field(default=None, ge=0)
    note: str = Field(default="", max_length=60)


def read_rewards(path: Path) -> tuple[Mapping[str, Reward], tuple[SetupError, ...]]:
    """The sound rewards by their slugs, in the order of the file, and every fault with file:line."""
    try:
        file = read_toml(path, "points.rewards")
    except SetupError as fault:
        return {}, (fault,)
    faults = list(_strange(file))
    rewards: dict[str, Reward] = {}
    listed = file.tables.get("reward", [])
    for number, table in enumerate(listed if isinstance(listed, list) else []):
        start = file.line_of_table("reward", number)
        found = _read(table, file, start)
        if isinstance(found, SetupError):
            faults.append(found)
        elif twice := _twice(found, rewards):
            hint = "members could not tell which one they get"
            faults.append(file.fault(start, f"{twice} is used twice", hint))
        else:
            rewards[found.slug] = found
    return rewards, tuple(faults)


def _strange(file: TomlFile) -> Iterator[SetupError]:
    """Faults of the file as a whole: keys it does not have, and a [reward] that should be [[reward]]."""
    for key, value in file.tables.items():
        if key == "reward" and not isinstance(value, list):
            yield file.fault(1, "write [[reward]]", "rewards stand in [[reward]] tables")
        elif key != "reward":
            yield file.fault(file.line_of_key(key), f"{key}: is not a key of this file", "known keys: reward")


def _read(table: object, file: TomlFile, start: int) -> Reward | SetupError:
    try:
        read = _Reward.model_validate(table)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        key = str(first["loc"][0]) if first["loc"] else "reward"
        said = "is not a key of a reward" if first["type"] == "extra_forbidden" else first["msg"].lower()
        return file.fault(
            file.line_of_key(key, start), f"{key}: {said}", f"known keys: {', '.join(_Reward.model_fields)}"
        )
    return Reward(read.slug, read.title, read.cost, read.stock, read.note)


def _twice(reward: Reward, others: Mapping[str, Reward]) -> str:
    """What of it an earlier one has too, "" for nothing."""
    if reward.slug in others:
        return f"the slug {reward.slug!r}"
    titles = {for_matching(other.title) for other in others.values()}
    return f"the title {reward.title!r}" if for_matching(reward.title) in titles else ""
