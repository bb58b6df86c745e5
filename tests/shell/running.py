"""`qunzhu run` as a real process: typed to, watched, interrupted."""

from __future__ import annotations

import asyncio
import codecs
import fcntl
import os
import pty
import re
import signal
import termios
from typing import Self

from tests.shell.workshop import PATIENCE, QUNZHU, Workshop


class Running:
    """The bot for the length of a block; it is killed at the end if it still lives.

    With `terminal` it runs on one of its own, as at somebody's desk; else its three streams are pipes.
    """

    def __init__(
        self, workshop: Workshop, *, terminal: bool = False, program: tuple[str, ...] = (str(QUNZHU), "run")
    ) -> None:
        self._workshop, self._terminal, self._program = workshop, terminal, program
        self.text = self.err = ""
        self._mark = 0
        self._more = asyncio.Event()
        self._readers: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        if self._terminal:
            self._desk, theirs = pty.openpty()
            self._process = await self._spawn(theirs, theirs, theirs)
            os.close(theirs)
            outs = {"text": os.dup(self._desk)}
        else:
            (out, out_end), (err, err_end), (in_end, self._desk) = os.pipe(), os.pipe(), os.pipe()
            self._process = await self._spawn(in_end, out_end, err_end)
            for end in (in_end, out_end, err_end):
                os.close(end)
            outs = {"text": out, "err": err}
        self._readers = [asyncio.create_task(self._read(source, into)) for into, source in outs.items()]
        return self

    async def _spawn(self, stdin: int, stdout: int, stderr: int) -> asyncio.subprocess.Process:
        def at_a_desk() -> None:
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)

        return await asyncio.create_subprocess_exec(
            *self._program,
            cwd=self._workshop.folder,
            env={**self._workshop.environment(), "TERM": "xterm-256color"},
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            start_new_session=True,
            preexec_fn=at_a_desk if self._terminal else None,
        )

    async def _read(self, source: int, into: str) -> None:
        """Everything as it comes, until the other end is closed."""
        loop, decoder = asyncio.get_running_loop(), codecs.getincrementaldecoder("utf-8")()
        ready = asyncio.Event()
        # The loop may say twice that there is something, and then all of it has been read.
        os.set_blocking(source, False)
        loop.add_reader(source, ready.set)
        try:
            while True:
                await ready.wait()
                ready.clear()
                try:
                    chunk = os.read(source, 65536)
                except BlockingIOError:
                    continue
                except OSError:  # a terminal whose other side is closed
                    chunk = b""
                if not chunk:
                    return
                setattr(self, into, getattr(self, into) + decoder.decode(chunk))
                self._more.set()
        finally:
            loop.remove_reader(source)
            os.close(source)
            self._more.set()

    async def __aexit__(self, *_error: object) -> None:
        if self._process.returncode is None:
            self._process.kill()
            await self._process.wait()
        await asyncio.wait_for(asyncio.gather(*self._readers), PATIENCE)
        self.close_stdin()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def sound(self) -> bool:
        """Nothing fell out of the process. What the log says is not that: a reply may be under way at the end."""
        return not any(word in self.text + self.err for word in ("Traceback", "Exception", "never retrieved"))

    def type(self, line: str, end: str = "\n") -> None:
        """Type a line; what is waited for from now on comes after it."""
        self._mark = len(self.text)
        os.write(self._desk, (line + end).encode())

    def close_stdin(self) -> None:
        if self._desk >= 0:
            os.close(self._desk)
            self._desk = -1

    async def sees(self, pattern: str) -> re.Match[str]:
        """Wait until the terminal shows what matches, since the last line typed."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not (found := re.search(pattern, self.text[self._mark :])):
                    assert not all(reader.done() for reader in self._readers), f"ended without {pattern!r}: {self}"
                    self._more.clear()
                    await self._more.wait()
        except TimeoutError:
            raise AssertionError(f"{pattern!r} was not seen: {self}") from None
        return found

    def __repr__(self) -> str:
        return f"{self.text}\n--- stderr\n{self.err}"

    async def ends(self, within: float = PATIENCE) -> int:
        """Wait for its own end; returns its exit code, negative for a signal's."""
        code = await asyncio.wait_for(self._process.wait(), within)
        await asyncio.wait_for(asyncio.gather(*self._readers), PATIENCE)
        return code

    async def interrupt(self, within: float = 2.0, number: signal.Signals = signal.SIGINT) -> int:
        """Ctrl-C, or another signal."""
        self._process.send_signal(number)
        return await self.ends(within)

    async def kill(self) -> None:
        """Gone at once, as when the machine loses its power."""
        self._process.kill()
        assert await self.ends() == -signal.SIGKILL
