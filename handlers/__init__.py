"""What the bot says: one file per command or occasion, and the table of all commands."""

from __future__ import annotations

from bot.core.command import Command
from handlers.adopt import adopt_room, release_room
from handlers.audit import show_audit
from handlers.claim import claim_bot
from handlers.control import make_control
from handlers.help import show_help
from handlers.member import show_member
from handlers.op import manage_operators
from handlers.room import set_room
from handlers.rooms import show_rooms
from handlers.status import show_status
from handlers.tag import change_tag
from handlers.tags import show_tags

COMMANDS: tuple[Command, ...] = (
    show_help,
    claim_bot,
    adopt_room,
    release_room,
    make_control,
    show_rooms,
    set_room,
    manage_operators,
    show_status,
    show_audit,
    show_member,
    change_tag,
    show_tags,
)
