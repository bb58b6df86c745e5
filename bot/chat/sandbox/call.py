"""One unary call of the puppet protocol: its messages, and the function that answers it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import betterproto

Request = TypeVar("Request", bound=betterproto.Message)
Reply = TypeVar("Reply", bound=betterproto.Message)


@dataclass(frozen=True, slots=True)
class Call(Generic[Request, Reply]):
    """`answer` acts on the world and returns the reply, at once; a world's refusal becomes a gRPC status.

    A call that `needs_login` is refused while the session is stopped or the account logged out.
    """

    name: str
    request: type[Request]
    reply: type[Reply]
    answer: Callable[[Request], Reply]
    needs_login: bool = True
