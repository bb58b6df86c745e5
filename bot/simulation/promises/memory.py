"""What was heard is kept, what is nobody's business is not, and what nobody knows is not passed off as known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from bot.simulation.promises.breach import Breach
from bot.simulation.story import Story

SHOWN = frozenset({"confirmed", "unknown", "unconfirmed", "ambiguous", "sent", "unsent"})
OPEN = frozenset({"dispatching", "accepted"})
PATIENCE = timedelta(hours=12)


def check(story: Story) -> Iterator[Breach]:
    """Everything lost, kept without right, claimed without proof, or left open without a word."""
    yield from lost(story)
    yield from _overheard(story)
    yield from ambiguous(story)
    yield from _unproven(story)
    yield from _forgotten(story)


def lost(story: Story) -> Iterator[Breach]:
    """Messages that a connected bot was told, in rooms it had taken over, and that it cannot show."""
    since = {room.room_id: room.adopted_at for room in story.rooms}
    for spoken in story.spoken:
        adopted_at = since.get(spoken.room_id)
        told = story.delivered.get(spoken.message_id)
        if adopted_at is not None and told is not None and told >= adopted_at and spoken.message_id not in story.kept:
            yield Breach("lost", spoken.room_id, spoken.at, f"message {spoken.message_id} was heard and is gone")


def ambiguous(story: Story) -> Iterator[Breach]:
    """Posts whose sending broke, and that the bot does not list among those to be looked after, or confirmed."""
    shown = Counter((known.room_id, known.content) for known in story.known if known.state in SHOWN)
    for sent in story.sent:
        slug = story.slug_of(sent)
        if slug and sent.fate.uncertain and not shown[(sent.conversation_id, slug)]:
            yield Breach("ambiguous", sent.conversation_id, sent.at, f"nobody was told that {slug} is uncertain")


def _overheard(story: Story) -> Iterator[Breach]:
    strange = {room.room_id for room in story.rooms if room.adopted_at is None}
    for spoken in story.spoken:
        if spoken.room_id in strange and spoken.message_id in story.kept:
            yield Breach("overheard", spoken.room_id, spoken.at, f"message {spoken.message_id} was kept")


def _unproven(story: Story) -> Iterator[Breach]:
    proven = {(sent.conversation_id, story.slug_of(sent)) for sent in story.sent if sent.echoed_at is not None}
    for known in story.known:
        if known.state == "confirmed" and (known.room_id, known.content) not in proven:
            yield Breach(
                "confirmed", known.room_id, known.dispatched_at or story.end, f"{known.content} without an echo"
            )


def _forgotten(story: Story) -> Iterator[Breach]:
    for known in story.known:
        if known.state in OPEN and known.dispatched_at is not None and known.dispatched_at < story.end - PATIENCE:
            yield Breach("forgotten", known.room_id, known.dispatched_at, f"{known.content} is still {known.state}")
