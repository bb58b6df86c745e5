"""The account speaks slowly: gaps between posts, a hard limit a minute, and silence after "too fast"."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.simulation.promises.breach import Breach
from bot.simulation.story import Story
from bot.simulation.weather import Fate

GAP = timedelta(seconds=3)
GRAIN = timedelta(milliseconds=5)
MINUTE = timedelta(seconds=60)
HARD = 40
BREAK = timedelta(minutes=30)


def check(story: Story) -> Iterator[Breach]:
    """Everything that was said too soon after something else."""
    recent: deque[datetime] = deque()
    before: datetime | None = None
    closed_until: datetime | None = None
    for sent in story.sent:
        recent.append(sent.at)
        while recent[0] <= sent.at - MINUTE:
            recent.popleft()
        if len(recent) > HARD:
            yield Breach("rate", sent.conversation_id, sent.at, f"{len(recent)} messages in 60 s")
        slug = story.slug_of(sent)
        if slug and before is not None and sent.at - before < GAP - GRAIN:
            yield Breach(
                "gap", sent.conversation_id, sent.at, f"{slug} {(sent.at - before).total_seconds():.2f} s after"
            )
        if closed_until is not None and sent.at < closed_until:
            yield Breach(
                "breaker", sent.conversation_id, sent.at, f"{slug or 'words'} although the gateway said: too fast"
            )
        if sent.fate is Fate.TOO_FAST:
            closed_until = sent.at + BREAK
        before = sent.at
