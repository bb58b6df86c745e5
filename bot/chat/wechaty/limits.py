"""The figures a Wechaty link lives by, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Limits:
    """Every bound of the adapter; times in seconds. The defaults are for a gateway on the same continent.

    A frozen gateway is dropped after 2 × `silence_seconds` and the watch's own second each time: 20 to 22 s.
    """

    in_flight: int = 32
    """Message payloads asked for at the same time; more gains nothing on one connection."""
    queue: int = 50_000
    """Events heard and not yet handed out; beyond it the stream is not read, and the gateway waits."""
    ahead: int = 8_192
    """Messages fetched and not yet handed out; beyond it only ids wait."""
    seen: int = 8_192
    """Message ids remembered, so that a redelivered one is heard once."""
    fetch_attempts: int = 3
    """Tries for one payload while the gateway answers; a lost link costs none."""
    silence_seconds: float = 10.0
    """Silence after which the gateway is dinged; as long again without an answer, and the link is dropped."""
    unary_timeout: float = 5.0
    """For one call, and for the first sign of life of a new link."""
    start_timeout: float = 20.0
    """For the Start call: gateways themselves give the puppet 15 s."""
    file_timeout: float = 60.0
    """For a call that carries a file, and between two chunks of one."""
    backoff_first: float = 0.2
    backoff_most: float = 15.0
    backoff_replaced: float = 3.0
    """The first pause after a graceful end, so that two clients do not fight over the stream."""
    reads_per_second: float = 2.0
    """Room, member and contact reads; an account was locked after 5 contact reads in one second."""
    names_ttl_seconds: float = 600.0
    names_kept: int = 20_000
    """Rooms, members and contacts remembered."""
    inline_bytes: int = 2_900_000
    """The largest file sent inside one message: in base64 it stays below gRPC's default bound of 4 MiB."""
    mention_wait: float = 1.0
    """How long a message may wait, once per room, for the bot's own name there."""


@dataclass(frozen=True, slots=True)
class Tls:
    """How to trust the gateway: its own CA (None: the system's), and the name on its certificate where it differs."""

    ca_file: Path | None = None
    server_name: str = ""
