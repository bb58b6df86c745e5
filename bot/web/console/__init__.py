"""The operators' console: what the house knows, and the commands of the chat as buttons."""

from __future__ import annotations

from bot.web.console import (
    audit,
    birthdays,
    calendar,
    checkins,
    content,
    edge,
    member,
    members,
    order,
    outbox,
    overview,
    parcel,
    segments,
    story,
)
from bot.web.console.view import guarded

ROUTES = guarded(
    (
        *edge.ROUTES,
        *order.ROUTES,
        *parcel.ROUTES,
        *overview.ROUTES,
        *calendar.ROUTES,
        *outbox.ROUTES,
        *story.ROUTES,
        *members.ROUTES,
        *member.ROUTES,
        *segments.ROUTES,
        *checkins.ROUTES,
        *birthdays.ROUTES,
        *content.ROUTES,
        *audit.ROUTES,
    )
)
"""Every view of the console; a view that is listed here stands behind its door, however it is declared."""
