"""The independent judge: compares what the gateway saw with what was promised, and with nothing else."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from bot.core.post import PostKind
from bot.simulation.promises import caps, evenings, memory, mix, pace, presence, repeats
from bot.simulation.promises.breach import Breach
from bot.simulation.promises.sighting import sightings
from bot.simulation.story import Story


@dataclass(frozen=True, slots=True)
class Judgement:
    """`posts` are those of the bot that rooms may have seen, by kind; `breaches` stand in the order of time."""

    posts: dict[str, int]
    max_mix_deviation: float
    breaches: tuple[Breach, ...]

    def count(self, *promises: str) -> int:
        """How often promises of these names were broken; "promo" stands for all that begin so."""
        return sum(1 for breach in self.breaches if breach.promise.partition(".")[0] in promises)


def judge(story: Story) -> Judgement:
    """Look at everything once."""
    seen = sightings(story)
    found = [
        *evenings.check(story, seen),
        *repeats.check(story, seen),
        *caps.check(story, seen),
        *mix.check(story, seen),
        *presence.check(story, seen),
        *pace.check(story),
        *memory.check(story),
    ]
    posted = Counter(post.kind for posts in seen.values() for post in posts if post.by_bot and post.counts)
    return Judgement(
        posts={kind.value: posted[kind] for kind in PostKind},
        max_mix_deviation=round(mix.worst(story, seen), 4),
        breaches=tuple(sorted(found, key=lambda breach: (breach.at, breach.promise, breach.room, breach.detail))),
    )
