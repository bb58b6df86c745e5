"""What a bot is built from: the texts people wrote, the charter that follows from the settings, the door, the store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.chat.wechaty.adapter import WechatyChat
from bot.chat.wechaty.limits import Limits, Tls
from bot.clock import Clock
from bot.config import Config
from bot.content.campaigns import read_campaigns
from bot.content.library import read_library
from bot.content.rewards import read_rewards
from bot.content.rules import read_tag_rules
from bot.core.post import Post
from bot.policy.charter import Charter
from bot.policy.customs import Customs, Declared, PointRules, Reward, TierRule
from bot.policy.occasion import Speaker
from bot.policy.tag_rules import TagRules
from bot.policy.window import WEEKDAYS
from bot.render import Renderer
from storage.engine import parse_url
from storage.schema import migrate
from storage.store import Store


@dataclass(frozen=True, slots=True)
class Content:
    """Everything people wrote for the bot, read once at the start."""

    library: dict[str, Post]
    rules: TagRules
    renderer: Renderer
    rewards: Mapping[str, Reward] = field(default_factory=dict)
    declared: Mapping[str, Declared] = field(default_factory=dict)
    call: str = ""


def read_content(config: Config) -> Content:
    """The library, the templates, and what people declare; the first fault found is raised as a `SetupError`."""
    templates = config.path(config.content.templates)
    posts, faults = read_library(templates / "posts")
    rewards, unsound = read_rewards(config.path(config.points.rewards))
    campaigns, unready = read_campaigns(config.path(config.checkins.file), {post.slug: post.kind for post in posts})
    for fault in (*faults, *unsound, *unready):
        raise fault
    return Content(
        {post.slug: post for post in posts},
        read_tag_rules(config.path(config.content.tag_rules)),
        Renderer(templates, config.brand.locale, config.plan.zone),
        rewards=rewards,
        declared=campaigns.declared,
        call=campaigns.call,
    )


def open_chat(config: Config, clock: Clock, endpoint: str, token: str) -> WechatyChat:
    """The adapter for the configured gateway; the sandbox is reached the same way, without TLS."""
    chat = config.chat
    tls = None
    if chat.gateway == "wechaty" and chat.tls:
        tls = Tls(config.path(chat.tls_ca) if chat.tls_ca else None, chat.tls_name)
    return WechatyChat(
        chat.account, endpoint, token, clock, tls=tls, limits=Limits(silence_seconds=chat.silence_seconds)
    )


def speaker_of(config: Config) -> Speaker:
    """Who speaks in posts and replies."""
    brand = config.brand
    return Speaker(brand.name, brand.persona, brand.greeting, brand.locale)


def charter_of(config: Config, content: Content) -> Charter:
    """What the settings and the library promise. The sandbox's account is imaginary: it needs no warming up."""
    plan, since = config.plan, config.pacing.account_since
    return Charter(
        speaker=speaker_of(config),
        rules=plan.rules(),
        library=content.library,
        pace=config.pacing.pace(),
        seed=plan.seed,
        themes={WEEKDAYS.index(day): tag for day, tag in plan.themes.items()},
        quiet=plan.quiet,
        warm=config.chat.gateway == "sandbox",
        since=datetime.combine(since, time(), ZoneInfo(plan.zone)) if since else None,
        breaker=timedelta(minutes=config.pacing.breaker_minutes),
        second_above=plan.second_person_above,
        confirm_within=timedelta(minutes=plan.confirm_minutes),
        customs=customs_of(config, content),
    )


def customs_of(config: Config, content: Content) -> Customs:
    """How members are treated."""
    points, ladder, keep = config.points, ladder_of(config), config.retention
    return Customs(
        welcome=config.welcome.enabled,
        gather=timedelta(seconds=config.welcome.gather_seconds),
        welcome_again=timedelta(days=config.welcome.again_after_days),
        first_days=config.welcome.first_days,
        wish_days=config.memory.wish_days,
        replied_times=config.memory.replied_times,
        early_times=config.memory.early_times,
        behaviours=content.rules.behaviours,
        remind_days=config.birthdays.remind_days,
        feb_29=config.birthdays.feb_29,
        points=PointRules(
            checkin=points.checkin,
            first_words=points.first_words,
            story=points.story,
            invitation=points.invitation,
            invitation_days=points.invitation_days,
            daily_cap=points.daily_cap,
        ),
        rewards=content.rewards,
        declared=content.declared,
        call=content.call,
        badges={int(days): name for days, name in config.checkins.badges.items()},
        tiers=ladder.tiers,
        base_tier=ladder.base_tier,
        tier_span=ladder.tier_span,
        keep_messages=timedelta(days=keep.messages_days) if keep.messages_days else None,
        keep_media=timedelta(days=keep.media_days) if keep.media_days else None,
    )


def ladder_of(config: Config) -> Customs:
    """Of the customs the tiers alone, for commands that need nothing people wrote."""
    tiers = config.tiers
    return Customs(
        tiers=tuple(TierRule(name, round(tier.spent * 100), tier.orders) for name, tier in tiers.levels.items()),
        base_tier=tiers.base,
        tier_span=timedelta(days=tiers.days),
    )


@asynccontextmanager
async def open_store(config: Config) -> AsyncIterator[Store]:
    """The migrated database, closed at the end of the block."""
    await asyncio.to_thread(migrate, parse_url(config.database))
    store = Store(config.database)
    try:
        yield store
    finally:
        await store.close()
