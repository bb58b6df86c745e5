"""Says whether Node.js is here, and installs the locked npm packages of a folder of the tests once."""

from __future__ import annotations

import fcntl
import functools
import hashlib
import shutil
import subprocess
import tempfile
from pathlib import Path

_COMMAND = ("ci", "--omit=optional", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund")
_PATIENCE_S = 600
_OLDEST_NODE = 20


class InstallError(Exception):
    """npm could not install the locked packages; the text is npm's own."""


@functools.cache
def available() -> str | None:
    """Why npm packages cannot be used on this machine, or None when they can."""
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            return f"{program} is not installed"
    answer = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True)
    major = int(answer.stdout.lstrip("v").split(".")[0])
    return None if major >= _OLDEST_NODE else f"node {major} is older than {_OLDEST_NODE}"


def installed(folder: Path) -> Path:
    """The folder with its packages, installed when its lock file has changed since the last time.

    Parallel test workers wait for each other; with a complete `node_modules` no network is touched.
    Raises InstallError with npm's last words.
    """
    wanted = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    place = hashlib.sha256(str(folder).encode()).hexdigest()[:16]
    stamp = folder / "node_modules" / ".lock-hash"
    with (Path(tempfile.gettempdir()) / f"qunzhu-npm-{place}.lock").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.read_text() != wanted:
            _install(folder)
            stamp.write_text(wanted)
    return folder


def _install(folder: Path) -> None:
    npm = shutil.which("npm") or "npm"
    run = subprocess.run([npm, *_COMMAND], cwd=folder, capture_output=True, text=True, timeout=_PATIENCE_S)
    if run.returncode != 0:
        raise InstallError(f"npm ci failed with {run.returncode}:\n{run.stderr[-2000:]}")
