"""Where somebody in front of the page sits: which conversation, and as whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.chat.sandbox.world import World
from bot.core.operator import Role
from bot.demo import Demo


@dataclass(frozen=True, slots=True)
class Seat:
    """`place` is a room's id, or the bot's for a private chat; `who` is the person one speaks as."""

    place: str
    who: str
    private: bool
    member: bool

    @property
    def conversation(self) -> str:
        """The name under which the chronicle and the stream know it."""
        return self.who if self.private else self.place

    @property
    def room_id(self) -> str:
        """The room, "" in a private chat."""
        return "" if self.private else self.place


def take(demo: Demo, roles: Mapping[str, Role], asked: Mapping[str, str]) -> Seat:
    """The seat that an address (`room`, `as`) asks for; what it leaves open or names wrongly is chosen for it."""
    world = demo.world
    place = asked.get("room", "")
    if place not in world.rooms and place != world.self_id:
        place = next(iter(world.rooms), world.self_id)
    who = asked.get("as", "")
    if who not in world.people or who == world.self_id:
        who = someone(demo, roles, place)
    private = place == world.self_id
    return Seat(place, who, private, private or who in world.room(place).seats)


def someone(demo: Demo, roles: Mapping[str, Role], place: str) -> str:
    """Whom one would want to be there: a customer among customers, the owner among operators."""
    owner, seated = demo.script.owner_id, members(demo.world, place)
    customers = [who for who in seated if who != owner and roles.get(who, Role.MEMBER) < Role.OPERATOR]
    return next(iter([*customers, *seated]), owner)


def members(world: World, place: str) -> list[str]:
    """Everybody who sits in a room but the bot, its owner first; in a private chat anybody may."""
    if place not in world.rooms:
        return [who for who in world.people if who != world.self_id]
    room = world.room(place)
    people = [who for who in room.member_ids if who != world.self_id]
    return sorted(people, key=lambda who: who != room.owner_id)


def called(world: World, room_id: str, contact_id: str) -> str:
    """What somebody is called in a room: the alias they chose there, else their name."""
    room = world.rooms.get(room_id)
    seat = room.seats.get(contact_id) if room is not None else None
    person = world.people.get(contact_id)
    return (seat.alias if seat is not None else "") or (person.name if person is not None else "")
