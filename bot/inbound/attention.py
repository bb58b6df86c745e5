"""What the bot notices in what customers say to each other, besides tags: their local day, check-ins, wishes."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.core.events import MessageReceived
from bot.core.message import MessageKind
from bot.core.room import RoomRole
from bot.inbound.directory import Directory
from bot.policy import mention
from bot.policy.notes import Notes, Wished
from bot.policy.punching import claims
from bot.policy.room_settings import zone_of
from bot.policy.wishes import wishes_in


class Attention:
    """Reads messages by what the process knows by heart; `zone` is the house's."""

    def __init__(self, directory: Directory, zone: str) -> None:
        self._directory, self._zone = directory, zone
        self._zones: dict[str, ZoneInfo] = {}

    def notes(self, message: MessageReceived) -> Notes | None:
        """None for what is no customer's word in a customer room."""
        room = self._directory.rooms.get(message.room_id or "")
        staff = message.from_self or self._directory.role_of(message.talker_id) > 0
        if room is None or room.role is not RoomRole.CUSTOMER or staff or not message.talker_id:
            return None
        own = room.settings.get("zone", self._zone)
        if own not in self._zones:
            self._zones[own] = zone_of(room.settings, self._zone)
        zone, campaigns = self._zones[own], self._directory.campaigns.get(room.room_id, ())
        punches = claims(campaigns, message.kind, message.text, message.sent_at, zone) if campaigns else ()
        return Notes(message.sent_at.astimezone(zone).date(), self._wishes(message), punches)

    def _wishes(self, message: MessageReceived) -> tuple[Wished, ...]:
        """What the talker wishes of the house; what they ask of another member is between the two of them."""
        if message.kind is not MessageKind.TEXT:
            return ()
        wishes = wishes_in(message.text)
        return wishes if wishes and self._to_the_house(message) and not mention.is_command(message.text) else ()

    def _to_the_house(self, message: MessageReceived) -> bool:
        if message.mention_ids:
            return not {self._directory.self_id, *self._directory.roles}.isdisjoint(message.mention_ids)
        return mention.addressees(message.text) <= self._directory.names
