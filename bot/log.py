"""Sets the log up, once: JSON lines into a file, warnings to the terminal, secrets and texts nowhere."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from loguru import logger

from bot.core.errors import SetupError

if TYPE_CHECKING:
    from loguru import Message, Record

LIBRARIES = ("alembic", "apscheduler", "asyncio", "grpclib", "hpack", "sqlalchemy", "Wechaty")


def set_up(level: str, file: Path | None, *, terminal: str = "WARNING", secrets: tuple[str, ...] = ()) -> None:
    """Send the log where config.toml says. `secrets` are blacked out wherever they would stand."""
    logger.remove()
    _OPEN.clear()
    hidden = tuple(filter(None, secrets))
    logger.configure(patcher=lambda record: _black_out(record, hidden))
    logger.add(sys.stderr, level=terminal, format=_line, diagnose=False, backtrace=False)
    if file is not None:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            lines = _Lines(file, hidden)
            logger.add(lines, level=level, format="{message}", diagnose=False, backtrace=False)
            _OPEN.append(lines)
        except OSError as error:
            hint = "make the folder writable, or set log.file to another place"
            raise SetupError(f"the log cannot be written: {error.strerror}", where=str(file), hint=hint) from None
    logging.basicConfig(handlers=[_Intercept()], level=logging.WARNING, force=True)
    for name in LIBRARIES:
        library = logging.getLogger(name)
        library.setLevel(logging.ERROR)
        # Wechaty's packages print for themselves and keep what they say from everybody else.
        library.handlers.clear()
        library.propagate = True


def strike(words: Callable[[str], str]) -> bool:
    """Rewrite what the log's file holds so far, each value put through `words`; False when nothing has changed.

    It blocks for as long as the disk takes, and lines that come meanwhile wait: not for an event loop.
    """
    return sum(lines.strike(words) for lines in _OPEN) > 0


def worth_a_line(count: int) -> bool:
    """Whether the log should tell of it for the `count`th time: a flood of events must not become one of lines."""
    return count <= 10 or count % 1000 == 0


def masked(contact_or_room_id: str) -> str:
    """An id as it may stand in a log: the same id always gives the same eight letters."""
    return hashlib.sha256(contact_or_room_id.encode()).hexdigest()[:8]


def raised_at(error: BaseException) -> str:
    """An error for the log: its kind and the lines it came through, but not its words, which may quote people."""
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    places = " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames))
    return f"{type(error).__name__} at {places}" if places else type(error).__name__


class _Lines:
    """A sink that writes one JSON object a line. Secrets are blacked out in errors too, and where JSON escapes them."""

    def __init__(self, file: Path, secrets: tuple[str, ...]) -> None:
        self._secrets = (*secrets, *(json.dumps(secret, ensure_ascii=False)[1:-1] for secret in secrets))
        self._file, self._turn = file, threading.Lock()
        self._stream = file.open("a", encoding="utf-8")

    def write(self, message: Message) -> None:
        record = message.record
        error = record["exception"]
        entry = {
            "at": record["time"].isoformat(),
            "level": record["level"].name,
            "where": f"{record['name']}:{record['line']}",
            "message": record["message"],
            **record["extra"],
        }
        if error is not None and error.type is not None:
            entry["error"] = f"{error.type.__name__}: {error.value}"
        line = _blacked_out(json.dumps(entry, ensure_ascii=False, default=str), self._secrets)
        with self._turn:
            self._stream.write(line + "\n")
            self._stream.flush()

    def strike(self, words: Callable[[str], str]) -> bool:
        # Who has put it away, as programs that rotate logs do, has to see to the words in it.
        if not self._file.exists():
            return False
        with self._turn, self._file.open(encoding="utf-8", errors="replace") as stream:
            part = self._file.with_name(f"{self._file.name}.part")
            changed = False
            with part.open("w", encoding="utf-8") as rewritten:
                for line in stream:
                    left = _struck(line, words)
                    changed = changed or left != line
                    rewritten.write(left)
                rewritten.flush()
                os.fsync(rewritten.fileno())
            if not changed:
                part.unlink()
                return False
            self._stream.close()
            part.replace(self._file)
            self._stream = self._file.open("a", encoding="utf-8")
            return True

    def stop(self) -> None:
        self._stream.close()


_OPEN: list[_Lines] = []
"""The files that are being written."""

_FIXED = frozenset({"at", "level", "where", "action", "template"})
"""What the bot itself writes into a line; a person may be called like one of its words."""


def _struck(line: str, words: Callable[[str], str]) -> str:
    try:
        entry = json.loads(line)
    except json.JSONDecodeError:
        return words(line)
    left = {
        key: words(value) if isinstance(value, str) and key not in _FIXED else value for key, value in entry.items()
    }
    return line if left == entry else json.dumps(left, ensure_ascii=False) + "\n"


class _Intercept(logging.Handler):
    """Hands what libraries log over to loguru."""

    def emit(self, record: logging.LogRecord) -> None:
        known = record.levelname in {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}
        logger.bind(action=f"library.{record.name.split('.')[0]}").opt(exception=record.exc_info).log(
            record.levelname if known else record.levelno, record.getMessage()
        )


def _line(record: Record) -> str:
    action = "{extra[action]} " if "action" in record["extra"] else ""
    return "{time:HH:mm:ss} {level} " + action + "{message}\n"


def _black_out(record: Record, secrets: tuple[str, ...]) -> None:
    record["message"] = _blacked_out(record["message"], secrets)
    for name, value in record["extra"].items():
        if isinstance(value, str):
            record["extra"][name] = _blacked_out(value, secrets)


_ID = re.compile(r"wxid_[A-Za-z0-9_-]+|[0-9]{5,}@(?:chatroom|openim|im\.wxwork)")
"""Ids as WeChat makes them: gateways quote them in their errors."""


def _blacked_out(text: str, secrets: tuple[str, ...]) -> str:
    for secret in secrets:
        text = text.replace(secret, "•••")
    return _ID.sub(lambda found: masked(found[0]), text)
