"""Finds out what a message asks for: a command, a bare word, or just a friendly ear."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.core.errors import UnknownCommandError
from bot.core.events import MessageReceived
from bot.inbound.directory import Directory
from bot.policy import mention
from bot.policy.command import Answer, Call, Command
from bot.policy.nearest import nearest
from bot.policy.text import for_matching, visible
from bot.policy.words import split_command
from storage.store import Db

Listener = Callable[[Db, Call], Answer]


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked: a command with its words (`bare` when it was called without a slash), or talk."""

    command: Command | None
    words: tuple[str, ...] = ()
    bare: bool = False
    otherwise: Listener | None = None


class Router:
    """The commands, by every name people type, and who listens to plain talk in a room and in private."""

    def __init__(self, commands: Sequence[Command], *, mentioned: Listener, private: Listener) -> None:
        self.commands = tuple(commands)
        self._named = {for_matching(name): command for command in commands for name in command.names}
        self._worded = {word: command for command in commands for word in command.words}
        self._mentioned, self._private = mentioned, private

    @property
    def words(self) -> frozenset[str]:
        """The bare words that call a command."""
        return frozenset(self._worded)

    def route(self, message: MessageReceived, directory: Directory) -> Asked:
        """What the message asks for; `UnknownCommandError` suggests the nearest name the speaker may use."""
        text = self.plain(message, directory)
        if mention.is_command(text):
            name, words = split_command(text)
            found = self._named.get(for_matching(name))
            if found is None:
                raise UnknownCommandError(
                    "errors/unknown_command", name=name, nearest=self._near(name, message, directory)
                )
            return Asked(found, words)
        bare = self._worded.get(text)
        if bare is not None:
            return Asked(bare, bare=True)
        return Asked(None, otherwise=self._private if message.room_id is None else self._mentioned)

    def plain(self, message: MessageReceived, directory: Directory) -> str:
        """The message's own words, without the bot's name and without invisible characters."""
        if message.room_id is None:
            return visible(message.text).strip()
        return mention.without_mentions(message.text, directory.names)

    def _near(self, name: str, message: MessageReceived, directory: Directory) -> str:
        role = directory.role_of(message.talker_id)
        names = [known for known, command in self._named.items() if command.role <= role]
        return nearest(for_matching(name), names) or ""
