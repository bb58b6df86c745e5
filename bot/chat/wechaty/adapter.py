"""A WeChat account behind any Wechaty puppet service, as the bot's chat port."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing

from grpclib.client import Channel
from grpclib.const import Status
from wechaty_grpc.wechaty import puppet

from bot.chat.port import MemberFacts, Receipt, RoomFacts
from bot.chat.wechaty.arrivals import Arrivals
from bot.chat.wechaty.dial import dialler
from bot.chat.wechaty.ending import TOKEN
from bot.chat.wechaty.failure import CallError
from bot.chat.wechaty.files import Files
from bot.chat.wechaty.hearing import Hearing
from bot.chat.wechaty.limits import Limits, Tls
from bot.chat.wechaty.line import Line
from bot.chat.wechaty.link import Link
from bot.chat.wechaty.mentions import Mentions
from bot.chat.wechaty.names import Names
from bot.chat.wechaty.sending import Sending
from bot.clock import Clock
from bot.core.errors import SetupError, TokenRefusedError
from bot.core.events import ChatEvent, MessageReceived
from bot.core.message import File, MiniProgram
from bot.core.message import Link as LinkCard


class WechatyChat:
    """`bot.chat.port.Chat` over gRPC. Nothing is opened before `events` or `batches` is first asked.

    One of the two may be read, by one reader. They raise `TokenRefusedError` if the very first connection finds
    the token refused; every later trouble is an event, and the connection is opened again for ever.
    """

    def __init__(
        self,
        account_id: str,
        endpoint: str,
        token: str,
        clock: Clock,
        tls: Tls | None = None,
        limits: Limits | None = None,
        channel: Callable[[], Channel] | None = None,
    ) -> None:
        limits = limits or Limits()
        self._endpoint = endpoint
        self._tally: Counter[str] = Counter()
        self._dial = dialler(endpoint, token, tls, limits, channel)
        self._names = Names(self._line, limits)
        self._hearing = Hearing(account_id, clock, self._names, Mentions(self._names, limits), self._tally)
        self._link = Link(self._dial, self._hearing, limits)
        self._arrivals = Arrivals(self._link, self._hearing.finish, limits, self._tally)
        self._hearing.feed(self._arrivals)
        self._files = Files(self._line, limits)
        self._sending = Sending(self._line, self._files, limits)
        self._life: asyncio.Task[None] | None = None

    def _line(self) -> Line:
        return self._link.line()

    @property
    def self_id(self) -> str | None:
        return self._hearing.self_id

    @property
    def tally(self) -> Mapping[str, int]:
        """What was passed over since the start: `unknown`, `malformed`, `unfetched`, `duplicate`."""
        return dict(self._tally)

    async def probe(self) -> None:
        """Asks the gateway for its version, without taking its event stream.

        SetupError when nobody answers there, TokenRefusedError when it does not know us. For the start alone.
        """
        line = self._dial()
        try:
            await line.connect()
            await line.ask("Version", puppet.VersionRequest(), puppet.VersionResponse)
        except CallError as error:
            if error.status is Status.UNAUTHENTICATED:
                raise TokenRefusedError(TOKEN) from error
            if not error.answered:
                hint = "start the gateway, or correct chat.endpoint; does it speak TLS where chat.tls does not?"
                raise SetupError(f"no gateway answers ({error})", where=self._endpoint, hint=hint) from error
        finally:
            line.close()

    async def events(self) -> AsyncGenerator[ChatEvent, None]:
        async with aclosing(self.batches()) as batches:
            async for batch in batches:
                for event in batch:
                    yield event

    async def batches(self, limit: int = 256) -> AsyncGenerator[tuple[ChatEvent, ...], None]:
        if self._life is None:
            self._life = asyncio.create_task(self._live())
            self._life.add_done_callback(lambda _: self._arrivals.end())
        while batch := await self._arrivals.take(limit):
            yield batch
        if not self._life.cancelled():
            self._life.result()

    async def _live(self) -> None:
        """The link and the workers, until closed or refused."""
        async with asyncio.TaskGroup() as group:
            workers = group.create_task(self._arrivals.work())
            await self._link.run()
            workers.cancel()
        raise TokenRefusedError(TOKEN)

    async def close(self) -> None:
        """Ends `events` and `batches`, hangs up, and never sends Stop."""
        await self._names.close()
        while self._life is not None and not self._life.done():
            # grpclib can swallow a cancellation that meets the end of its stream, so it is repeated.
            self._life.cancel()
            await asyncio.wait({self._life}, timeout=1.0)

    async def send_text(self, conversation_id: str, text: str, mention_ids: Sequence[str] = ()) -> Receipt:
        return await self._sending.text(conversation_id, text, mention_ids)

    async def send_file(self, conversation_id: str, file: File) -> Receipt:
        return await self._sending.file(conversation_id, file)

    async def send_link(self, conversation_id: str, link: LinkCard) -> Receipt:
        return await self._sending.link(conversation_id, link)

    async def send_mini_program(self, conversation_id: str, card: MiniProgram) -> Receipt:
        return await self._sending.mini_program(conversation_id, card)

    async def recall(self, message_id: str) -> bool:
        return await self._sending.recall(message_id)

    async def set_topic(self, room_id: str, topic: str) -> None:
        await self._sending.topic(room_id, topic)

    async def announce(self, room_id: str, text: str) -> None:
        await self._sending.announcement(room_id, text)

    async def room_ids(self) -> tuple[str, ...]:
        return await self._names.room_ids()

    async def room(self, room_id: str) -> RoomFacts:
        return await self._names.room(room_id)

    async def member(self, room_id: str, contact_id: str) -> MemberFacts:
        return await self._names.member(room_id, contact_id)

    async def contact_name(self, contact_id: str) -> str:
        return await self._names.contact_name(contact_id)

    async def fetch_file(self, message: MessageReceived, limit: int) -> File:
        return await self._files.fetch(message, limit)
