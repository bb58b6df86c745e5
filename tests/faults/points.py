"""The places at which a send can fail, as switches for the bot on the embedded gateway."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext

from grpclib.const import Status
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from bot.chat.sandbox.faults import Failure
from storage.store import Store
from tests.scenarios.stage import Stage

SEND = "MessageSendText"
INTENT, OUTCOME = "attempts=", "sent_message_id="
"""What of the outbox only the intent's transaction writes, and only the outcome's."""


@contextmanager
def failing_commits(store: Store, belongs: str, times: int, *, written: bool) -> Iterator[None]:
    """Commits with that update of the outbox fail so often; `written`: only the news of their success is lost."""
    left, concerned = times, False

    def watch(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        nonlocal concerned
        concerned = concerned or (statement.startswith("UPDATE delivery") and belongs in statement)

    def fail(connection: object) -> None:
        nonlocal left, concerned
        if not concerned or not left:
            return
        left, concerned = left - 1, False
        if written:
            connection.exec_driver_sql("COMMIT")  # type: ignore[attr-defined] # SQLAlchemy's own
        raise OperationalError("COMMIT", None, sqlite3.OperationalError("disk I/O error"))

    event.listen(store._writer, "before_cursor_execute", watch)
    event.listen(store._writer, "commit", fail)
    try:
        yield
    finally:
        event.remove(store._writer, "before_cursor_execute", watch)
        event.remove(store._writer, "commit", fail)


def refuse(stage: Stage, times: int) -> AbstractContextManager[None]:
    stage.gateway.faults.fail_next(SEND, Status.FAILED_PRECONDITION, times)
    return nullcontext()


def fail_after_effect(stage: Stage, times: int) -> AbstractContextManager[None]:
    stage.gateway.faults.fail_next(SEND, Status.UNAVAILABLE, times, after_effect=True)
    return nullcontext()


def hang_before_effect(stage: Stage, times: int) -> AbstractContextManager[None]:
    stage.gateway.faults.hang_next(SEND, times)
    return nullcontext()


def hang_after_effect(stage: Stage, times: int) -> AbstractContextManager[None]:
    stage.gateway.faults.hang_next(SEND, times, after_effect=True)
    return nullcontext()


def lose_link_before_effect(stage: Stage, times: int) -> AbstractContextManager[None]:
    _cut(stage)
    return hang_before_effect(stage, times)


def lose_link_after_effect(stage: Stage, times: int) -> AbstractContextManager[None]:
    _cut(stage)
    return hang_after_effect(stage, times)


def _cut(stage: Stage) -> None:
    """Instead of failing in words, the gateway is gone without one, and comes back."""
    port = int(stage.app.chat._endpoint.rpartition(":")[2])  # type: ignore[attr-defined] # the adapter's
    tasks = set()

    async def restart() -> None:
        await stage.gateway.crash()
        await stage.gateway.start(port=port)

    async def strike(_failure: Failure) -> None:
        task = asyncio.ensure_future(restart())
        tasks.add(task)
        await asyncio.get_running_loop().create_future()

    stage.gateway.faults.strike = strike  # type: ignore[method-assign,assignment] # another way to fail


def lose_intent(stage: Stage, times: int) -> AbstractContextManager[None]:
    return failing_commits(stage.app.store, INTENT, times, written=False)


def doubt_intent(stage: Stage, times: int) -> AbstractContextManager[None]:
    return failing_commits(stage.app.store, INTENT, times, written=True)


def lose_outcome(stage: Stage, times: int) -> AbstractContextManager[None]:
    return failing_commits(stage.app.store, OUTCOME, times, written=False)


POINTS: Mapping[str, Callable[[Stage, int], AbstractContextManager[None]]] = {
    "the gateway refuses": refuse,
    "the call fails after its effect": fail_after_effect,
    "the call hangs before its effect": hang_before_effect,
    "the call hangs after its effect": hang_after_effect,
    "the link is lost before the effect": lose_link_before_effect,
    "the link is lost after the effect": lose_link_after_effect,
    "the intent is not written": lose_intent,
    "the intent is written, the news of it is lost": doubt_intent,
    "the outcome is not written": lose_outcome,
}
