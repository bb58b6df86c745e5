"""/help and 帮助: what one may ask, made from the commands themselves."""

from __future__ import annotations

from bot.core.errors import UnknownCommandError
from bot.core.operator import Role
from bot.core.reply import Reply
from bot.policy.command import Call, Command, command
from bot.policy.nearest import nearest
from storage.store import Db


@command(
    "help",
    aliases=("帮助",),
    role=Role.MEMBER,
    words=("帮助", "help"),
    traceless=True,
)
def show_help(_db: Db, call: Call, name: str = "") -> Reply:
    """Members get a friendly note, operators the list of what their role allows, or one command's usage."""
    allowed = [item for item in call.house.commands if item.role <= call.role]
    if name:
        return Reply("help_command", _described(_find(allowed, name.lstrip("/／").lower())))
    if call.role is Role.MEMBER:
        return Reply(
            "help_member",
            {"brand": call.house.charter.speaker.brand, "persona": call.house.charter.speaker.persona},
            mention=not call.private,
        )
    return Reply("help", {"commands": [_described(item) for item in allowed]})


def _find(allowed: list[Command], name: str) -> Command:
    for item in allowed:
        if name in item.names:
            return item
    names = [known for item in allowed for known in item.names]
    raise UnknownCommandError("errors/unknown_command", name=name, nearest=nearest(name, names) or "")


def _described(item: Command) -> dict[str, object]:
    return {"name": item.name, "aliases": list(item.names[1:])}
