"""The one mouth: nothing reaches the platform but through here, one message at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from bot.chat.port import Receipt, Sends
from bot.core.errors import NotConnectedError, SendRefusedError, SendUncertainError
from bot.core.message import File
from bot.core.post import Post
from bot.core.reply import Reply
from bot.render import Renderer, safe_name

EVERYBODY = frozenset({"所有人", "all"})


class Voice:
    """Renders and speaks. At most one send is in flight, so at most one is ambiguous after a crash."""

    def __init__(self, sends: Sends, renderer: Renderer) -> None:
        self._sends = sends
        self._renderer = renderer
        self._mouth = asyncio.Lock()

    async def reply(self, conversation_id: str, reply: Reply, mention: tuple[str, str] | None = None) -> Receipt:
        """Answer somebody; `mention` is (contact id, name) of whom the answer is addressed to.

        A name that would call everybody, or that cannot be shown as it is, is left out: the id mentions alone.
        """
        text = self._renderer.reply(reply.template, reply.data)
        ids: Sequence[str] = ()
        if mention is not None:
            contact_id, name = mention
            ids = (contact_id,)
            if safe_name(name) == name and name.casefold() not in EVERYBODY:
                text = f"@{name}\u2005{text}"
        async with self._mouth:
            return await self._sends.send_text(conversation_id, text, ids)

    def compose(self, post: Post, variables: Mapping[str, object]) -> str:
        """The exact text that `publish` would say."""
        return self._renderer.post(post, variables)

    async def publish(self, room_id: str, text: str, media: File | None = None) -> Receipt:
        """Say a composed post; a picture goes before its words.

        When the words are refused after the picture went out, part of the post was sent: that is uncertain,
        never "not sent".
        """
        async with self._mouth:
            if media is None:
                return await self._sends.send_text(room_id, text)
            await self._sends.send_file(room_id, media)
            try:
                return await self._sends.send_text(room_id, text)
            except (NotConnectedError, SendRefusedError) as error:
                raise SendUncertainError(f"the picture went out, its words did not: {error}") from error
