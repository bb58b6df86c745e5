"""The account's safety: what is said is counted before it is said, and a warning of the platform stops everything."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from loguru import logger

from bot.clock import Clock
from bot.core.errors import SendRefusedError, StoreError
from bot.core.posted import Source
from bot.core.sending import Sending
from bot.policy.charter import Charter
from bot.policy.text import content_hash
from bot.standing import budget
from bot.turns import KEPT, Turns
from bot.voice import Utterance
from storage import forgotten, ledger, notices, sending
from storage.store import Db, Store

CALM = timedelta(hours=24)
"""A breaker that opens again within so long stays open twice as long."""

RETRY_SECONDS = 1.0


class Safety:
    """Keeps breaker, stop and pace in the database, and the turns in step with it."""

    def __init__(self, account_id: str, store: Store, clock: Clock, turns: Turns, charter: Charter) -> None:
        self._account, self._store, self._clock, self._turns, self._charter = account_id, store, clock, turns, charter
        self._tasks: set[asyncio.Task[None]] = set()

    async def begin(self) -> None:
        """Go on where the last run stopped."""
        state, last = await self._store.read(self._recent, self._clock())
        self._turns.begin(state, last)

    async def remember(self, utterance: Utterance) -> None:
        """Write an answer or alarm into the ledger before it is said; `SendRefusedError` beyond the day's budget."""
        await self._store.run(self._enter, utterance, self._clock())

    def trip(self, why: str) -> None:
        """Open the breaker: 30 minutes at first, doubling; operators are told once it lets them be told."""
        logger.bind(action="breaker.opened").error("sending stops for a while: {}", why[:200])
        # At once; how long it really stays open is read from the row as soon as that is written.
        self._turns.trip(self._clock() + self._charter.breaker, why[:200])
        self._do(why)

    def changed(self) -> None:
        """A full stop, or a command, has changed what the turns must obey."""
        self._do("")

    async def follow(self) -> None:
        """Take over what a command or another transaction has changed."""
        self._turns.close(await self._store.read(sending.load, self._account))

    def _do(self, why: str) -> None:
        task = asyncio.ensure_future(self._carry_out(why))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry_out(self, why: str) -> None:
        while True:
            try:
                if why:
                    await self._store.run(self._trip, why, self._clock())
                await self.follow()
                return
            except StoreError as error:
                logger.bind(action="breaker.unwritten").error("the breaker cannot be written: {}", error)
                await self._clock.real_sleep(RETRY_SECONDS)

    def _trip(self, db: Db, why: str, now: datetime) -> None:
        """Several warnings of one incident are told once."""
        before = sending.load(db, self._account)
        state = sending.trip(db, self._account, why[:200], now, self._charter.breaker, CALM)
        if before.breaker_until is not None and now < before.breaker_until:
            return
        data = {"why": why[:60], "times": state.breaker_times, "until_at": state.breaker_until}
        notices.post(db, self._account, f"breaker:{state.breaker_until}", "alarms/breaker", data, now)

    def _recent(self, db: Db, now: datetime) -> tuple[Sending, tuple[tuple[str, datetime], ...]]:
        return sending.load(db, self._account), ledger.last_said(db, self._account, now - KEPT)

    def _enter(self, db: Db, utterance: Utterance, now: datetime) -> None:
        used, most = budget(db, self._account, self._charter, now)
        if most is not None and used >= most:
            raise SendRefusedError(f"the day's budget is used up: {used} of {most}")
        # What is said privately to somebody forgotten counts for the budget, and for nothing else.
        gone = forgotten.holds(db, self._account, utterance.conversation_id)
        ledger.enter(
            db,
            self._account,
            "" if gone else utterance.conversation_id,
            kind="reply",
            source=Source.REPLY,
            at=now,
            text_hash=content_hash(utterance.text),
        )
        sending.pace(db, self._account, utterance.paced_until)
