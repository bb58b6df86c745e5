"""What the bot says: one file per command or occasion, and the table of all commands."""

from __future__ import annotations

from bot.policy.command import Command
from handlers.adopt import adopt_room, release_room
from handlers.approve import approve_posts
from handlers.audit import show_audit
from handlers.claim import claim_bot
from handlers.confirm import cancel_proposal, confirm_proposal
from handlers.content import manage_content
from handlers.control import make_control
from handlers.help import show_help
from handlers.ledger import show_ledger
from handlers.member import show_member
from handlers.op import manage_operators
from handlers.pause import pause_posts
from handlers.plan import show_plan
from handlers.post import post_content
from handlers.preview import show_preview
from handlers.recall import recall_post
from handlers.resume import resume_posts
from handlers.room import set_room
from handlers.rooms import show_rooms
from handlers.slot import move_slot, skip_slot, swap_slot
from handlers.status import show_status
from handlers.tag import change_tag
from handlers.tags import show_tags
from handlers.unknown import resolve_unknown, show_unknown
from handlers.why import show_why

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
)
