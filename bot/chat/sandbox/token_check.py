"""Lets only those in who know the gateway's token."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any

from grpclib.const import Status
from grpclib.exceptions import GRPCError
from grpclib.server import Stream
from loguru import logger

AUTHORITY = "x-sandbox-authority"
"""Where the gateway hands over the connection's `:authority`, in which the Python client carries its token."""


class TokenCheck:
    """The token comes as `authorization: Wechaty <token>`, or as the connection's authority."""

    def __init__(self, token: str) -> None:
        self._token = token.encode()

    def check(self, stream: Stream[Any, Any]) -> None:
        """Raise UNAUTHENTICATED for a call without the token."""
        given: Mapping[str, object] = stream.metadata or {}
        scheme, _, token = str(given.get("authorization", "")).partition(" ")
        offered = (token if scheme == "Wechaty" else "", str(given.get(AUTHORITY, "")))
        if not any(hmac.compare_digest(one.encode(), self._token) for one in offered):
            logger.bind(action="sandbox.token.refused").warning("a call came without the right token")
            raise GRPCError(Status.UNAUTHENTICATED, "no valid token")
