"""Says alarms and briefs in the control room: each once, those of a kind together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby

from loguru import logger

from bot.clock import Clock
from bot.core.checkin import Campaign
from bot.core.errors import NotConnectedError, RenderError, SendRefusedError, SendUncertainError
from bot.core.notice import Notice
from bot.core.reply import Draft, Reply
from bot.core.room import Room, RoomRole
from bot.policy.calling import shown_for
from bot.policy.charter import Charter
from bot.policy.occasion import variables
from bot.turns import Rank
from bot.voice import Voice
from storage import checkins, notices, rooms
from storage.store import Db, Store

TOGETHER = 10
"""At most so many alarms of a kind in one message; the others follow in the next."""


RETRY_AFTER = timedelta(seconds=30)
"""After a refusal, such as an open breaker, it is tried again this much later."""


class Notifier:
    """Without a control room alarms wait; `/status` and `/unknown` show what is open meanwhile."""

    def __init__(self, account_id: str, store: Store, clock: Clock, voice: Voice, charter: Charter) -> None:
        self._account, self._store, self._clock, self._voice, self._charter = account_id, store, clock, voice, charter
        self._refused_at: datetime | None = None

    async def tell(self) -> None:
        """Say what has not been said, in the order it happened; not at every tick while the door is shut."""
        if self._refused_at is not None and self._refused_at <= self._clock() < self._refused_at + RETRY_AFTER:
            return
        unsaid = await self._store.read(notices.unsaid, self._account)
        if not unsaid:
            return
        managed = await self._store.read(rooms.managed, self._account)
        control = next((room for room in managed if room.role is RoomRole.CONTROL and room.active), None)
        if control is None:
            return
        known = {room.room_id: room for room in managed}
        campaigns = await self._store.read(checkins.running, self._account)
        for template, alike in groupby(unsaid, key=lambda notice: notice.template):
            group = tuple(alike)
            for start in range(0, len(group), TOGETHER):
                items = [self._shown(notice, known, campaigns) for notice in group[start : start + TOGETHER]]
                await self._say(control, template, group[start : start + TOGETHER], items)

    async def _say(
        self, control: Room, template: str, group: Sequence[Notice], items: Sequence[Mapping[str, object]]
    ) -> None:
        """Marked as said before it is said: an alarm that may have gone out is not repeated."""
        ids = [notice.id for notice in group]
        reply = Reply(template, {"items": items})
        log = logger.bind(template=template, count=len(ids))
        await self._store.run(self._mark, ids)
        try:
            await self._voice.reply(control.room_id, reply, rank=Rank.INCIDENT)
            log.bind(action="notice.said").info("the operators were told")
        except (NotConnectedError, SendRefusedError) as error:
            self._refused_at = self._clock()
            log.bind(action="notice.unsaid").warning("the operators will be told later: {}", error)
            await self._store.run(notices.unsay, ids)
        except (SendUncertainError, RenderError) as error:
            log.bind(action="notice.failed").error("the operators may not have been told: {}", error)

    def _mark(self, db: Db, ids: Sequence[int]) -> None:
        notices.said(db, ids, self._clock())

    def _shown(
        self, notice: Notice, known: Mapping[str, Room], campaigns: Mapping[str, Sequence[Campaign]]
    ) -> Mapping[str, object]:
        """The notice's own data; for a post that waits for approval also the post as it would be said."""
        post = self._charter.library.get(str(notice.data.get("content", "")))
        room = known.get(str(notice.data.get("room_id", "")))
        if post is None or room is None:
            return notice.data
        day = date.fromisoformat(str(notice.data["day"]))
        campaign = shown_for(campaigns.get(room.room_id, ()), self._charter.customs, post.slug, day)
        draft = Draft(post, variables(self._charter.speaker, room, day, post, campaign=campaign))
        return {**notice.data, "draft": draft, "title": post.title}
