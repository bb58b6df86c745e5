"""Link and mini-program cards in the JSON in which the puppet protocol carries them, in either spelling."""

from __future__ import annotations

import json
from dataclasses import fields

from bot.chat.sandbox.errors import UnreadableError
from bot.chat.sandbox.file_box import read_fields
from bot.core.message import Link, MiniProgram


def write_card(card: Link | MiniProgram) -> str:
    """The card with wechaty-puppet's own camel-case names, without what is empty."""
    named = {_camel(field.name): getattr(card, field.name) for field in fields(card)}
    return json.dumps({name: value for name, value in named.items() if value}, ensure_ascii=False)


def read_link(text: str) -> Link:
    """The link card in a JSON text; `UnreadableError` without an address."""
    known = _known(text, Link)
    if not known.get("url"):
        raise UnreadableError("link without url")
    return Link(**{"title": "", **known})


def read_mini_program(text: str) -> MiniProgram:
    """The mini-program card in a JSON text."""
    return MiniProgram(**{"appid": "", "title": "", **_known(text, MiniProgram)})


def _known(text: str, card: type[Link | MiniProgram]) -> dict[str, str]:
    # The Python client writes snake case where the JavaScript one writes camel case, and null where it has nothing.
    given = read_fields(text)
    found = {field.name: given.get(_camel(field.name)) or given.get(field.name) for field in fields(card)}
    return {name: str(value) for name, value in found.items() if value}


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
