"""Facts of the Wechaty puppet protocol that the Python packages get wrong or lack, shared by both ends.

The generated stubs (wechaty_grpc 0.20) predate the 1.x gateways. Where a field has moved since, a message is
written out here by hand with the numbers of the 1.x proto files (npm `wechaty-grpc` 1.5), old and new field
both set, so that either generation of gateway understands it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Optional

import betterproto

SERVICE = "/wechaty.Puppet/"


class EventType(IntEnum):
    """Types of `EventResponse`; source: `event.proto` of npm wechaty-grpc 1.5."""

    UNSPECIFIED = 0
    HEARTBEAT = 1
    MESSAGE = 2
    DONG = 3
    POST = 4
    ERROR = 16
    FRIENDSHIP = 17
    ROOM_INVITE = 18
    ROOM_JOIN = 19
    ROOM_LEAVE = 20
    ROOM_TOPIC = 21
    SCAN = 22
    READY = 23
    RESET = 24
    LOGIN = 25
    LOGOUT = 26
    DIRTY = 27


class PayloadKind(IntEnum):
    """What a DIRTY event or DirtyPayload call names; source: `base.proto`."""

    UNSPECIFIED = 0
    MESSAGE = 1
    CONTACT = 2
    ROOM = 3
    ROOM_MEMBER = 4
    FRIENDSHIP = 5


class BoxType(IntEnum):
    """`type` of a FileBox in JSON; source: npm file-box 1.5."""

    UNKNOWN = 0
    BASE64 = 1
    URL = 2
    QRCODE = 3
    UUID = 7


def _wrapped(number: int) -> Optional[str]:  # noqa: UP045
    return betterproto.message_field(number, wraps=betterproto.TYPE_STRING)  # type: ignore[no-any-return] # untyped package


@dataclass
class SentResponse(betterproto.Message):
    """Answer to every MessageSend call: 0.x gateways fill the wrapper, 1.x both."""

    wrapped_id: Optional[str] = _wrapped(1)  # noqa: UP045
    id: str = betterproto.string_field(2)


@dataclass
class RoomTopicRequest(betterproto.Message):
    """Get or set a topic; with neither topic field set it asks."""

    id: str = betterproto.string_field(1)
    wrapped_topic: Optional[str] = _wrapped(2)  # noqa: UP045
    topic: str = betterproto.string_field(3)


@dataclass
class RoomTopicResponse(betterproto.Message):
    """The topic asked for."""

    wrapped_topic: Optional[str] = _wrapped(1)  # noqa: UP045
    topic: str = betterproto.string_field(2)


@dataclass
class RoomAnnounceRequest(betterproto.Message):
    """Get or set an announcement; with neither text field set it asks."""

    id: str = betterproto.string_field(1)
    wrapped_text: Optional[str] = _wrapped(2)  # noqa: UP045
    text: str = betterproto.string_field(3)


@dataclass
class RoomAnnounceResponse(betterproto.Message):
    """The announcement asked for."""

    wrapped_text: Optional[str] = _wrapped(1)  # noqa: UP045
    text: str = betterproto.string_field(2)


@dataclass
class DownloadRequest(betterproto.Message):
    """Ask for the bytes of a uuid box."""

    id: str = betterproto.string_field(1)


@dataclass
class DownloadResponse(betterproto.Message):
    """One chunk of a download stream."""

    chunk: bytes = betterproto.bytes_field(1)


@dataclass
class UploadRequest(betterproto.Message):
    """One chunk of an upload stream."""

    chunk: bytes = betterproto.bytes_field(1)


@dataclass
class UploadResponse(betterproto.Message):
    """The uuid under which an upload can be named in a uuid box."""

    id: str = betterproto.string_field(1)
