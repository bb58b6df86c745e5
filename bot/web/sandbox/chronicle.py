"""What has happened in the imaginary WeChat since the page was opened, each thing at the bot's own time."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.chat.sandbox.message import Message
from bot.chat.sandbox.world import World
from bot.chat.sandbox.world_event import AliasChosen, Announced, Joined, Left, Renamed, Said, WorldEvent
from bot.core.message import MessageKind

KEPT = 5_000
"""How many things of a conversation are remembered at least; what lies before is in the database, if anywhere."""

Shown = Said | Joined | Left | Renamed | Announced


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that is seen in a conversation; numbers only grow.

    `at` is the bot's time. Messages of the world are stamped with real time, which a fast clock leaves far behind.
    """

    number: int
    at: datetime
    event: Shown

    @property
    def message(self) -> Message | None:
        """What was said, unless it is something else; that something was taken back is nothing said."""
        said = isinstance(self.event, Said) and self.event.message.content.kind != MessageKind.RECALLED
        return self.event.message if isinstance(self.event, Said) and said else None

    @property
    def recalls(self) -> str:
        """The id of the message that this takes back, or ""."""
        recalling = isinstance(self.event, Said) and self.event.message.content.kind == MessageKind.RECALLED
        return self.event.message.content.text if isinstance(self.event, Said) and recalling else ""


@dataclass(slots=True)
class _Conversation:
    entries: list[Entry] = field(default_factory=list)
    by_message: dict[str, Entry] = field(default_factory=dict)


class Chronicle:
    """Subscribes to the world; `tell` is told a topic and whose page wants to know, "" for every page.

    A conversation is known by its room's id, a private chat with the bot by the other person's. What two people
    say to each other in private is their own business.
    """

    def __init__(
        self, world: World, clock: Callable[[], datetime], tell: Callable[[str, str], None], kept: int = KEPT
    ) -> None:
        self._world, self._clock, self._tell, self._kept = world, clock, tell, kept
        self._conversations: dict[str, _Conversation] = {}
        self.number = 0
        world.subscribe(self._note)

    def before(self, conversation: str, number: int | None, most: int) -> Sequence[Entry]:
        """Up to `most` entries just before a number, or the newest ones; in the order in which they happened."""
        entries = self._of(conversation).entries
        end = len(entries) if number is None else bisect_left(entries, number, key=_number)
        return entries[max(0, end - most) : end]

    def since(self, conversation: str, number: int) -> Sequence[Entry]:
        """Every entry after a number, with the one before them, if there is one, in front."""
        entries = self._of(conversation).entries
        return entries[max(0, bisect_left(entries, number + 1, key=_number) - 1) :]

    def message_ids(self, conversation: str) -> Sequence[str]:
        """What was said there, by id, the earliest first."""
        return tuple(self._of(conversation).by_message)

    def entry_of(self, conversation: str, message_id: str) -> Entry | None:
        """Where a message stands."""
        return self._of(conversation).by_message.get(message_id)

    def last_words(self, conversation: str) -> Entry | None:
        """The newest thing to be seen there that was not taken back."""
        for entry in reversed(self._of(conversation).entries):
            taken_back = entry.message is not None and entry.message.id in self._world.recalled
            if not entry.recalls and not taken_back:
                return entry
        return None

    def _of(self, conversation: str) -> _Conversation:
        return self._conversations.get(conversation) or _Conversation()

    def _note(self, event: WorldEvent) -> None:
        if isinstance(event, Said | Joined | Left | Renamed | Announced):
            conversation = self._conversation(event)
            if conversation:
                self._keep(conversation, event)
        if isinstance(event, Joined | Left | Renamed | AliasChosen):
            self._tell("people", "")

    def _keep(self, conversation: str, event: Shown) -> None:
        known = self._conversations.setdefault(conversation, _Conversation())
        message_id = event.message.id if isinstance(event, Said) else ""
        if message_id in known.by_message:
            return  # The world tells a message again when somebody sends it anew under its old id.
        self.number += 1
        # The bytes of a file are the world's: what it forgets must not live on here.
        noted = Said(event.message.without_file) if isinstance(event, Said) else event
        entry = Entry(self.number, self._clock(), noted)
        known.entries.append(entry)
        if message_id:
            known.by_message[message_id] = entry
        if len(known.entries) >= 2 * self._kept:
            self._forget(known)
        self._tell("talk", conversation)
        self._tell("rooms", "")

    def _forget(self, known: _Conversation) -> None:
        del known.entries[: -self._kept]
        known.by_message = {entry.event.message.id: entry for entry in known.entries if isinstance(entry.event, Said)}

    def _conversation(self, event: Shown) -> str:
        if not isinstance(event, Said):
            return event.room_id
        message = event.message
        if message.room_id is not None:
            return message.room_id
        talker, listener, bot = message.talker_id, message.listener_id, self._world.self_id
        return listener if talker == bot else talker if listener == bot else ""


def _number(entry: Entry) -> int:
    return entry.number
