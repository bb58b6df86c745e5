"""What the page needs of the machine, taken before the bot begins: an address, and the files for TLS."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot import certificate
from bot.config import Config
from bot.core.errors import SetupError


@dataclass(frozen=True, slots=True)
class Premises:
    """`door` listens already, whoever knocks waits; `files` are chain and key, for TLS."""

    door: socket.socket
    files: tuple[Path, Path] | None

    @property
    def port(self) -> int:
        return int(self.door.getsockname()[1])


@contextmanager
def taken(config: Config) -> Iterator[Premises]:
    """The page's place, for the length of the block; `SetupError` if it cannot be had."""
    web = config.web
    files = (config.path(web.tls_cert), config.path(web.tls_key)) if web.tls_cert and web.tls_key else None
    if files is not None:
        certificate.require(*files)
    with closing(_bound(web.host, web.port)) as door:
        yield Premises(door, files)


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named, for asyncio sends at once only what calls itself TCP; else each answer waits 40 ms for an acknowledgement.
    door = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((host, port))
        door.listen(128)
    except OSError as error:
        door.close()
        what, hint = _told(error)
        raise SetupError(what, where=f"{host}:{port}", hint=hint) from error
    return door


def _told(error: OSError) -> tuple[str, str]:
    if error.errno == errno.EADDRINUSE:
        return "the page's port is taken", "stop the other process, or choose another web.port (0: any)"
    if error.errno == errno.EACCES:
        return "the page's port is not for everybody", "choose a web.port above 1023"
    return f"the page cannot be served: {error.strerror}", "correct web.host"
