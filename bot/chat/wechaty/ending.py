"""How a connection came to its end, and what that says about the next one."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from grpclib.const import Status

from bot.chat.wechaty.failure import CallError

REPLACED = "the gateway ended the stream: replaced by another client?"
OCCUPIED = "another client holds the gateway's event stream"
TOKEN = "the gateway does not accept the token"  # noqa: S105  # a reason, not a token


@dataclass(frozen=True, slots=True)
class Ending:
    """Why a line is at its end; `deaf_since` is loop time, the last moment at which it was surely alive."""

    reason: str
    deaf_since: float
    token_refused: bool = False
    graceful: bool = False


def ending_of(error: CallError, prefix: str = "") -> Ending:
    """What a failed call on a line means for the line."""
    if error.status is Status.UNAUTHENTICATED:
        return Ending(TOKEN, now(), token_refused=True)
    if error.status is Status.ALREADY_EXISTS:
        return Ending(OCCUPIED, now(), graceful=True)
    return Ending(f"{prefix}{error}", now())


def now() -> float:
    """Loop time, in seconds."""
    return asyncio.get_running_loop().time()
