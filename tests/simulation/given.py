"""A small town with a blameless month, and ways to spoil it."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.core.post import MIX, PostKind
from bot.policy import mix
from bot.simulation.gateway import Sent
from bot.simulation.shelf import TALK, marked, simulated_library
from bot.simulation.story import Known, Label, Spoken, Story
from bot.simulation.town_room import TownRoom
from bot.simulation.weather import Fate

FIRST = date(2026, 11, 1)
BEGIN = datetime(2026, 11, 1, 0, 30, tzinfo=UTC)
DAYS = 30
ROOM, BUSY, STRANGE, YORK = "r000@room", "r001@room", "carpool@room", "r002@room"


def at(day: int, clock: str, zone: str = "Asia/Shanghai") -> datetime:
    """A local time of day, so many days after the first."""
    local = datetime.combine(FIRST + timedelta(days=day), time.fromisoformat(clock), ZoneInfo(zone))
    return local.astimezone(UTC)


def post(room_id: str, when: datetime, slug: str, fate: Fate = Fate.ARRIVED) -> Sent:
    """The bot says a post of the library."""
    text = marked(TALK[PostKind(slug.partition("/")[0])], slug)
    sent = Sent(when, room_id, text, fate)
    if fate.arrives:
        sent.arrived_at = sent.echoed_at = when + timedelta(seconds=1)
    return sent


def rooms() -> tuple[TownRoom, ...]:
    adopted = BEGIN + timedelta(hours=1)
    return (
        TownRoom(ROOM, "甲", adopted_at=adopted),
        TownRoom(BUSY, "乙", busy=True, adopted_at=adopted),
        TownRoom(YORK, "丙", zone="America/New_York", window="00:30-03:30", adopted_at=adopted),
        TownRoom(STRANGE, "小区拼车"),
    )


def month(room: TownRoom, gap: int) -> list[Sent]:
    """A post an evening in the right proportions, `gap` seconds after the window's twentieth minute.

    In New York the day after the adoption begins earlier: it is still October there when the bot comes.
    """
    said, sent = [], []
    for day in range(0 if room.room_id == YORK else 1, DAYS):
        kind = mix.order(said, room.mix)[0]
        said.append(kind)
        start = room.windows[0][0]
        opens = at(day, start.isoformat(), room.zone)
        sent.append(post(room.room_id, opens + timedelta(minutes=20, seconds=gap), f"{kind}/000"))
    return [replace(item, text=_numbered(item.text, number)) for number, item in enumerate(sent, 1)]


def _numbered(text: str, number: int) -> str:
    """Numbers that are in season and for everybody: neither the eighth nor the ninth."""
    plain = [candidate for candidate in range(1, 120) if candidate % 8 and candidate % 9]
    body, slug = text.rstrip("〕").split("〔")
    return marked(body, f"{slug.partition('/')[0]}/{plain[number]:03d}")


def blameless() -> Story:
    """Three rooms' months, everything confirmed and kept."""
    town = rooms()
    sent = sorted((item for room, gap in zip(town[:3], (0, 60, 0), strict=True) for item in month(room, gap)), key=when)
    spoken = (
        Spoken(at(3, "20:00"), ROOM, "m1", Label.TALK, "heard-1"),
        Spoken(at(4, "20:00"), BUSY, "staff1", Label.REPLY, "heard-2"),
        Spoken(at(5, "20:00"), STRANGE, "m2", Label.TALK, "strange-1"),
    )
    return Story(
        begin=BEGIN,
        end=BEGIN + timedelta(days=DAYS),
        rooms=town,
        library=simulated_library(FIRST),
        sent=sent,
        spoken=spoken,
        delivered={item.message_id: item.at for item in spoken},
        kept=frozenset({"heard-1", "heard-2"}),
        known=[Known(item.conversation_id, slug(item), "confirmed", item.at) for item in sent],
    )


def slug(sent: Sent) -> str:
    return sent.text.rpartition("〔")[2].rstrip("〕")


def when(sent: Sent) -> datetime:
    return sent.at


def saying(story: Story, *more: Sent) -> Story:
    """The story with more posts of the bot's, each listed by it as confirmed if it came back, unknown otherwise."""
    known = [
        Known(item.conversation_id, slug(item), "confirmed" if item.echoed_at else "unknown", item.at) for item in more
    ]
    return replace(story, sent=sorted([*story.sent, *more], key=when), known=[*story.known, *known])


def staff(story: Story, room_id: str, moment: datetime, label: Label) -> Story:
    """The story with a post of staff's that the bot was told."""
    message_id = f"staff-{len(story.spoken)}"
    said = Spoken(moment, room_id, "staff1", label, message_id)
    return replace(
        story,
        spoken=[*story.spoken, said],
        delivered={**story.delivered, message_id: moment},
        kept=story.kept | {message_id},
    )


def without(story: Story, room_id: str, kind: PostKind | None = None) -> Story:
    """The story without the bot's posts in a room, or those of a kind."""
    return replace(
        story,
        sent=[
            item
            for item in story.sent
            if item.conversation_id != room_id or (kind is not None and not slug(item).startswith(f"{kind}/"))
        ],
    )


__all__ = ["MIX", "at", "blameless", "post", "saying", "staff", "without"]
