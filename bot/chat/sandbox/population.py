"""The people and rooms of the sandbox's world."""

from __future__ import annotations

from collections.abc import Iterable

from bot.chat.sandbox.errors import NoSuchError
from bot.chat.sandbox.person import Person
from bot.chat.sandbox.room import Room, Seat


class Population:
    """Who and what is there; to look up what is not raises `NoSuchError`."""

    def __init__(self, bot_id: str, bot_name: str) -> None:
        self.self_id = bot_id
        self.people: dict[str, Person] = {bot_id: Person(bot_id, bot_name)}
        self.rooms: dict[str, Room] = {}

    def add_person(self, contact_id: str, name: str) -> Person:
        """Somebody who always was there."""
        person = self.people[contact_id] = Person(contact_id, name)
        return person

    def add_room(self, room_id: str, topic: str, member_ids: Iterable[str], *, owner_id: str | None = None) -> Room:
        """A room that always was there: nobody is told. The owner is the first member unless given."""
        seats = {self.person(member).id: Seat() for member in member_ids}
        room = self.rooms[room_id] = Room(room_id, topic, owner_id or next(iter(seats), ""), seats)
        return room

    def person(self, contact_id: str) -> Person:
        if contact_id not in self.people:
            raise NoSuchError("no such contact")
        return self.people[contact_id]

    def room(self, room_id: str) -> Room:
        if room_id not in self.rooms:
            raise NoSuchError("no such room")
        return self.rooms[room_id]

    def seat(self, room_id: str, contact_id: str) -> Seat:
        seats = self.room(room_id).seats
        if contact_id not in seats:
            raise NoSuchError("no such member")
        return seats[contact_id]
