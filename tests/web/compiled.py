"""The page's templates are compiled once between all houses of a process, as a bot compiles them once in its months."""

from __future__ import annotations

from collections import defaultdict

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from bot.web.pages import Pages


class Compiled(BytecodeCache):
    """What was compiled of a template, as long as its source is the same."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if (kept := self._kept.get((bucket.key, bucket.checksum))) is not None:
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


_COMPILED: defaultdict[str, Compiled] = defaultdict(Compiled)
"""By language: what a filter makes of a constant is in the code."""


def share(pages: Pages) -> None:
    """Let these pages use what others have compiled, and leave them theirs."""
    for locale, environment in pages._environments.items():
        environment.bytecode_cache = _COMPILED[locale]
