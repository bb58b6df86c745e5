"""From ids to messages: payloads fetched side by side, handed out in the order in which their events came.

The order is kept for the whole account, which keeps it for every room; a room is known only once its message is.
"""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import Awaitable, Callable

from loguru import logger

from bot.chat.wechaty.failure import CallError
from bot.chat.wechaty.limits import Limits
from bot.chat.wechaty.line import Line
from bot.chat.wechaty.link import Link
from bot.chat.wechaty.payload import Payload
from bot.core.events import ChatEvent
from bot.log import raised_at

Finish = Callable[[Payload], Awaitable[ChatEvent]]

# Long enough for the link to notice that it is lost, and not the message's payload.
_RETRY_PAUSE = 0.1


class _Slot:
    """A place in the order: first an id, later its event, or None where there is nothing to tell."""

    __slots__ = ("done", "event", "message_id")

    def __init__(self, message_id: str, event: ChatEvent | None = None) -> None:
        self.message_id, self.event = message_id, event
        self.done = event is not None


class Arrivals:
    """A bounded queue whose places are filled by a fixed number of workers."""

    def __init__(self, link: Link, finish: Finish, limits: Limits, tally: Counter[str]) -> None:
        self._link, self._finish, self._limits, self._tally = link, finish, limits, tally
        self._slots: deque[_Slot] = deque()
        self._todo: asyncio.Queue[_Slot] = asyncio.Queue()
        self._urgent: deque[ChatEvent] = deque()
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._ready = asyncio.Event()
        self._room = asyncio.Event()
        self._near = asyncio.Event()
        self._ended = False

    def say(self, event: ChatEvent) -> None:
        """Something about the link itself; it does not wait behind messages."""
        self._urgent.append(event)
        self._ready.set()

    def add(self, event: ChatEvent) -> None:
        """Something that keeps its place among the messages."""
        self._slots.append(_Slot("", event))
        if len(self._slots) == 1:
            self._ready.set()

    def add_message(self, message_id: str) -> None:
        """A message to be fetched, unless it was heard already."""
        if message_id in self._seen:
            self._seen.move_to_end(message_id)
            self._tally["duplicate"] += 1
            return
        self._seen[message_id] = None
        if len(self._seen) > self._limits.seen:
            self._seen.popitem(last=False)
        slot = _Slot(message_id)
        self._slots.append(slot)
        self._todo.put_nowait(slot)

    @property
    def full(self) -> bool:
        return len(self._slots) >= self._limits.queue

    async def drained(self) -> None:
        """Waits until a good part of the queue is gone, so that the stream does not stop and go at every event."""
        while len(self._slots) > self._limits.queue * 3 // 4:
            self._room.clear()
            await self._room.wait()

    async def take(self, limit: int) -> tuple[ChatEvent, ...]:
        """Everything that is ready, at least one event, at most `limit`; nothing only after the end."""
        while not (batch := self._collect(limit)) and not self._ended:
            self._ready.clear()
            await self._ready.wait()
        return batch

    def end(self) -> None:
        """No more will come; what is ready can still be taken."""
        self._ended = True
        self._ready.set()

    def _collect(self, limit: int) -> tuple[ChatEvent, ...]:
        batch: list[ChatEvent] = []
        while self._urgent and len(batch) < limit:
            batch.append(self._urgent.popleft())
        while self._slots and self._slots[0].done and len(batch) < limit:
            slot = self._slots.popleft()
            if slot.event is not None:
                batch.append(slot.event)
        self._room.set()
        self._near.set()
        return tuple(batch)

    async def work(self) -> None:
        """Runs `in_flight` workers until cancelled."""
        async with asyncio.TaskGroup() as workers:
            for _ in range(self._limits.in_flight):
                workers.create_task(self._fill_slots())

    async def _fill_slots(self) -> None:
        while True:
            while len(self._slots) - self._todo.qsize() >= self._limits.ahead:
                self._near.clear()
                await self._near.wait()
            slot = await self._todo.get()
            payload = await self._fetch(slot.message_id)
            if payload is not None:
                slot.event = await self._understand(payload)
            slot.done = True
            if slot is self._slots[0]:
                self._ready.set()

    async def _understand(self, payload: Payload) -> ChatEvent | None:
        try:
            return await self._finish(payload)
        except Exception as error:  # noqa: BLE001  # a worker's outermost loop: a surprise costs one message, not all
            self._tally["unfetched"] += 1
            logger.bind(action="message.broken").error("a fetched message was not understood: {}", raised_at(error))
            return None

    async def _fetch(self, message_id: str) -> Payload | None:
        """The payload, as long as there is a gateway to ask; None once it has refused often enough."""
        attempts = 0
        while True:
            await self._link.up.wait()
            line, began = self._link.line(), asyncio.get_running_loop().time()
            try:
                return await line.payload(message_id, patience=2**attempts)
            except CallError as error:
                await asyncio.sleep(_RETRY_PAUSE)
                attempts += self._blames_message(error, line, began)
                if attempts >= self._limits.fetch_attempts:
                    self._give_up(message_id, error)
                    return None

    def _blames_message(self, error: CallError, line: Line, began: float) -> bool:
        """Whether the failure counts against the message; a link that is lost or frozen is not its fault."""
        if error.answered:
            return True
        if not self._link.is_up(line):
            return False
        return line.heard_at >= began if error.timed_out else True

    def _give_up(self, message_id: str, error: CallError) -> None:
        # Forgotten, so that a later redelivery is another chance.
        self._seen.pop(message_id, None)
        self._tally["unfetched"] += 1
        logger.bind(action="message.unfetched").warning("a message was heard of and could not be fetched: {}", error)
