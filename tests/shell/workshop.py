"""A folder of its own for each test, as an engineer would set one up, and the real command line in it."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.shell.warm import Warm

ROOT = Path(__file__).parents[2]
QUNZHU = Path(sys.executable).with_name("qunzhu")
PATIENCE = 20.0
"""Real seconds for a command that should need one or two: the machine may be busy."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


class Workshop:
    """config.toml and templates/ as they are shipped, the sandbox on any free port, data/ not there yet."""

    def __init__(self, folder: Path, warm: Warm) -> None:
        self.folder, self._warm = folder, warm
        self.env: dict[str, str] = {"QUNZHU_SANDBOX__PORT": "0", "QUNZHU_WEB__PORT": "0"}
        shutil.copy(ROOT / "config.toml", folder)
        (folder / "templates").symlink_to(ROOT / "templates")

    @property
    def config(self) -> Path:
        return self.folder / "config.toml"

    def configure(self, text: str) -> None:
        """Replace config.toml."""
        self.config.write_text(text, encoding="utf-8")

    def own(self, name: str) -> Path:
        """A file below templates/ that may be changed: the whole tree becomes a copy."""
        templates = self.folder / "templates"
        if templates.is_symlink():
            templates.unlink()
            shutil.copytree(ROOT / "templates", templates)
        return templates / name

    def rewrite(self, name: str, old: str, new: str) -> None:
        """Change one place in a file below templates/."""
        file = self.own(name)
        source = file.read_text(encoding="utf-8")
        assert old in source, f"{old!r} is no longer in {name}"
        file.write_text(source.replace(old, new, 1), encoding="utf-8")

    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.upper().startswith("QUNZHU_")}
        # What is tested is a plain terminal: no width, colour or interpreter settings of whoever runs the tests.
        for name in ("COLUMNS", "LINES", "FORCE_COLOR", "NO_COLOR", "PYTHONWARNINGS", "PYTHONUNBUFFERED"):
            kept.pop(name, None)
        return {**kept, "LC_ALL": "C.UTF-8", **self.env}

    async def call(self, *arguments: str, cwd: Path | None = None) -> Ended:
        """Run `qunzhu` to its end, which must come by itself; its imports are behind it when it begins."""
        out, err = self.folder / ".out", self.folder / ".err"
        order = {"argv": arguments, "env": self.environment(), "cwd": str(cwd or self.folder)}
        code = await asyncio.to_thread(self._warm.call, PATIENCE, out=str(out), err=str(err), **order)
        assert code is not None, f"{arguments} did not end by itself"
        said = [file.read_bytes().decode() for file in (out, err)]
        for file in (out, err):
            file.unlink()
        return Ended(code, *said)

    async def start(self, *arguments: str, program: tuple[str, ...] = (str(QUNZHU),)) -> Ended:
        """Run a program from its very start to its end, which must come by itself."""
        process = await asyncio.create_subprocess_exec(
            *program,
            *arguments,
            cwd=self.folder,
            env=self.environment(),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            out, err = await asyncio.wait_for(process.communicate(), PATIENCE)
        except TimeoutError:
            process.kill()
            await process.wait()
            raise AssertionError(f"{arguments} did not end by itself") from None
        return Ended(process.returncode or 0, out.decode(), err.decode())
