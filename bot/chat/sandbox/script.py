"""The demo's people, rooms and talk, read from a TOML file and put into a world."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import time
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.chat.sandbox.world import World
from bot.core.errors import SetupError


class Actor(BaseModel):
    """Somebody in the demo. `alias` maps a room's id to the name they chose there; `manner` is how they talk."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str
    name: str
    manner: str = ""
    alias: Mapping[str, str] = Field(default_factory=dict)


class Stage(BaseModel):
    """A room of the demo; `tags` say whom posts there are for, `checkin` which campaign its owner starts there."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str
    topic: str
    owner: str
    members: tuple[str, ...]
    tags: tuple[str, ...] = ()
    checkin: str = ""


class Line(BaseModel):
    """One bubble: on which evening, at what local time of day, where, by whom.

    With `invited_by` instead of `text` somebody enters the room. What is said `once` is left out when the evenings
    come round again.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    evening: int = Field(ge=1)
    at: time
    room: str
    who: str
    text: str = ""
    mentions: tuple[str, ...] = ()
    invited_by: str = ""
    once: bool = False


class Script(BaseModel):
    """The whole demo. The last room is the control room; its owner is the brand's."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    contact: tuple[Actor, ...] = Field(min_length=2)
    room: tuple[Stage, ...] = Field(min_length=1)
    line: tuple[Line, ...] = ()

    @property
    def owner_id(self) -> str:
        return self.control.owner

    @property
    def control(self) -> Stage:
        return self.room[-1]

    @property
    def customer_rooms(self) -> tuple[Stage, ...]:
        return self.room[:-1]

    @property
    def evenings(self) -> int:
        return max((line.evening for line in self.line), default=1)

    def populate(self, world: World) -> None:
        """Put everybody where they belong; the bot is the person whose id the world's bot has."""
        for actor in self.contact:
            if actor.id != world.self_id:
                world.add_person(actor.id, actor.name)
        for stage in self.room:
            world.add_room(stage.id, stage.topic, stage.members, owner_id=stage.owner)
        for actor in self.contact:
            for room_id, alias in actor.alias.items():
                world.set_alias(room_id, actor.id, alias)


def read_script(path: Path) -> Script:
    """The demo as written, or a `SetupError` that says what is wrong with it."""
    try:
        script = Script.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        hint = "correct sandbox.world"
        raise SetupError(f"the demo cannot be read: {error.strerror}", where=str(path), hint=hint) from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SetupError(f"is not valid TOML: {error}", where=str(path), hint="mind quotes and brackets") from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise SetupError(f"{place}: {first['msg'].lower()}", where=str(path), hint="correct this entry") from None
    _check_people(script, str(path))
    return script


def _check_people(script: Script, path: str) -> None:
    """Whoever says something is a member of the room, or enters it at some time; every line says or does something."""
    people = {actor.id for actor in script.contact}
    seats = {stage.id: set(stage.members) for stage in script.room}
    for line in script.line:
        if line.invited_by and line.who in people:
            seats.get(line.room, set()).add(line.who)
    for number, line in enumerate(script.line):
        for who in filter(None, (line.who, line.invited_by)):
            if who not in people or who not in seats.get(line.room, set()):
                what = f"line.{number}: {who!r} is not a member of {line.room!r}"
                raise SetupError(what, where=path, hint="correct who or room")
        if bool(line.text) == bool(line.invited_by):
            raise SetupError(f"line.{number}: needs either text or invited_by", where=path, hint="correct this entry")
