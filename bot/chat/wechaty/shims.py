"""Makes the Wechaty packages importable on today's Python; nothing else in the house imports them whole.

| obstacle | shim |
| --- | --- |
| INFO logs print message texts, and WARNING the token; `debug` breaks the import | `WECHATY_LOG=error` |
| importing makes a folder `./.wechaty` and looks for its caches there | `CACHE_DIR`, a folder of ours |
| wechaty_puppet_service wants `pyee.AsyncIOEventEmitter`, gone since pyee 12 | put back from `pyee.asyncio` |
| wechaty_puppet_service wants telnetlib, gone since Python 3.13 | the package standard-telnetlib |
| wechaty wants `urllib3.get_host`, gone since urllib3 2 | put back over `parse_url` |
| wechaty has an unhashable dataclass as another's default, refused since Python 3.11 | `PuppetOptions.__hash__` |

No upstream release has fixed any of them (wechaty 0.10.7, wechaty-puppet 0.4.23, wechaty-puppet-service 0.8.10).
"""

from __future__ import annotations

import importlib
import os
import warnings
from pathlib import Path
from types import ModuleType


def load_wechaty(cache_dir: Path) -> ModuleType:
    """The whole `wechaty` package, for a stock bot; it keeps its caches in `cache_dir`, which is made if missing."""
    load_puppet_service(cache_dir)
    _shim_urllib3()
    _shim_puppet_options()
    return _import_quietly("wechaty")


def load_puppet_service(cache_dir: Path) -> ModuleType:
    """The package `wechaty_puppet_service` alone: the puppet layer without bot, plugins, scheduler and web server."""
    _set_environment(cache_dir)
    _shim_pyee()
    return _import_quietly("wechaty_puppet_service")


def _set_environment(cache_dir: Path) -> None:
    cache_dir.mkdir(parents=True, exist_ok=True)
    os.environ["WECHATY_LOG"] = "error"
    os.environ["CACHE_DIR"] = str(cache_dir)


def _shim_pyee() -> None:
    pyee, emitters = importlib.import_module("pyee"), importlib.import_module("pyee.asyncio")
    if not hasattr(pyee, "AsyncIOEventEmitter"):
        vars(pyee)["AsyncIOEventEmitter"] = emitters.AsyncIOEventEmitter


def _shim_urllib3() -> None:
    urllib3 = importlib.import_module("urllib3")
    if hasattr(urllib3, "get_host"):
        return

    def get_host(url: str) -> tuple[str | None, str | None, int | None]:
        parsed = urllib3.util.parse_url(url)
        return parsed.scheme or "http", parsed.hostname, parsed.port

    vars(urllib3)["get_host"] = get_host


def _shim_puppet_options() -> None:
    options = _import_quietly("wechaty_puppet").PuppetOptions
    if options.__hash__ is None:
        options.__hash__ = object.__hash__


def _import_quietly(name: str) -> ModuleType:
    # They use what Python and their own dependencies deprecate, at import; that is theirs to mend, not ours to hear.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return importlib.import_module(name)
