"""/member: what the house remembers of a person, and what an operator may do about it."""

from __future__ import annotations

from bot.core.errors import UsageError
from bot.core.operator import Role
from bot.core.reply import Reply
from bot.policy.command import Call, command
from handlers.forget import forget_member
from handlers.member_bind import bind_member
from handlers.member_card import show_card
from handlers.member_export import export_member
from handlers.person import find_person
from storage.store import Db

BIND = frozenset({"bind", "绑定"})
EXPORT = frozenset({"export", "导出"})
FORGET = frozenset({"forget", "忘记"})


@command("member", aliases=("成员", "客户"), role=Role.OPERATOR)
def show_member(db: Db, call: Call, who: str, *words: str) -> Reply:
    """A card of somebody; or they are bound to a new id, exported, forgotten."""
    if not words:
        return show_card(db, call, find_person(db, call, who))
    action = who.lower()
    if action in BIND and len(words) in {2, 3}:
        return bind_member(db, call, *words)
    if action in EXPORT and len(words) == 1:
        return export_member(db, call, *words)
    if action in FORGET and len(words) in {1, 2}:
        return forget_member(db, call, *words)
    raise UsageError("errors/usage", command="member")
