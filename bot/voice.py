"""The one mouth: nothing reaches the platform but through here, one message at a time, at the account's pace."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime

from bot.chat.port import Receipt, Sends
from bot.core.errors import NotConnectedError, PlatformError, SendRefusedError, SendUncertainError
from bot.core.message import File
from bot.core.post import Post
from bot.core.reply import Reply
from bot.policy.breaker import too_fast
from bot.render import Renderer, safe_name
from bot.turns import Rank, Turns

EVERYBODY = frozenset({"所有人", "all"})


@dataclass(frozen=True, slots=True)
class Utterance:
    """Something about to be said that is no post; `paced_until` is the pace to write down with it."""

    conversation_id: str
    text: str
    paced_until: datetime | None


Remember = Callable[[Utterance], Awaitable[None]]


class Turn:
    """The right to say one thing in one room. `paced_until` is to be written down before anything is said."""

    def __init__(
        self, sends: Sends, turns: Turns, room_id: str, paced_until: datetime | None, warned: Callable[[str], None]
    ) -> None:
        self._sends, self._turns, self._room_id, self._warned = sends, turns, room_id, warned
        self.paced_until = paced_until

    async def say(self, text: str, media: File | None = None) -> Receipt:
        """Say a composed post; a picture goes before its words.

        When the words are refused after the picture went out, part of the post was sent: that is uncertain,
        never "not sent".
        """
        self._turns.said(self._room_id)
        with _listening(self._warned):
            if media is None:
                return await self._sends.send_text(self._room_id, text)
            await self._sends.send_file(self._room_id, media)
        self._turns.said(self._room_id)
        try:
            with _listening(self._warned):
                return await self._sends.send_text(self._room_id, text)
        except (NotConnectedError, SendRefusedError) as error:
            raise SendUncertainError(f"the picture went out, its words did not: {error}") from error


class Voice:
    """Renders and speaks. At most one send is in flight, so at most one is ambiguous after a crash.

    `remember` writes an answer into the ledger before it is said: it counts for the pace, and its echo is known.
    `warned` hears the platform say that the account speaks too fast.
    """

    def __init__(
        self, sends: Sends, renderer: Renderer, turns: Turns, remember: Remember, warned: Callable[[str], None]
    ) -> None:
        self._sends, self._renderer, self._turns, self._remember = sends, renderer, turns, remember
        self._warned = warned

    async def reply(
        self, conversation_id: str, reply: Reply, mention: tuple[str, str] | None = None, rank: Rank = Rank.REPLY
    ) -> Receipt:
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
        async with self._turns.take(rank, conversation_id) as paced_until:
            await self._remember(Utterance(conversation_id, text, paced_until))
            self._turns.said(conversation_id)
            with _listening(self._warned):
                receipt = await self._sends.send_text(conversation_id, text, ids)
                if reply.file is not None:
                    await self._sends.send_file(conversation_id, reply.file)
                return receipt

    async def recall(self, message_id: str) -> bool:
        """Take a message back; False when the platform would not (WeChat allows two minutes)."""
        return await self._sends.recall(message_id)

    def compose(self, post: Post, variables: Mapping[str, object]) -> str:
        """The exact text that a turn would say."""
        return self._renderer.post(post, variables)

    @asynccontextmanager
    async def turn(self, rank: Rank, room_id: str) -> AsyncIterator[Turn]:
        """Wait until a post may be said in the room; it is said with `say`, if it still may go out."""
        async with self._turns.take(rank, room_id) as paced_until:
            yield Turn(self._sends, self._turns, room_id, paced_until, self._warned)


@contextmanager
def _listening(warned: Callable[[str], None]) -> Iterator[None]:
    """Pass on what the platform says about speaking too fast."""
    try:
        yield
    except PlatformError as error:
        if too_fast(str(error)):
            warned(str(error))
        raise
