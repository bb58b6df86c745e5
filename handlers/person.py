"""Finds the person an operator means: by id, or by a name only one person has."""

from __future__ import annotations

from bot.core.errors import SpeakerError
from bot.policy.command import Call
from bot.policy.text import visible
from storage import members
from storage.store import Db


def find_person(db: Db, call: Call, said: str) -> str:
    """A contact id; `SpeakerError` when nobody or more than one goes by that name."""
    wanted = visible(said).strip().removeprefix("@").strip()
    found = members.find(db, call.account_id, wanted)
    if not found:
        raise SpeakerError("errors/person_unknown", who=wanted)
    if len(found) > 1:
        cards = [members.cards(db, call.account_id, contact_id, call.now) for contact_id in found[:10]]
        people = [
            {"id": card[0].contact_id, "room": card[0].room, "name": card[0].display_name} for card in cards if card
        ]
        raise SpeakerError("errors/person_ambiguous", who=wanted, people=people)
    return found[0]
