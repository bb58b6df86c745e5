"""What `qunzhu check` does: lists every fault of the configuration and of everything people wrote."""

from __future__ import annotations

import sys
from pathlib import Path

from bot.clock import Clock
from bot.config import Config
from bot.config_file import load
from bot.content import check as content
from bot.core.errors import SetupError
from bot.core.room import Room, RoomRole
from bot.outbound.occasion import variables
from bot.render import Renderer


def check(file: Path) -> int:
    """Print each fault on a line of its own; 1 if there is any, else 0. A broken config.toml raises at once."""
    found = faults(load(file))
    for fault in found:
        sys.stdout.write(f"{fault}\n")
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
    now = Clock()()
    templates = config.path(config.content.templates)
    renderer = Renderer(templates, config.brand.locale, config.plan.zone)
    room = Room(config.chat.account, "room", "room", RoomRole.CUSTOMER, now, "check")
    sample = variables(config.brand, room, config.plan.hours().local_day(now))
    return list(content.faults(templates, config.path(config.content.tag_rules), renderer, sample))
