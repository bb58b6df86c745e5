"""A person in the sandbox's world."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a WeChat account; `remark` is the name the bot's account gave them ("" if none)."""

    id: str
    name: str
    remark: str = ""
