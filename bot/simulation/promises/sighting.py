"""What was seen in a room, in order: the bot's posts, whatever became of them, and those of staff it was told of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.core.post import PostKind
from bot.simulation.story import Story
from bot.simulation.weather import Fate


@dataclass(frozen=True, slots=True)
class Sighting:
    """A post. `slug` is "" for staff's, whose `fate` is that it arrived."""

    at: datetime
    room_id: str
    kind: PostKind
    slug: str = ""
    text: str = ""
    fate: Fate = Fate.ARRIVED

    @property
    def by_bot(self) -> bool:
        return bool(self.slug)

    @property
    def counts(self) -> bool:
        """Whether the room may have seen it: everything but what was provably not sent."""
        return not self.fate.refused


def sightings(story: Story) -> Mapping[str, list[Sighting]]:
    """By room, oldest first."""
    found: dict[str, list[Sighting]] = {}
    for sent in story.sent:
        slug = story.slug_of(sent)
        if slug:
            kind = PostKind(slug.partition("/")[0])
            seen = Sighting(sent.at, sent.conversation_id, kind, slug, sent.text, sent.fate)
            found.setdefault(sent.conversation_id, []).append(seen)
    for spoken in story.spoken:
        if spoken.label.is_post and spoken.message_id in story.delivered:
            seen = Sighting(spoken.at, spoken.room_id, PostKind(spoken.label.value))
            found.setdefault(spoken.room_id, []).append(seen)
    return {room_id: sorted(seen, key=lambda item: item.at) for room_id, seen in sorted(found.items())}
