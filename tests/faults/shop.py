"""The bot and its customer rooms, with an outbox that moves only when the test says so."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from bot.chat.sandbox.message import Content
from bot.chat.sandbox.wire_log import WireSend
from bot.chat.sandbox.world import World
from bot.core.message import MessageKind
from tests.scenarios.stage import BOT, CATS, DOGS, Stage, playing, settings


@asynccontextmanager
async def shop(
    folder: Path, *, at: str = "18:50:00", world: World | None = None, opened: bool = False, both: bool = False
) -> AsyncIterator[Stage]:
    """One customer room, or `both`; `opened` for a shop that a bot before this one has opened."""
    fresh = () if opened else (CATS, DOGS) if both else (CATS,)
    async with playing(folder, at=at, world=world, config=settings(folder), opened=fresh) as stage:
        for job in ("outbound", "care", "delivery"):
            stage.app._ticker._scheduler.remove_job(job)  # type: ignore[attr-defined] # the ticker's own
        stage.gateway.faults.wire_log.clear()
        yield stage


def posts(stage: Stage, room: str = CATS) -> Sequence[WireSend]:
    """What the gateway took for a customer room."""
    return [sent for sent in stage.gateway.faults.wire_log if sent.conversation_id == room]


def tell_again(stage: Stage, sent: WireSend) -> None:
    """The gateway tells the bot of its own message, as it was."""
    stage.world.utter(BOT, sent.conversation_id, Content(MessageKind.TEXT, sent.label), sent.message_id)
