"""What the process knows by heart follows the tables, whoever reads them when."""

from __future__ import annotations

import asyncio

from bot.core.room import RoomRole
from bot.inbound.directory import Directory
from storage import rooms
from storage.schema import migrate
from storage.store import Store
from tests.scenarios.stage import CATS, OWNER, evening


class LateStore(Store):
    """Hands over what it has read only when it is told to."""

    def __init__(self, url):
        super().__init__(url)
        self.has_read, self.hand_over = asyncio.Event(), asyncio.Event()

    async def read(self, work, *args, **kwargs):
        found = await super().read(work, *args, **kwargs)
        self.has_read.set()
        await self.hand_over.wait()
        return found


async def test_an_older_reading_that_ends_later_forgets_no_room(tmp_path):
    """A room just adopted could be unheard of again: the roster's reading had begun before the adoption."""
    url = f"sqlite:///{tmp_path}/qunzhu.db"
    store = Store(url)
    migrate(store.url)
    late = LateStore(url)
    directory = Directory("main", {"毛毛"}, lambda _text: False)

    older = asyncio.create_task(directory.reload(late))
    await late.has_read.wait()
    await store.run(rooms.adopt, "main", CATS, topic="猫", role=RoomRole.CUSTOMER, by=OWNER, now=evening("19:00:00"))
    newer = asyncio.create_task(directory.reload(store))
    # Unless it waits for its turn, the newer reading is through by now.
    await asyncio.wait({newer}, timeout=0.3)
    late.hand_over.set()
    await asyncio.gather(older, newer)

    assert directory.manages(CATS)
    await store.close()
    await late.close()
