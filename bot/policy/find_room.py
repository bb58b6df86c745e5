"""Finds the room an operator means."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.errors import SpeakerError
from bot.core.room import KnownRoom
from bot.policy.text import for_matching


def find_room(known: Sequence[KnownRoom], said: str) -> KnownRoom:
    """By id, then by whole name, then by part of a name; `SpeakerError` lists the candidates if it is not one."""
    for room in known:
        if room.room_id == said:
            return room
    wanted = for_matching(said).strip()
    whole = [room for room in known if wanted and for_matching(room.topic).strip() == wanted]
    part = [room for room in known if wanted and wanted in for_matching(room.topic)]
    found = whole or part
    if len(found) == 1:
        return found[0]
    template = "errors/room_ambiguous" if found else "errors/room_unknown"
    raise SpeakerError(template, said=said, rooms=[room.name for room in found or known][:10])
