"""`qunzhu` with its imports behind it: each command is a fork, with words, environment, folder and streams of its own.

Starting the interpreter and importing everything takes a second or two, and the command itself some milliseconds.
`python -m tests.shell.warm` takes orders as JSON lines, {argv, env, cwd, out, err}, where the last two are files to
write to, and answers each with {"code": …} when the command has ended. A test that is about the start itself, or the
one for each command that shows that it imports what it needs, runs the real program instead.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import bot.check
import bot.config_file
import bot.export
import bot.importing.pipeline
import bot.preview
import bot.retag
import bot.run
import bot.why  # noqa: F401 - imported so that the forks need not
from bot.__main__ import main


class Warm:
    """The process that forks, as seen from a test; it starts with the first command."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def call(self, within: float, **order: Any) -> int | None:
        """Run a command to its end and return its exit code; None if it did not end in time, and was killed."""
        process = self._process = self._process or subprocess.Popen(
            [sys.executable, "-m", "tests.shell.warm"],
            cwd=Path(__file__).parents[2],
            env={**order["env"], "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert process.stdin
        assert process.stdout
        process.stdin.write(json.dumps(order) + "\n")
        process.stdin.flush()
        if select.select([process.stdout], [], [], within)[0]:
            return int(json.loads(process.stdout.readline())["code"])
        self.close()
        return None

    def close(self) -> None:
        """End it, with whatever it still runs."""
        process, self._process = self._process, None
        if process:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()


def play(order: dict[str, Any]) -> None:
    """Become the command, to its end. Taking the interpreter down would cost more than most commands do."""
    for number, file in ((1, order["out"]), (2, order["err"])):
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(handle, number)
        os.close(handle)
    os.environ.clear()
    os.environ.update(order["env"])
    time.tzset()
    os.chdir(order["cwd"])
    sys.argv = ["qunzhu", *order["argv"]]
    try:
        main()
    except SystemExit as end:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(int(end.code or 0))


def serve() -> None:
    orders, answers = os.fdopen(os.dup(0)), os.dup(1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    gc.freeze()
    for line in orders:
        child = os.fork()
        if not child:
            play(json.loads(line))
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        os.write(answers, f'{{"code": {code}}}\n'.encode())


if __name__ == "__main__":
    serve()
