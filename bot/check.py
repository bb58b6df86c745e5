"""What `qunzhu check` does: lists every fault of the configuration and of everything people wrote."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot import certificate
from bot.clock import Clock
from bot.config import Config
from bot.config_file import load
from bot.content import check as content
from bot.content.campaigns import read_campaigns
from bot.content.library import read_library
from bot.content.rewards import read_rewards
from bot.core.errors import SetupError
from bot.core.post import Post
from bot.core.room import Room, RoomRole
from bot.policy import first_days, segment, stock
from bot.policy.calling import calls, shown_for
from bot.policy.customs import Customs
from bot.policy.occasion import SAMPLE, Speaker, variables
from bot.policy.segment_term import SegmentError
from bot.render import Renderer


def check(file: Path) -> int:
    """Print each fault and each warning on a line of its own; 1 if there is any fault, else 0.

    A broken config.toml raises at once.
    """
    config = load(file)
    found = faults(config)
    for line in (*found, *(f"warning: {warning}" for warning in warnings(config))):
        sys.stdout.write(f"{line}\n")
    sys.stdout.write("all is well\n" if not found else f"{len(found)} fault{'s' if len(found) > 1 else ''}\n")
    return 1 if found else 0


def require_sound(config: Config) -> None:
    """Raise the first fault as a `SetupError`, and say how many more there are."""
    found = faults(config)
    if found:
        more = f"; qunzhu check shows {len(found) - 1} more" if len(found) > 1 else ""
        raise SetupError(found[0].what, where=found[0].where, hint=f"{found[0].hint}{more}")


def faults(config: Config) -> list[SetupError]:
    """Every fault of the library, the reply templates, the tag rules, the rewards, campaigns and the certificate."""
    templates = config.path(config.content.templates)
    renderer = Renderer(templates, config.brand.locale, config.plan.zone)
    now = _now(config)
    brand = config.brand
    speaker = Speaker(brand.name, brand.persona, brand.greeting, brand.locale)
    room = Room(config.chat.account, "room", "room", RoomRole.CUSTOMER, now, "check")

    _rewards, unsound = read_rewards(config.path(config.points.rewards))
    customs, unready = _campaigns(config)

    def sample(post: Post) -> Mapping[str, object]:
        campaign = shown_for((), customs, post.slug, now.date())
        return variables(speaker, room, now.date(), post, people=SAMPLE, campaign=campaign)

    others = (*unsound, *unready, *_page(config))
    return list(content.faults(templates, config.path(config.content.tag_rules), renderer, sample, others))


def _page(config: Config) -> Iterator[SetupError]:
    """Whether the page's certificate can be used, if it is to be served with one."""
    web = config.web
    if web.served and web.tls_cert and web.tls_key:
        try:
            certificate.require(config.path(web.tls_cert), config.path(web.tls_key))
        except SetupError as fault:
            yield fault


def warnings(config: Config) -> list[str]:
    """What of the library will soon run out, for rooms that have seen none of it and keep to the plan's weights.

    What calls for a campaign fills no ordinary evening.
    """
    library, _faults = read_library(config.path(config.content.templates) / "posts")
    kept = calls(_campaigns(config)[0])
    posts = tuple(post for post in library if post.slug not in kept)
    rules = config.plan.rules()
    kinds_per_day = stock.shares(rules.weights, sum(rules.slots) / len(rules.slots))
    scarce = content.warnings(posts, content.readers(posts, kinds_per_day), _now(config))
    return [*_newcomers(config, library), *_tiers(config, library), *scarce]


def _newcomers(config: Config, library: Iterable[Post]) -> Iterator[str]:
    """The first days for which nothing is written."""
    slugs = {post.slug for post in library}
    for step in config.welcome.first_days if config.welcome.enabled else ():
        if first_days.content_of(step) not in slugs:
            yield f"welcome.first_days has day {step}, but there is no {first_days.content_of(step)}.md"


def _tiers(config: Config, library: Iterable[Post]) -> Iterator[str]:
    """Audiences that name a tier which nobody can have."""
    known = segment.Known(tiers=(*config.tiers.levels, config.tiers.base))
    for post in library:
        try:
            segment.read(post.audience, known)
        except SegmentError as error:
            yield f"{post.path}: audience: {error}"


def _campaigns(config: Config) -> tuple[Customs, tuple[SetupError, ...]]:
    """The declared campaigns, as far as they are sound, and their faults."""
    posts, _faults = read_library(config.path(config.content.templates) / "posts")
    campaigns, found = read_campaigns(config.path(config.checkins.file), {post.slug: post.kind for post in posts})
    return Customs(declared=campaigns.declared, call=campaigns.call), found


def _now(config: Config) -> datetime:
    return Clock()().astimezone(ZoneInfo(config.plan.zone))
