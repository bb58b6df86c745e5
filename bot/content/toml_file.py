"""A TOML file that people write by hand: read with its lines, so that every fault can say where it is."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.core.errors import SetupError


@dataclass(frozen=True, slots=True)
class TomlFile:
    """Its tables, and its text."""

    path: Path
    source: str
    tables: Mapping[str, Any]

    def fault(self, line: int, what: str, hint: str) -> SetupError:
        return SetupError(what, where=f"{self.path}:{line}", hint=hint)

    def line_of_table(self, name: str, number: int) -> int:
        """Where the table `[[name]]` of this number, from 0, begins."""
        lines = [line for line, text in self._lines() if text.strip().startswith(f"[[{name}]]")]
        return lines[number] if number < len(lines) else 1

    def line_of_key(self, key: str, start: int = 0) -> int:
        """Where a key stands in the table that begins at `start`, 0 for the top; the table's line if it does not."""
        for line, text in self._lines():
            if line > start and text.strip().startswith("["):
                break
            if line > start and re.match(rf"\s*{re.escape(key)}\s*=", text):
                return line
        return max(start, 1)

    def _lines(self) -> list[tuple[int, str]]:
        return list(enumerate(self.source.splitlines(), 1))


def read_toml(path: Path, setting: str) -> TomlFile:
    """The file that `setting` names; `SetupError` with file:line when it cannot be read as TOML."""
    source = ""
    try:
        source = path.read_text(encoding="utf-8-sig")
        return TomlFile(path, source, tomllib.loads(source))
    except OSError as error:
        hint = f"create it, or correct {setting}"
        raise SetupError(f"cannot be read: {error.strerror}", where=str(path), hint=hint) from None
    except UnicodeDecodeError as error:
        raise SetupError(f"cannot be read: {error}", where=str(path), hint="it must be UTF-8 text") from None
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        where = f"{path}:{line.group(1)}" if line else f"{path}:{len(source.splitlines())}"
        raise SetupError(f"is not valid TOML: {error}", where=where, hint="mind quotes and brackets") from None
