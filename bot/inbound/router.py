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
    """The commands, by every name people type, and who listens to plain talk, in a room, in private, as an answer."""

    def __init__(
        self, commands: Sequence[Command], *, mentioned: Listener, private: Listener, answered: Listener
    ) -> None:
        self.commands = tuple(commands)
        self._named = {for_matching(name): command for command in commands for name in command.names}
        self._worded = {word: command for command in commands for word in command.words}
        self._hearing = tuple(command for command in commands if command.hears is not None)
        self._mentioned, self._private, self._answered = mentioned, private, answered

    def hears(self, text: str) -> bool:
        """Whether a command is called by these plain words."""
        return self._bare(text) is not None

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
        if directory.awaits(message):
            return Asked(None, otherwise=self._answered)
        bare = self._bare(text)
        if bare is not None:
            return bare
        return Asked(None, otherwise=self._private if message.room_id is None else self._mentioned)

    def _bare(self, text: str) -> Asked | None:
        """The command that plain words call, with what was read out of them."""
        worded = self._worded.get(text)
        if worded is not None:
            return Asked(worded, bare=True)
        for command in self._hearing:
            words = command.hears(text) if command.hears else None
            if words is not None:
                return Asked(command, words, bare=True)
        return None

    def plain(self, message: MessageReceived, directory: Directory) -> str:
        """The message's own words, without the bot's name and without invisible characters."""
        if message.room_id is None:
            return visible(message.text).strip()
        return mention.without_mentions(message.text, directory.names)

    def _near(self, name: str, message: MessageReceived, directory: Directory) -> str:
        role = directory.role_of(message.talker_id)
        names = [known for known, command in self._named.items() if command.role <= role]
        return nearest(for_matching(name), names) or ""
