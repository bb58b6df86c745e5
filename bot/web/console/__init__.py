"""The operators' console: what the house knows, and the commands of the chat as buttons."""

from __future__ import annotations

from bot.web.console import overview

ROUTES = (*overview.ROUTES,)
