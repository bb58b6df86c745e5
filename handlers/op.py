"""/op: who else may command."""

from __future__ import annotations

from bot.core.errors import NotAllowedError, SpeakerError, UsageError
from bot.core.operator import Role
from bot.core.reply import Reply
from bot.policy.command import Call, command
from handlers.person import find_person
from storage import members, operators
from storage.store import Db

ADD, REMOVE, LIST = {"add", "加", "添加"}, {"remove", "减", "移除", "删"}, {"list", "列表"}


@command("op", aliases=("运营",), role=Role.OPERATOR)
def manage_operators(db: Db, call: Call, action: str = "list", who: str = "", role: str = "") -> Reply:
    """Operators see the list; only owners change it, and the last owner stays."""
    if action in LIST:
        everyone = operators.every(db, call.account_id)
        people = [{"name": person.name or person.contact_id, "role": person.role.label} for person in everyone]
        return Reply("operators", {"people": people})
    if action not in ADD | REMOVE or not who or role not in {"", "owner", "负责人"}:
        raise UsageError("errors/usage", command="op")
    if call.role < Role.OWNER:
        raise NotAllowedError("errors/not_allowed", command="op", needed=Role.OWNER.label)
    return _add(db, call, who, Role.OWNER if role else Role.OPERATOR) if action in ADD else _remove(db, call, who)


def _add(db: Db, call: Call, who: str, role: Role) -> Reply:
    contact_id = find_person(db, call, who)
    if operators.role_of(db, call.account_id, contact_id) is Role.OWNER and role is Role.OPERATOR:
        raise SpeakerError("errors/is_owner", who=who)
    name = members.name_of(db, call.account_id, "", contact_id) or who
    operators.add(db, call.account_id, contact_id, role, name=name, by=call.talker_id, now=call.now)
    return Reply("operator_added", {"name": name, "role": role.label})


def _remove(db: Db, call: Call, who: str) -> Reply:
    everyone = operators.every(db, call.account_id)
    name = who.removeprefix("@").strip()
    found = [person for person in everyone if name in {person.contact_id, person.name}]
    if len(found) != 1:
        raise SpeakerError("errors/operator_unknown", who=who, people=[person.name for person in everyone])
    owners = [person for person in everyone if person.role is Role.OWNER]
    if owners == found:
        raise SpeakerError("errors/last_owner")
    operators.remove(db, call.account_id, found[0].contact_id)
    return Reply("operator_removed", {"name": found[0].name or found[0].contact_id})
