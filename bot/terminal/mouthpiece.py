"""Lines typed at the terminal of `run` are said in the sandbox."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import threading
from collections.abc import Callable, Iterator

from bot.chat.sandbox.errors import NoSuchError, NotPossibleError
from bot.chat.sandbox.world import World
from bot.policy.nearest import nearest
from bot.terminal.transcript import Transcript

_NAME_ENDS = ("：", ":")


class Mouthpiece:
    """Says typed lines in the sandbox, as whoever and wherever was chosen last.

    `:as NAME` and `:in ROOM` choose, `NAME：words` says one line as somebody else, `:who` lists everybody.
    """

    def __init__(self, world: World, transcript: Transcript, who: str, where: str) -> None:
        self._world, self._transcript, self._who, self._where = world, transcript, who, where

    def say(self, line: str) -> None:
        """One typed line; a slip is explained, never raised."""
        line = line.strip()
        if not line:
            return
        if line.startswith((":", "：")):
            self._steer(line[1:].strip())
            return
        who, words = self._addressed(line)
        self._speak(who, words)

    def _speak(self, who: str, words: str) -> None:
        try:
            self._world.say(who, self._place(who), words)
        except (NoSuchError, NotPossibleError) as error:
            self._transcript.note("terminal/cannot", why=str(error))

    def _steer(self, order: str) -> None:
        verb, _, rest = order.partition(" ")
        if verb in {"as", "我是"} and self._person(rest.strip()):
            self._who = self._person(rest.strip())
        elif verb in {"in", "去"} and self._room(rest.strip()):
            self._where = self._room(rest.strip())
        elif verb in {"who", "谁"}:
            people = [person.name for person in self._world.people.values() if person.id != self._world.self_id]
            rooms = [room.topic for room in self._world.rooms.values()]
            self._transcript.note("terminal/who", people=people, rooms=rooms)
        else:
            self._transcript.note("terminal/orders", near=self._near(rest.strip()))
            return
        place = self._place(self._who)
        known = self._world.rooms[place].topic if place in self._world.rooms else self._world.person(place).name
        self._transcript.note("terminal/speaking", who=self._world.person(self._who).name, where=known)

    def _addressed(self, line: str) -> tuple[str, str]:
        for end in _NAME_ENDS:
            name, found, words = line.partition(end)
            if found and self._person(name.strip()) and words.strip():
                return self._person(name.strip()), words.strip()
        return self._who, line

    def _person(self, name: str) -> str:
        return next((person.id for person in self._world.people.values() if name in {person.name, person.id}), "")

    def _room(self, name: str) -> str:
        rooms = (room.id for room in self._world.rooms.values() if name and (name in room.topic or name == room.id))
        return next(rooms, "") or (self._person(name) if name else "")

    def _near(self, name: str) -> str:
        return nearest(name, [person.name for person in self._world.people.values()]) or "" if name else ""

    def _place(self, who: str) -> str:
        """The conversation chosen last; somebody who is not in that room speaks in one of their own."""
        if self._where in self._world.rooms and who not in self._world.room(self._where).seats:
            return next((room.id for room in self._world.rooms.values() if who in room.seats), self._where)
        return self._where


def read_lines(say: Callable[[str], None]) -> None:
    """Hand every line typed from now on to `say`, on the loop; the end of the input is not the end of the bot."""
    loop = asyncio.get_running_loop()
    if sys.stdin is None:  # closed by whoever started us
        return
    source = sys.stdin.fileno()

    def read() -> None:
        # A terminal that goes away, or a loop that has ended, is the end of the input too.
        with contextlib.suppress(OSError, RuntimeError):
            for line in _lines(source):
                loop.call_soon_threadsafe(say, line)

    threading.Thread(target=read, name="terminal", daemon=True).start()


def _lines(source: int) -> Iterator[str]:
    """Lines as they come, the last one also without its end."""
    rest = b""
    # The bare descriptor: a buffered stdin held by a thread would block the interpreter's exit.
    while chunk := os.read(source, 4096):
        *lines, rest = (rest + chunk).split(b"\n")
        yield from (line.decode(errors="replace") for line in lines)
    if rest:
        yield rest.decode(errors="replace")
