"""What `qunzhu check` does: lists every fault of the configuration and of everything people wrote."""

from __future__ import annotations

import sys
from pathlib import Path

from bot.clock import Clock
from bot.config_file import load
from bot.content import check as content
from bot.core.room import Room, RoomRole
from bot.outbound.occasion import variables
from bot.render import Renderer


def check(file: Path) -> int:
    """Print each fault on a line of its own; 1 if there is any, else 0. A broken config.toml raises at once."""
    config = load(file)
    now = Clock()()
    templates = config.path(config.content.templates)
    renderer = Renderer(templates, config.brand.locale, config.plan.zone)
    room = Room(config.chat.account, "room", "room", RoomRole.CUSTOMER, now, "check")
    sample = variables(config.brand, room, config.plan.hours().local_day(now))
    found = list(content.faults(templates, config.path(config.content.tag_rules), renderer, sample))
    for fault in found:
        sys.stdout.write(f"{fault}\n")
    sys.stdout.write("all is well\n" if not found else f"{len(found)} fault{'s' if len(found) > 1 else ''}\n")
    return 1 if found else 0
