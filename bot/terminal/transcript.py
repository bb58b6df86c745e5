"""What is said in the sandbox scrolls by on the terminal of `run`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.text import Text

from bot.chat.sandbox.world import World
from bot.chat.sandbox.world_event import Joined, Left, Renamed, Said, WorldEvent
from bot.core.message import MessageKind
from bot.inbound.record import Recorded
from bot.policy.text import printable
from bot.render import Renderer, safe_name

PALETTE = ("cyan", "magenta", "yellow", "blue", "bright_cyan", "bright_magenta", "bright_yellow", "bright_blue")
MARGIN = " " * 6


class Transcript:
    """Prints what happens, at the bot's own time of day."""

    def __init__(
        self, console: Console, world: World, clock: Callable[[], datetime], zone: ZoneInfo, texts: Renderer
    ) -> None:
        self._console, self._world, self._clock, self._zone, self._texts = console, world, clock, zone, texts
        self._ended = False

    def show(self, event: WorldEvent) -> None:
        """One line per thing; what is not seen in a WeChat room is left out."""
        match event:
            case Said(message=message) if message.content.kind == MessageKind.TEXT:
                self._bubble(message.talker_id, message.conversation_id, message.content.text)
            case Said(message=message) if message.content.kind != MessageKind.RECALLED:
                self._bubble(
                    message.talker_id, message.conversation_id, f"[{MessageKind(message.content.kind).name.lower()}]"
                )
            case Joined() | Left():
                names = "、".join(map(self._name, event.contact_ids))
                what = "joined" if isinstance(event, Joined) else "left"
                self.note(f"terminal/{what}", room=self._where(event.room_id), names=names)
            case Renamed():
                self.note("terminal/renamed", room=event.old_topic, topic=event.topic)
            case _:
                pass

    def tagged(self, recorded: Recorded) -> None:
        """The tags that words have just earned, each with its reason."""
        for item in recorded.new_tags:
            self.note("terminal/tagged", name=self._name(item.contact_id), tag=item.tag, why=item.why)
        if recorded.confirmed:
            self.note("terminal/confirmed", count=len(recorded.confirmed))

    def note(self, template: str, **data: object) -> None:
        """A remark of the terminal's own, dimmed."""
        said = printable(self._texts.reply(template, data)).replace("\n", f"\n{MARGIN}")
        self._print(Text(MARGIN + said, style="dim"))

    def end(self, template: str) -> None:
        """The last remark: what is still said while everything ends is not shown."""
        self.note(template)
        self._ended = True

    def _bubble(self, talker_id: str, conversation_id: str, text: str) -> None:
        bot = talker_id == self._world.self_id
        color = "bold green" if bot else PALETTE[sum(map(ord, talker_id)) % len(PALETTE)]
        line = Text()
        line.append(f"{self._clock().astimezone(self._zone):%H:%M} {self._where(conversation_id)} ", style="dim")
        line.append(f"{self._name(talker_id)}  ", style=color)
        line.append(printable(text).replace("\n", f"\n{MARGIN}"))
        self._print(line)

    def _print(self, line: Text) -> None:
        if not self._ended:
            self._console.print(line, highlight=False, soft_wrap=True)

    def _name(self, contact_id: str) -> str:
        return safe_name(self._world.person(contact_id).name)

    def _where(self, conversation_id: str) -> str:
        if conversation_id in self._world.rooms:
            return safe_name(self._world.room(conversation_id).topic.rpartition("·")[2])
        return f"→{self._name(conversation_id)}"
