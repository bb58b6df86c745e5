"""The kinds keep their proportions, at every moment and not only in the end.

Over any prefix of a room's posts no kind is further than 0.75 of a post from its exact share, as long as nobody but
the plan decides. From the first disturbance on (a send refused, an evening out of hearing, stopped or paused, a post
commanded) as many posts as a day has slots may be out of place, and what was commanded besides. Where staff post too,
or the caps hold back what the mix asks for, the plan answers only for its own choices: it never adds to a kind other
than value, the filler, that is already ahead by more than that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from bot.core.post import PostKind
from bot.simulation.promises.breach import Breach
from bot.simulation.promises.evenings import DAY, openings
from bot.simulation.promises.sighting import Sighting
from bot.simulation.story import Story
from bot.simulation.town_room import TownRoom

BOUND = 0.75
GRAIN = 1e-9


def deviations(posts: Sequence[Sighting], mix: Mapping[PostKind, int]) -> Iterator[tuple[Sighting, PostKind, float]]:
    """After each post, how far each kind is ahead of its share."""
    counts: Counter[PostKind] = Counter()
    total = sum(mix.values())
    for number, post in enumerate(posts, 1):
        counts[post.kind] += 1
        for kind, weight in mix.items():
            yield post, kind, counts[kind] - number * weight / total


def worst(story: Story, seen: Mapping[str, list[Sighting]]) -> float:
    """The largest deviation in rooms in which only the plan decides, each up to its first disturbance."""
    found = [0.0]
    for room in story.rooms:
        if not room.busy and not room.greedy:
            posts = _undisturbed(story, room, seen.get(room.room_id, []))
            found += [abs(ahead) for _post, _kind, ahead in deviations(posts, room.mix)]
    return max(found)


def check(story: Story, seen: Mapping[str, list[Sighting]]) -> Iterator[Breach]:
    """The first moment in each room at which the proportions were not kept."""
    for room in story.rooms:
        posts = [post for post in seen.get(room.room_id, []) if post.counts]
        calm = len(_undisturbed(story, room, seen.get(room.room_id, [])))
        ordered = sum(1 for _at, room_id in story.ordered if room_id == room.room_id)
        breach = next(_off(room, posts, calm, BOUND + room.slots + ordered), None)
        if breach is not None:
            yield breach


def _off(room: TownRoom, posts: Sequence[Sighting], calm: int, later: float) -> Iterator[Breach]:
    for number, (post, kind, ahead) in enumerate(deviations(posts, room.mix)):
        bound = BOUND if number < calm * len(room.mix) and not room.busy and not room.greedy else later
        chosen = post.by_bot and post.kind is kind and kind is not PostKind.VALUE and ahead > bound + GRAIN
        strayed = not room.busy and not room.greedy and abs(ahead) > bound + GRAIN
        if chosen or strayed:
            yield Breach("mix", room.room_id, post.at, f"{kind} is {ahead:+.2f} from its share, at most {bound}")


def _undisturbed(story: Story, room: TownRoom, posts: Sequence[Sighting]) -> Sequence[Sighting]:
    """The posts before anything but the plan had a say."""
    refused = [post.at for post in posts if not post.counts]
    stops = [(stop.since, stop.lifted_at or story.end) for stop in story.stops if stop.room_id in {"", room.room_id}]
    hindered = [since for since, until in (*story.deaf, *story.frozen, *stops) if _concerns(room, since, until)]
    ordered = [at for at, room_id in story.ordered if room_id == room.room_id]
    first = min([*refused, *hindered, *ordered], default=story.end)
    return [post for post in posts if post.at < first]


def _concerns(room: TownRoom, since: datetime, until: datetime) -> bool:
    """Whether one of the room's windows was open during the span."""
    first, last = since.astimezone(room.tz).date() - DAY, until.astimezone(room.tz).date()
    days = (first + number * DAY for number in range((last - first).days + 1))
    return any(start < until and since < end for day in days for start, end in openings(room, day))
