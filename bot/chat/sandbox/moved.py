"""Messages whose fields moved in the 1.x proto files and that only the sandbox's side needs.

Old and new field are both set, as in `bot.chat.wire`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

import betterproto


def _wrapped(number: int) -> Optional[str]:  # noqa: UP045
    return betterproto.message_field(number, wraps=betterproto.TYPE_STRING)  # type: ignore[no-any-return] # untyped package


@dataclass
class ContactAliasRequest(betterproto.Message):
    """Get or set the bot's own name for a contact; with neither alias field set it asks."""

    id: str = betterproto.string_field(1)
    wrapped_alias: Optional[str] = _wrapped(2)  # noqa: UP045
    alias: str = betterproto.string_field(3)


@dataclass
class ContactAliasResponse(betterproto.Message):
    """The alias asked for."""

    wrapped_alias: Optional[str] = _wrapped(1)  # noqa: UP045
    alias: str = betterproto.string_field(2)
