"""A child process that is asked in JSON lines on stdin and answers, in any order, in JSON lines on stdout."""

from __future__ import annotations

import asyncio
import itertools
import json
import signal
from collections import deque
from typing import Any, Self

_LONGEST_ANSWER = 256 * 1024 * 1024
_READY_S = 60.0
_STOP_S = 5.0


class RefusedCommandError(Exception):
    """The child answered a command with an error; the text is its own."""


class ChildDiedError(Exception):
    """The child ended before it answered; the text holds its last log lines."""


class Child:
    """One process; made by `Child.born`, dead after `stop` or `kill`."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        self.log: deque[str] = deque(maxlen=200)
        self._process = process
        self._stdin = process.stdin
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._numbers = itertools.count(1)
        self._readers = (
            asyncio.create_task(self._read_answers(process.stdout)),
            asyncio.create_task(self._read_log(process.stderr)),
        )

    @classmethod
    async def born(cls, *words: str) -> tuple[Self, dict[str, Any]]:
        """The running child, and the first line it said of itself."""
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            *words, stdin=pipe, stdout=pipe, stderr=pipe, limit=_LONGEST_ANSWER
        )
        child = cls(process)
        try:
            async with asyncio.timeout(_READY_S):
                return child, await child._answer_to(0)
        except BaseException:
            await child.kill()
            raise

    @property
    def running(self) -> bool:
        return self._process.returncode is None

    async def ask(self, command: str, args: dict[str, Any]) -> Any:
        """Send a command and wait for its result."""
        if not self.running:
            raise ChildDiedError(self._epitaph())
        number = next(self._numbers)
        line = json.dumps({**args, "id": number, "command": command}, ensure_ascii=False)
        self._stdin.write(line.encode() + b"\n")
        return await self._answer_to(number)

    async def stop(self) -> None:
        """Close its stdin, which ends it, or kill it when it does not listen."""
        self.signal(signal.SIGCONT)
        self._stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), _STOP_S)
        except TimeoutError:
            self.signal(signal.SIGKILL)
        await self._mourn()

    async def kill(self) -> None:
        self.signal(signal.SIGKILL)
        await self._mourn()

    def signal(self, number: signal.Signals) -> None:
        if self.running:
            self._process.send_signal(number)

    async def _mourn(self) -> None:
        await self._process.wait()
        await asyncio.gather(*self._readers)

    def _answer_to(self, number: int) -> asyncio.Future[Any]:
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[number] = future
        return future

    async def _read_answers(self, stdout: asyncio.StreamReader) -> None:
        while line := await stdout.readline():
            answer = json.loads(line)
            future = self._waiting.pop(answer.get("id", 0), None)
            if future is None or future.done():
                continue
            if "error" in answer:
                future.set_exception(RefusedCommandError(answer["error"]))
            else:
                future.set_result(answer.get("result", answer))
        await self._process.wait()
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(ChildDiedError(self._epitaph()))
        self._waiting.clear()

    async def _read_log(self, stderr: asyncio.StreamReader) -> None:
        while line := await stderr.readline():
            self.log.append(line.decode(errors="replace").rstrip())

    def _epitaph(self) -> str:
        return "\n".join([f"it ended with {self._process.returncode}", *list(self.log)[-20:]])
