"""Every view there is, by its address; a new one has to be added here, and a test counts the console's."""

from __future__ import annotations

from urllib.parse import quote

from tests.web.house import CATS, DOGS, TEAM, XIAOMAN

SANDBOX = {
    "sandbox-cats": f"/sandbox?room={quote(CATS)}",
    "sandbox-dogs": f"/sandbox?room={quote(DOGS)}",
    "sandbox-team": f"/sandbox?room={quote(TEAM)}",
}
CONSOLE = {
    "overview": "/console",
    "calendar": "/console/calendar",
    "outbox": "/console/outbox",
    "members": "/console/members",
    "member": f"/console/members/{XIAOMAN}",
    "segments": "/console/segments",
    "checkins": "/console/checkins",
    "birthdays": "/console/birthdays",
    "content": "/console/content",
    "audit": "/console/audit",
}
VIEWS = SANDBOX | CONSOLE
