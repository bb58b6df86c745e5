"""Learns who is in the rooms and what they are called, slowly: accounts have been locked for asking too fast."""

from __future__ import annotations

import asyncio
from collections import deque

from loguru import logger

from bot.chat.port import Reads
from bot.clock import Clock
from bot.core.errors import GatewayError, PlatformError, StoreError
from bot.core.events import MembersJoined
from bot.core.operator import Role
from bot.inbound.directory import Directory
from bot.log import masked
from storage import members, operators, rooms
from storage.store import Db, Store


class Roster:
    """Works off a list of rooms to look at and people to name. Managed rooms come first.

    The adapter paces the reads; a read that fails is passed over, and the next sync asks again.
    """

    def __init__(self, store: Store, reads: Reads, clock: Clock, directory: Directory) -> None:
        self._store, self._reads, self._clock, self._directory = store, reads, clock, directory
        self._rooms: deque[str] = deque()
        self._people: deque[tuple[str, str]] = deque()
        self._list = False
        self._wake = asyncio.Event()

    def sync(self) -> None:
        """Look at every room again."""
        self._list = True
        self._wake.set()

    def look_at(self, room_ids: set[str]) -> None:
        """Look at these rooms first: they were just adopted."""
        self._rooms.extendleft(sorted(room_ids))
        self._wake.set()

    def welcome(self, event: MembersJoined) -> None:
        """Learn the names of people who have just come in; the bot itself coming in makes the room known."""
        if self._directory.self_id in event.contact_ids or not self._directory.manages(event.room_id):
            self.look_at({event.room_id})
            return
        known = (contact_id for contact_id in event.contact_ids if not self._directory.forgets(contact_id))
        self._people.extend((event.room_id, contact_id) for contact_id in known)
        self._wake.set()

    async def run(self) -> None:
        """Learn for ever."""
        while True:
            self._wake.clear()
            try:
                busy = await self._step()
            except PlatformError as error:
                logger.bind(action="roster.unread").warning("the gateway did not answer: {}", error)
                busy = not isinstance(error, GatewayError)
                await asyncio.sleep(1.0)
            except StoreError as error:
                # What could not be written is learned again: whoever has no name yet is asked for once more.
                logger.bind(action="roster.unwritten").error("the database cannot be used: {}", error)
                busy, self._list = True, True
                await asyncio.sleep(1.0)
            if not busy and not (self._rooms or self._people or self._list):
                await self._wake.wait()

    async def _step(self) -> bool:
        """Do the most useful one thing; False when there is nothing to do."""
        if self._list:
            self._list = False
            await self._list_rooms()
        elif self._rooms:
            await self._read_room(self._rooms.popleft())
        elif self._people:
            await self._read_person(*self._people.popleft())
        else:
            return False
        return True

    async def _list_rooms(self) -> None:
        ids = await self._reads.room_ids()
        for gone in set(self._directory.topics) - set(ids):
            del self._directory.topics[gone]
        self._rooms = deque(sorted(ids, key=lambda room_id: (not self._directory.manages(room_id), room_id)))

    async def _read_room(self, room_id: str) -> None:
        facts = await self._reads.room(room_id)
        self._directory.topics[room_id] = facts.topic
        if not self._directory.manages(room_id):
            return
        people = [contact_id for contact_id in facts.member_ids if contact_id != self._directory.self_id]
        nameless = await self._store.run(self._enter, room_id, facts.topic, people)
        await self._directory.reload(self._store)
        self._people.extend((room_id, contact_id) for contact_id in nameless)
        logger.bind(action="roster.room", room=masked(room_id)).info(
            "{} people, {} to name", len(people), len(nameless)
        )

    def _enter(self, db: Db, room_id: str, topic: str, people: list[str]) -> tuple[str, ...]:
        account = self._directory.account_id
        rooms.set_topic(db, account, room_id, topic)
        rooms.set_active(db, account, room_id, active=True)
        members.present(db, account, room_id, self._kept(people), self._clock())
        return members.nameless(db, account, room_id)

    async def _read_person(self, room_id: str, contact_id: str) -> None:
        facts = await self._reads.member(room_id, contact_id)
        await self._store.run(self._name, room_id, contact_id, facts.name, facts.alias, facts.inviter_id)

    def _kept(self, people: list[str]) -> list[str]:
        """Without those who asked to be forgotten."""
        return [contact_id for contact_id in people if not self._directory.forgets(contact_id)]

    def _name(self, db: Db, room_id: str, contact_id: str, name: str, alias: str, inviter_id: str) -> None:
        account = self._directory.account_id
        if self._directory.forgets(contact_id):
            return
        inviter_id = "" if self._directory.forgets(inviter_id) else inviter_id
        members.named(db, account, room_id, contact_id, name, alias, inviter_id)
        if self._directory.role_of(contact_id) > Role.MEMBER:
            operators.rename(db, account, contact_id, name)
