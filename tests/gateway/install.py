"""Says whether the JavaScript gateway can run here, and installs its locked npm packages once."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import subprocess
import tempfile
from pathlib import Path

FOLDER = Path(__file__).parent
_STAMP = FOLDER / "node_modules" / ".lock-hash"
_COMMAND = ("ci", "--omit=optional", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund")
_PATIENCE_S = 600
_OLDEST_NODE = 20


class InstallError(Exception):
    """npm could not install the locked packages; the text is npm's own."""


def available() -> str | None:
    """Why the JavaScript gateway cannot run on this machine, or None when it can."""
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            return f"{program} is not installed"
    answer = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True)
    major = int(answer.stdout.lstrip("v").split(".")[0])
    return None if major >= _OLDEST_NODE else f"node {major} is older than {_OLDEST_NODE}"


def installed() -> Path:
    """The folder with `gateway.mjs` and its packages, installed when the lock file has changed since the last time.

    Parallel test workers wait for each other; with a complete `node_modules` no network is touched.
    Raises InstallError with npm's last words.
    """
    wanted = hashlib.sha256((FOLDER / "package-lock.json").read_bytes()).hexdigest()
    place = hashlib.sha256(str(FOLDER).encode()).hexdigest()[:16]
    with (Path(tempfile.gettempdir()) / f"qunzhu-gateway-{place}.lock").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        if not _STAMP.exists() or _STAMP.read_text() != wanted:
            _install()
            _STAMP.write_text(wanted)
    return FOLDER


def _install() -> None:
    npm = shutil.which("npm") or "npm"
    run = subprocess.run([npm, *_COMMAND], cwd=FOLDER, capture_output=True, text=True, timeout=_PATIENCE_S)
    if run.returncode != 0:
        raise InstallError(f"npm ci failed with {run.returncode}:\n{run.stderr[-2000:]}")
