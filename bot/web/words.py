"""The page's own words, Chinese and English, by view: templates/web/words/<locale>/<view>.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.core.errors import SetupError

LOCALES = ("zh", "en")

Words = Mapping[str, Any]


def read_words(folder: Path, locale: str) -> Words:
    """The words of one language, by the name of their file; a `SetupError` says which cannot be read."""
    return {file.stem: _read(file) for file in sorted((folder / locale).glob("*.toml"))}


def _read(file: Path) -> Words:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SetupError(f"cannot be read: {error}", where=str(file), hint="mind quotes and brackets") from None
