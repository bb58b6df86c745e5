"""What the bot says: one file per command or occasion, and the tables of them."""

from __future__ import annotations

from collections.abc import Mapping

from bot.policy.caring import Source, Still
from bot.policy.command import Command
from bot.policy.courtesy import Take
from handlers.adopt import adopt_room, release_room
from handlers.approve import approve_posts
from handlers.audit import show_audit
from handlers.birthday import keep_birthday
from handlers.birthday_greeting import greet_birthdays
from handlers.birthdays import remind_of_birthdays, show_birthdays
from handlers.checkin import manage_checkins
from handlers.checkin_board import show_board
from handlers.checkin_news import announce_campaigns, begin_campaigns, close_campaigns
from handlers.checkin_told import tell_checkins
from handlers.claim import claim_bot
from handlers.confirm import cancel_proposal, confirm_proposal
from handlers.content import manage_content
from handlers.control import make_control
from handlers.first_days import care_for_newcomers
from handlers.forget import forget_me, remember_me
from handlers.help import show_help
from handlers.invitations import thank_inviters
from handlers.leave import take_leave
from handlers.ledger import show_ledger
from handlers.makeup import make_up
from handlers.member import show_member
from handlers.op import manage_operators
from handlers.pause import pause_posts
from handlers.plan import show_plan
from handlers.points import show_points
from handlers.points_board import show_points_board
from handlers.post import post_content
from handlers.preview import show_preview
from handlers.punch import punch_in
from handlers.recall import recall_post
from handlers.redeem import decide_redemption, tell_decisions
from handlers.resume import resume_posts
from handlers.rewards import show_rewards
from handlers.room import set_room
from handlers.rooms import show_rooms
from handlers.segment import find_segment
from handlers.slot import move_slot, skip_slot, swap_slot
from handlers.status import show_status
from handlers.story import accept_story
from handlers.streak_risk import OCCASION as STREAK
from handlers.streak_risk import rows_at_risk, still_at_risk
from handlers.tag import change_tag
from handlers.tags import show_tags
from handlers.tasks import manage_tasks
from handlers.tier import reckon_tiers, set_tier
from handlers.unknown import resolve_unknown, show_unknown
from handlers.unsubscribe import subscribe, unsubscribe
from handlers.welcome import welcome_newcomers
from handlers.why import show_why
from handlers.wish import ask_about_wishes

COMMANDS: tuple[Command, ...] = (
    show_help,
    claim_bot,
    adopt_room,
    release_room,
    make_control,
    show_rooms,
    set_room,
    show_plan,
    show_preview,
    post_content,
    confirm_proposal,
    cancel_proposal,
    skip_slot,
    swap_slot,
    move_slot,
    approve_posts,
    pause_posts,
    resume_posts,
    show_why,
    show_unknown,
    resolve_unknown,
    recall_post,
    manage_content,
    show_ledger,
    manage_operators,
    show_status,
    show_audit,
    show_member,
    change_tag,
    show_tags,
    manage_checkins,
    punch_in,
    make_up,
    take_leave,
    show_board,
    show_points,
    show_points_board,
    show_rewards,
    decide_redemption,
    manage_tasks,
    accept_story,
    set_tier,
    find_segment,
    unsubscribe,
    subscribe,
    keep_birthday,
    show_birthdays,
    forget_me,
    remember_me,
)

COURTESIES: tuple[Take, ...] = (
    welcome_newcomers,
    thank_inviters,
    tell_decisions,
    reckon_tiers,
    ask_about_wishes,
    begin_campaigns,
    announce_campaigns,
    close_campaigns,
    tell_checkins,
)
"""What the bot says of its own accord without posting, in the order in which it is looked for."""

CARES: tuple[Source, ...] = (greet_birthdays, remind_of_birthdays, care_for_newcomers, rows_at_risk)
"""The occasions of care posts."""

STILL: Mapping[str, Still] = {STREAK: still_at_risk}
"""By occasion, what is asked once more of everybody in a care post in the moment in which it is sent."""
