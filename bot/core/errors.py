"""Every error Qunzhu raises on purpose, in one tree.

```
QunzhuError
├─ SpeakerError          the speaker's slip: answered in chat with a template
│  ├─ UsageError         a command with too few, too many or unreadable arguments
│  ├─ UnknownCommandError a command nobody declared
│  └─ NotAllowedError    a command above the speaker's role
├─ SetupError            the engineer's or operator's slip: one line on the shell, exit code 2
├─ RefusedError          a start that must not go on (lease held, database too new): exit code 1
├─ PlatformError         the gateway's fault
│  ├─ NotConnectedError  nothing was sent: there is no link
│  ├─ SendRefusedError   provably not sent: the gateway said no before acting
│  ├─ SendUncertainError nobody knows whether it was sent: never resend
│  ├─ GatewayError       a read failed or timed out
│  ├─ FileTooLargeError  a file above the configured size
│  └─ TokenRefusedError  the gateway does not accept our token
└─ OursError             our own machinery
   ├─ StoreError         the database cannot be read or written
   ├─ LeaseLostError     another process took this account over
   └─ RenderError        a template that does not render
```
"""

from __future__ import annotations

from pathlib import Path


class QunzhuError(Exception):
    """The root; never raised itself."""


class SpeakerError(QunzhuError):
    """Somebody typed something that cannot be done; `template` and `data` say it to them."""

    def __init__(self, template: str, **data: object) -> None:
        super().__init__(template)
        self.template = template
        self.data = data


class UsageError(SpeakerError):
    """A command with too few, too many or unreadable arguments."""


class UnknownCommandError(SpeakerError):
    """A command nobody declared."""


class NotAllowedError(SpeakerError):
    """A command above the speaker's role."""


class SetupError(QunzhuError):
    """Configuration, content or environment that cannot be used.

    `what` is one sentence, `where` a `file:line` (or a file, a key, an address), `hint` what to do.
    """

    def __init__(self, what: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(what)
        self.what, self.where, self.hint = what, where, hint

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{place}{self.what}{hint}"


class RefusedError(SetupError):
    """A start that must not go on: another process holds the account, or the database is newer than the code."""


class PlatformError(QunzhuError):
    """The gateway's fault."""


class NotConnectedError(PlatformError):
    """There is no link to the gateway; nothing was sent."""


class SendRefusedError(PlatformError):
    """The gateway refused before acting: provably not sent."""


class SendUncertainError(PlatformError):
    """The call broke after it may have reached the gateway: it may have been sent, so it is never resent."""


class GatewayError(PlatformError):
    """A read from the gateway failed or timed out; asking again is harmless."""


class FileTooLargeError(PlatformError):
    """A member's file is above the configured size; it was not fetched to the end."""


class TokenRefusedError(PlatformError):
    """The gateway answered UNAUTHENTICATED."""


class OursError(QunzhuError):
    """Our own machinery failed."""


class StoreError(OursError):
    """The database cannot be read or written."""


class LeaseLostError(OursError):
    """Another process took this account over; nothing may be sent any more."""


class RenderError(OursError):
    """A template that does not render, with its file and line."""

    def __init__(self, problem: str, *, file: Path | str, line: int | None = None) -> None:
        super().__init__(problem)
        self.problem, self.file, self.line = problem, file, line

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line is not None else str(self.file)
        return f"{place}: {self.problem}"
