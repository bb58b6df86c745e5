"""Drives a JavaScript gateway: a child process that takes commands as JSON lines and serves Wechaty's gRPC."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.npm import available, installed

from .child import Child, ChildDiedError, RefusedCommandError

__all__ = ["ChildDiedError", "JsGateway", "RefusedCommandError", "Tls", "available"]

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Tls:
    """A server certificate and its key, both PEM files."""

    cert: Path
    key: Path


class JsGateway:
    """One gateway process on a loopback port; `async with JsGateway() as gateway` starts and stops it.

    `call` sends one of the commands of `commands.mjs`. Calls may overlap: a long `drip` does not hold up `state`.
    With a `journal` file the log of sends outlives a kill; all else it knew is gone with the process.
    """

    def __init__(self, token: str = "rig-token", journal: Path | None = None) -> None:
        self.token = token
        self.port = 0
        self._journal = journal
        self._tls: Tls | None = None
        self._child: Child | None = None
        self._worlds: list[dict[str, Any]] = []
        self._login: dict[str, Any] | None = None

    @property
    def endpoint(self) -> str:
        """`host:port`, as the configuration wants it."""
        return f"127.0.0.1:{self.port}"

    @property
    def running(self) -> bool:
        return self._child is not None and self._child.running

    @property
    def log(self) -> Sequence[str]:
        """The last lines of its stderr."""
        return () if self._child is None else tuple(self._child.log)

    async def start(self, port: int = 0, tls: Tls | None = None) -> None:
        """Start the process and wait until it serves; port 0 picks a free one."""
        folder = await asyncio.to_thread(installed, FOLDER)
        words = ["node", str(folder / "gateway.mjs"), "--token", self.token, "--port", str(port)]
        if tls is not None:
            words += ["--cert", str(tls.cert), "--key", str(tls.key)]
        if self._journal is not None:
            words += ["--journal", str(self._journal)]
        self._tls = tls
        self._child, ready = await Child.born(*words)
        self.port = ready["port"]

    async def stop(self) -> None:
        """End the process in peace."""
        if self._child is not None:
            await self._child.stop()

    async def kill(self) -> None:
        """SIGKILL: the machine lost power."""
        if self._child is not None:
            await self._child.kill()

    def freeze(self) -> None:
        """SIGSTOP: connections stay open and nothing moves, as on a half-open link."""
        if self._child is not None:
            self._child.signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT: go on where it froze."""
        if self._child is not None:
            self._child.signal(signal.SIGCONT)

    async def restart_same_port(self, *, replay: bool = True) -> None:
        """Start again on the same port with the same token and TLS, killing it first if it still runs.

        With `replay` the worlds made and the login so far are made again; messages are always forgotten.
        """
        await self.kill()
        await self.start(self.port, self._tls)
        if not replay or self._child is None:
            return
        for world in self._worlds:
            await self._child.ask("world", world)
        if self._login is not None:
            await self._child.ask("login", self._login)

    async def call(self, command: str, **args: Any) -> Any:
        """Send a command and wait for its result; arguments that are None are left out.

        Raises RefusedCommandError when the gateway says no, ChildDiedError when it ends first.
        """
        if self._child is None:
            raise ChildDiedError("it was never started")
        given = {key: value for key, value in args.items() if value is not None}
        result = await self._child.ask(command, given)
        self._remember(command, given)
        return result

    def _remember(self, command: str, args: dict[str, Any]) -> None:
        match command:
            case "world":
                self._worlds.append(args)
            case "login":
                self._login = args
            case "logout":
                self._login = None
            case "reset":
                self._worlds.clear()
                self._login = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()
