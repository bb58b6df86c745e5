"""In which room somebody is congratulated, and by whose day."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.core.birthday import Birthday, Presence


def home_of(birthday: Birthday, there: Sequence[Presence], rooms: Collection[str]) -> Presence | None:
    """The room in which the birthday was told, else the first of these `rooms` in which the member still is.

    `there` is where they are, in order. None for somebody who left all rooms.
    """
    found = [presence for presence in there if presence.room_id in rooms]
    return next((presence for presence in found if presence.room_id == birthday.room_id), found[0] if found else None)
