"""The start: the shell's help, and the demo until its page can be opened; and its memory when nothing happens."""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path
from statistics import median

from tests.shell.running import Running
from tests.shell.warm import Warm
from tests.shell.workshop import Workshop

TIMES = 5
REST = 5.0
"""Seconds from the link on until the memory is read: names and the plan have been seen to by then."""

LINK = r"/enter\?key="


def resident_megabytes(pid: int) -> int:
    """What a process has in memory now."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) // 1024


async def bench() -> None:
    """Print the medians."""
    helped, first, again, resident = [], [], [], []
    for _ in range(TIMES):
        with tempfile.TemporaryDirectory() as name:
            workshop = Workshop(Path(name), Warm())
            began = time.perf_counter()
            ended = await workshop.start("--help")
            helped.append(time.perf_counter() - began)
            assert ended.code == 0, ended
            for ready in (first, again):
                began = time.perf_counter()
                async with Running(workshop) as bot:
                    await bot.sees(LINK)
                    ready.append(time.perf_counter() - began)
                    await asyncio.sleep(REST)
                    megabytes = resident_megabytes(bot.pid)
                    await bot.interrupt()
            resident.append(megabytes)
    print(f"start            qunzhu --help: {median(helped):.2f} s (target 0.4); ", end="")
    print(f"the demo until its link: {median(first):.2f} s, again {median(again):.2f} s (target 3); ", end="")
    print(f"at rest {median(resident):.0f} MB (target 120)")
