"""Sets the log up, once: JSON lines into a file, warnings to the terminal, secrets and texts nowhere."""

from __future__ import annotations

import hashlib
import json
import logging
import sys
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
    hidden = tuple(filter(None, secrets))
    logger.configure(patcher=lambda record: _black_out(record, hidden))
    logger.add(sys.stderr, level=terminal, format=_line, diagnose=False, backtrace=False)
    if file is not None:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            logger.add(_Lines(file, hidden), level=level, format="{message}", diagnose=False, backtrace=False)
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


def masked(contact_or_room_id: str) -> str:
    """An id as it may stand in a log: the same id always gives the same eight letters."""
    return hashlib.sha256(contact_or_room_id.encode()).hexdigest()[:8]


class _Lines:
    """A sink that writes one JSON object a line. Secrets are blacked out in errors too, and where JSON escapes them."""

    def __init__(self, file: Path, secrets: tuple[str, ...]) -> None:
        self._secrets = (*secrets, *(json.dumps(secret, ensure_ascii=False)[1:-1] for secret in secrets))
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
        self._stream.write(line + "\n")
        self._stream.flush()

    def stop(self) -> None:
        self._stream.close()


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


def _blacked_out(text: str, secrets: tuple[str, ...]) -> str:
    for secret in secrets:
        text = text.replace(secret, "•••")
    return text
