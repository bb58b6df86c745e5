"""/member bind: one person whom the platform knows by a new id gets back everything that is known by the old one."""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.audit import AuditEntry, Outcome
from bot.core.errors import SpeakerError
from bot.core.member import Person
from bot.core.operator import Role
from bot.core.reply import Audience, Reply
from bot.policy.command import Call
from handlers.person import find_person
from storage import audit, bindings, birthdays, members, operators, rooms, tiers, wishes
from storage.store import Db


def bind_member(db: Db, call: Call, old: str, new: str, word: str = "") -> Reply:
    """A preview of both; with yes after them it is done, in this one transaction."""
    goes, stays = find_person(db, call, old), find_person(db, call, new)
    _refuse(db, call, goes, stays)
    sides = {"old": _side(db, call, goes), "new": _side(db, call, stays)}
    if word.lower() not in bindings.SAID_YES:
        return Reply("bind_preview", sides, to=Audience.ASKER)
    bindings.bind(db, call.account_id, goes, stays)
    terms = tiers.Terms(call.house.charter.customs, call.house.charter.speaker.locale)
    tiers.reckon(db, call.account_id, terms, (stays,), call.now)
    if (old, new) != (goes, stays):
        _write_ids(db, call, goes, stays)
    return Reply("bound", {"old": sides["old"], "new": _side(db, call, stays)}, to=Audience.ASKER)


def _refuse(db: Db, call: Call, goes: str, stays: str) -> None:
    """Two who are in one room now are two people; and a role is never handed on by a command about members."""
    if goes == stays:
        raise SpeakerError("errors/bind_same", id=goes)
    for contact_id in (goes, stays):
        if operators.role_of(db, call.account_id, contact_id) >= Role.OPERATOR:
            name = members.name_of(db, call.account_id, "", contact_id) or contact_id
            raise SpeakerError("errors/bind_staff", name=name)
    shared = bindings.together(db, call.account_id, goes, stays)
    if shared is not None:
        room = rooms.find(db, call.account_id, shared)
        raise SpeakerError("errors/bind_together", room=room.name if room else shared, old=goes, new=stays)
    numbers = [found.member_no for found in (_person(db, call, goes), _person(db, call, stays)) if found.member_no]
    if len(set(numbers)) > 1:
        raise SpeakerError("errors/bind_numbers", old=numbers[0], new=numbers[1])


def _side(db: Db, call: Call, contact_id: str) -> Mapping[str, object]:
    found = _person(db, call, contact_id)
    return {
        "id": contact_id,
        "name": found.display_name,
        "rooms": [member.room for member in found.rooms],
        "words": found.messages,
        "last": found.last_words_at,
        "tags": [tag.name for tag in found.tags],
        "wishes": len(wishes.of(db, call.account_id, contact_id)),
        "birthdays": len(birthdays.of(db, call.account_id, contact_id)),
        "points": found.points,
        "orders": tiers.of(db, call.account_id, contact_id).figures.orders,
    }


def _person(db: Db, call: Call, contact_id: str) -> Person:
    return members.person(db, call.account_id, contact_id, call.house.zone, call.now)


def _write_ids(db: Db, call: Call, goes: str, stays: str) -> None:
    """Whoever was named by a nickname stands in the audit by id as well: names change."""
    entry = AuditEntry(
        at=call.now,
        actor_id=call.talker_id,
        role=call.role.label,
        command="/member",
        target=f"bind {goes} {stays} yes",
        outcome=Outcome.DONE,
        room_id=call.room_id,
    )
    audit.write(db, call.account_id, entry)
