"""Where words go while the database cannot be written: a file, synced line by line, replayed later."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path

from pydantic import TypeAdapter

from bot.core.events import (
    ChatEvent,
    Connected,
    Disconnected,
    GatewayErred,
    LoggedIn,
    LoggedOut,
    MembersJoined,
    MembersLeft,
    MessageReceived,
    TopicChanged,
)

_KINDS = (
    MessageReceived,
    MembersJoined,
    MembersLeft,
    TopicChanged,
    LoggedIn,
    LoggedOut,
    Connected,
    Disconnected,
    GatewayErred,
)
_ADAPTERS: dict[str, TypeAdapter[ChatEvent]] = {kind.__name__: TypeAdapter(kind) for kind in _KINDS}
CHUNK = 256


class Spill:
    """A file of events. `add` returns only when they are on the disk."""

    def __init__(self, file: Path) -> None:
        self.file = file

    @property
    def holds(self) -> bool:
        """Whether anything waits to be replayed."""
        return self.file.exists()

    def waiting(self) -> int:
        """How many events wait to be replayed."""
        try:
            with self.file.open("rb") as stream:
                return sum(chunk.count(b"\n") for chunk in iter(partial(stream.read, 1 << 20), b""))
        except FileNotFoundError:
            return 0

    def add(self, events: Sequence[ChatEvent]) -> None:
        """Append events; raises `OSError` when even the file cannot be written, and leaves it as it was."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        lines = b"".join(map(_line, events))
        # Unbuffered, so that closing the file does not write again what has already failed.
        with self.file.open("ab", buffering=0) as stream:
            whole = self._whole()
            try:
                os.truncate(self.file, whole)
                while lines:
                    lines = lines[stream.write(lines) :]
                os.fsync(stream.fileno())
                if not whole:
                    self._sync_folder()
            except OSError:
                os.truncate(self.file, whole)
                if not whole:
                    self.clear()
                raise

    def _sync_folder(self) -> None:
        """A new file is only there after a power cut when its folder was synced too."""
        folder = os.open(self.file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _whole(self) -> int:
        """How long the file is up to its last whole line: a crash may have cut the one after it short."""
        with self.file.open("rb") as stream:
            length = stream.seek(0, os.SEEK_END)
            stream.seek(max(0, length - 1))
            if stream.read() == b"\n":
                return length
            stream.seek(0)
            return stream.read().rfind(b"\n") + 1

    def chunks(self) -> Iterator[list[ChatEvent]]:
        """The events in order; a last line cut short by a crash was never acknowledged and is passed over."""
        with self.file.open("rb") as stream:
            lines = (line for line in stream if line.endswith(b"\n"))
            while chunk := list(islice(lines, CHUNK)):
                yield [_event(line) for line in chunk]

    def clear(self) -> None:
        """Everything was replayed."""
        self.file.unlink(missing_ok=True)


def _line(event: ChatEvent) -> bytes:
    name = type(event).__name__
    return json.dumps({"is": name, "event": _ADAPTERS[name].dump_python(event, mode="json")}).encode() + b"\n"


def _event(line: bytes) -> ChatEvent:
    entry = json.loads(line)
    return _ADAPTERS[entry["is"]].validate_python(entry["event"])
