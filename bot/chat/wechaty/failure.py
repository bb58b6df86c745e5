"""How one gRPC call ended when it did not end well, told so that every caller can decide what that means to it."""

from __future__ import annotations

import asyncio
import struct

from grpclib.const import Status
from grpclib.exceptions import GRPCError, ProtocolError, StreamTerminatedError
from h2.exceptions import H2Error


class CallError(Exception):
    """A call without a usable answer.

    `status` is the gateway's own word, or None when the link broke, timed out or answered nonsense.
    `sent` is False only when no byte of the request can have left.
    """

    def __init__(self, detail: str, *, sent: bool, status: Status | None = None, timed_out: bool = False) -> None:
        super().__init__(detail)
        self.sent, self.status, self.timed_out = sent, status, timed_out

    @property
    def answered(self) -> bool:
        """Whether the gateway itself said no."""
        return self.status is not None


BROKEN = (
    GRPCError,
    StreamTerminatedError,
    ProtocolError,
    H2Error,
    OSError,
    asyncio.TimeoutError,
    AssertionError,  # grpclib and betterproto assert that an answer is there and complete
    NotImplementedError,  # grpclib: a compressed answer
    ValueError,  # an answer that does not parse
    IndexError,  # the same, from betterproto
    struct.error,  # the same
)
"""Everything grpclib, h2, betterproto and the socket are known to raise out of a call."""


def failed(error: BaseException, *, sent: bool) -> CallError:
    """The one shape for all of them; never the text of a message, since gateways quote requests in errors."""
    if isinstance(error, GRPCError):
        return CallError(f"status {error.status.name}", sent=sent, status=error.status)
    if isinstance(error, TimeoutError):
        return CallError("no answer in time", sent=sent, timed_out=True)
    return CallError(
        f"{type(error).__name__}: {error}" if isinstance(error, OSError) else type(error).__name__, sent=sent
    )
