"""Was the bot addressed? Gateways often leave the mention ids out; then its name after an @ in the text decides."""

from __future__ import annotations

import asyncio

from bot.chat.wechaty.limits import Limits
from bot.chat.wechaty.names import Names
from bot.core.errors import GatewayError

# WeChat closes a mention with U+2005; clients that retype it leave a space, and trimming may leave nothing.
_CLOSERS = ("\u2005", " ", "\u00a0", "\n")


def addresses(text: str, name: str) -> bool:
    """Whether the text says `@name`, closed by U+2005, a space or its end."""
    if not name:
        return False
    call, at = f"@{name}", -1
    while (at := text.find(call, at + 1)) >= 0:
        rest = text[at + len(call) :]
        if not rest or rest.startswith(_CLOSERS):
            return True
    return False


class Mentions:
    """Knows what the bot is called in each room."""

    def __init__(self, names: Names, limits: Limits) -> None:
        self._names, self._limits = names, limits
        self._asked: dict[str, float] = {}

    async def find(self, room_id: str, text: str, self_id: str) -> tuple[str, ...]:
        """The bot's id if its name or its alias in this room is called, else nothing.

        Only the first call in a room waits for the name, and not for long: the arrival order waits with it.
        """
        if "@" not in text or not self_id:
            return ()
        me = self._names.known_member(room_id, self_id)
        if me is None and self._may_ask(room_id):
            try:
                async with asyncio.timeout(self._limits.mention_wait):
                    me = await self._names.member(room_id, self_id)
            except (GatewayError, TimeoutError):
                return ()
        return (self_id,) if me and (addresses(text, me.name) or addresses(text, me.alias)) else ()

    def _may_ask(self, room_id: str) -> bool:
        now = asyncio.get_running_loop().time()
        if now < self._asked.get(room_id, 0.0):
            return False
        self._asked[room_id] = now + self._limits.names_ttl_seconds / 10
        return True
