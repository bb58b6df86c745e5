"""What `qunzhu check` does: lists every fault of the configuration and of everything people wrote."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.config import Config
from bot.config_file import load
from bot.content import check as content
from bot.content.library import read_library
from bot.core.errors import SetupError
from bot.core.post import Post
from bot.core.room import Room, RoomRole
from bot.policy import stock
from bot.policy.occasion import Speaker, variables
from bot.render import Renderer


def check(file: Path) -> int:
    """Print each fault and each warning on a line of its own; 1 if there is any fault, else 0.

    A broken config.toml raises at once.
    """
    config = load(file)
    found = faults(config)
    for line in (*found, *(f"warning: {warning}" for warning in warnings(config))):
        sys.stdout.write(f"{line}\n")
    sys.stdout.write("all is well\n" if not found else f"{len(found)} fault{'s' if len(found) > 1 else ''}\n")
    return 1 if found else 0


def require_sound(config: Config) -> None:
    """Raise the first fault as a `SetupError`, and say how many more there are."""
    found = faults(config)
    if found:
        more = f"; qunzhu check shows {len(found) - 1} more" if len(found) > 1 else ""
        raise SetupError(found[0].what, where=found[0].where, hint=f"{found[0].hint}{more}")


def faults(config: Config) -> list[SetupError]:
    """Every fault of the library, the reply templates and the tag rules."""
    templates = config.path(config.content.templates)
    renderer = Renderer(templates, config.brand.locale, config.plan.zone)
    now = _now(config)
    brand = config.brand
    speaker = Speaker(brand.name, brand.persona, brand.greeting, brand.locale)
    room = Room(config.chat.account, "room", "room", RoomRole.CUSTOMER, now, "check")

    def sample(post: Post) -> Mapping[str, object]:
        return variables(speaker, room, now.date(), post, member="member")

    return list(content.faults(templates, config.path(config.content.tag_rules), renderer, sample))


def warnings(config: Config) -> list[str]:
    """What of the library will soon run out, for rooms that have seen none of it and keep to the plan's weights."""
    posts, _faults = read_library(config.path(config.content.templates) / "posts")
    rules = config.plan.rules()
    kinds_per_day = stock.shares(rules.weights, sum(rules.slots) / len(rules.slots))
    return list(content.warnings(posts, content.readers(posts, kinds_per_day), _now(config)))


def _now(config: Config) -> datetime:
    return Clock()().astimezone(ZoneInfo(config.plan.zone))
