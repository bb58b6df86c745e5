"""Finds the person an operator means: by id, or by a name only one person has."""

from __future__ import annotations

from bot.core.errors import SpeakerError
from bot.policy.command import Call
from bot.policy.text import visible
from storage import members
from storage.store import Db

LISTED = 10


def find_person(db: Db, call: Call, said: str) -> str:
    """A contact id; `SpeakerError` when nobody or more than one goes by that name."""
    wanted = visible(said).strip().removeprefix("@").strip()
    found = members.find(db, call.account_id, wanted)
    if not found:
        raise SpeakerError("errors/person_unknown", who=wanted)
    if len(found) > 1:
        people = [_candidate(db, call, contact_id) for contact_id in found[:LISTED]]
        raise SpeakerError("errors/person_ambiguous", who=wanted, people=people, more=max(0, len(found) - LISTED))
    return found[0]


def _candidate(db: Db, call: Call, contact_id: str) -> dict[str, object]:
    """Enough to tell namesakes apart; somebody who was imported may be in no room at all."""
    found = members.person(db, call.account_id, contact_id, call.house.zone, call.now)
    return {
        "id": contact_id,
        "room": found.rooms[0].room if found.rooms else "",
        "name": found.display_name,
        "words": found.messages,
        "last": found.last_words_at,
        "left": found.rooms[0].left_at if found.rooms else None,
    }
