"""What the imaginary world refuses to do; the service turns each into a gRPC status."""

from __future__ import annotations

from bot.core.errors import PlatformError


class NoSuchError(PlatformError):
    """A contact, room, message or upload that does not exist, or that the bot cannot see."""


class NotPossibleError(PlatformError):
    """Something that WeChat would not let this person do, such as speaking in a room they are not in."""


class ExpiredError(PlatformError):
    """A file that WeChat has cleared away: its message is there, its bytes are not.

    Whatever a puppet cannot get out of WeChat, the JavaScript gateway answers as UNKNOWN: `grpc-error.ts` of npm
    wechaty-puppet-service.
    """


class UnreadableError(PlatformError):
    """A file box or card that cannot be understood."""


class TooLargeError(PlatformError):
    """A file box above what fits into one call; such a file goes through Upload."""
