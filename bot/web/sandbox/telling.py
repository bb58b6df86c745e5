"""Makes lines out of what the chronicle and the database know, and puts the time between them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.chat.sandbox.message import Content, Message
from bot.chat.sandbox.world import World
from bot.chat.sandbox.world_event import Joined, Left, Renamed, Said
from bot.core.message import MessageKind
from bot.policy.text import visible
from bot.web.sandbox.chronicle import Entry, Shown
from bot.web.sandbox.line import Card, Line, card, pieces
from bot.web.sandbox.seat import called
from storage.history import Told

QUIET = timedelta(minutes=5)
"""After a silence of this length the time is shown."""

_LOOKS = {
    MessageKind.TEXT: "words",
    MessageKind.IMAGE: "picture",
    MessageKind.EMOTICON: "picture",
    MessageKind.ATTACHMENT: "file",
    MessageKind.AUDIO: "file",
    MessageKind.VIDEO: "file",
    MessageKind.LINK: "link",
    MessageKind.MINI_PROGRAM: "mini",
}


class Telling:
    """Knows what people are called in a room ("" for private chats)."""

    def __init__(self, world: World, room_id: str) -> None:
        self._world, self._room_id = world, room_id

    def line(self, entry: Entry) -> Line:
        """Something that the chronicle has noted."""
        key, message = f"c{entry.number}", entry.message
        if message is None:
            note, names = self._note(entry.event)
            return Line(key, entry.at, "note", note=note, names=names, message_id=entry.recalls)
        if message.id in self._world.recalled:
            return self._taken_back(key, entry.at, message.talker_id)
        return self._said(key, entry.at, message)

    def told(self, told: Told) -> Line:
        """Something that the database has kept."""
        key = f"d{told.place.moment}-{told.place.id}"
        if told.recalled:
            return self._taken_back(key, told.place.sent_at, told.talker_id)
        look = _LOOKS.get(told.kind, "other")
        return Line(
            key=key,
            at=told.place.sent_at,
            look=look,
            talker_id=told.talker_id,
            name=self._name(told.talker_id),
            message_id=told.message_id,
            pieces=pieces(told.text, map(self._name, told.mention_ids)) if look == "words" else (),
            label=visible(told.media_name or told.text),
            card=card(told.text, "", "") if look in {"link", "mini"} else None,
        )

    def _said(self, key: str, at: datetime, message: Message) -> Line:
        content = message.content
        look = _LOOKS.get(MessageKind(content.kind), "other")
        return Line(
            key=key,
            at=at,
            look="file" if look == "picture" and (content.file is None or content.file.url) else look,
            talker_id=message.talker_id,
            name=self._name(message.talker_id),
            message_id=message.id,
            pieces=pieces(content.text, map(self._name, content.mention_ids)) if look == "words" else (),
            label=visible(content.label),
            card=_card(content),
        )

    def _taken_back(self, key: str, at: datetime, talker_id: str) -> Line:
        return Line(key, at, "note", talker_id=talker_id, note="recalled", names=(self._name(talker_id),))

    def _note(self, event: Shown) -> tuple[str, tuple[str, ...]]:
        """Which grey line, and the names that it speaks of."""
        match event:
            case Joined(contact_ids=who, inviter_id=""):
                return "joined", tuple(map(self._name, who))
            case Joined(contact_ids=who, inviter_id=inviter):
                return "invited", (*map(self._name, who), self._name(inviter))
            case Left(contact_ids=who, remover_id=remover) if remover in who:
                return "left", tuple(map(self._name, who))
            case Left(contact_ids=who, remover_id=remover):
                return "removed", (*map(self._name, who), self._name(remover))
            case Renamed(topic=topic, changer_id=changer):
                return "renamed", (topic, self._name(changer))
            case Said(message=message):
                return "taken_back", (self._name(message.talker_id),)
            case _:
                return "announced", (event.text, self._name(event.announcer_id))

    def _name(self, contact_id: str) -> str:
        return called(self._world, self._room_id, contact_id)


def timed(lines: Iterable[Line], zone: ZoneInfo, before: datetime | None) -> Sequence[Line]:
    """The lines with the time above those that follow a silence; `before` is when the line in front of them was.

    That something was taken back is seen in its own place, and no line here.
    """
    done = []
    for line in lines:
        if line.note == "taken_back":
            done.append(line)
            continue
        done.append(replace(line, moment=_moment(line.at, before, zone)))
        before = line.at
    return done


def _moment(at: datetime, before: datetime | None, zone: ZoneInfo) -> str:
    if before is None or before.astimezone(zone).date() != at.astimezone(zone).date():
        return "day"
    return "clock" if at - before >= QUIET else ""


def _card(content: Content) -> Card | None:
    if content.link is not None:
        return card(content.link.title, content.link.description, content.link.url)
    if content.card is not None:
        return card(content.card.title, content.card.description, "")
    return None
