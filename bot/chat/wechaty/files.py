"""Files in and out, as the file boxes that gateways exchange: bytes in base64, a uuid to fetch them by, or a URL."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing
from pathlib import PurePath
from uuid import uuid4

from wechaty_grpc.wechaty import puppet

from bot.chat.wechaty.failure import CallError
from bot.chat.wechaty.limits import Limits
from bot.chat.wechaty.line import Line
from bot.chat.wechaty.web import fetch_url
from bot.chat.wire import (
    BoxType,
    DownloadRequest,
    DownloadResponse,
    UploadRequest,
    UploadResponse,
)
from bot.core.errors import FileTooLargeError, GatewayError
from bot.core.events import MessageReceived
from bot.core.message import File, MessageKind

_CHUNK = 64 * 1024
_ARTWORK = 3  # wechaty-puppet's ImageType for the picture in its full size


class Files:
    """The bytes of messages, over whichever line is up."""

    def __init__(self, line: Callable[[], Line], limits: Limits) -> None:
        self._line, self._limits = line, limits

    async def pack(self, file: File) -> str:
        """A box in JSON; what is too large for one message is uploaded first. CallError if that fails."""
        box: dict[str, object] = {"name": file.name, "size": len(file.data)}
        if len(file.data) <= self._limits.inline_bytes:
            box |= {"type": BoxType.BASE64, "base64": base64.b64encode(file.data).decode("ascii")}
        else:
            answer = await self._line().upload(_chunks(file), UploadRequest, UploadResponse, self._limits.file_timeout)
            box |= {"type": BoxType.UUID, "uuid": answer.id}
        # Gateways before 1.0 read the type under its old key.
        return json.dumps(box | {"boxType": box["type"]}, ensure_ascii=False)

    async def fetch(self, message: MessageReceived, limit: int) -> File:
        """What hangs on a message. GatewayError when there is no answer, FileTooLargeError above `limit` bytes."""
        try:
            return await self.unpack(await self._box(message), limit, message.filename)
        except CallError as error:
            raise GatewayError(f"the gateway does not hand the file out: {error}") from error

    async def _box(self, message: MessageReceived) -> str:
        timeout = self._limits.file_timeout
        if message.kind is MessageKind.IMAGE:
            request = puppet.MessageImageRequest(id=message.message_id, type=_ARTWORK)
            return str((await self._line().ask("MessageImage", request, puppet.MessageImageResponse, timeout)).filebox)
        request = puppet.MessageFileRequest(id=message.message_id)
        return str((await self._line().ask("MessageFile", request, puppet.MessageFileResponse, timeout)).filebox)

    async def unpack(self, text: str, limit: int, fallback_name: str = "") -> File:
        """The file in a box, from wherever the box says that it is."""
        box = _read_box(text)
        size = box.get("size")
        if isinstance(size, int) and size > limit:
            raise FileTooLargeError(f"{size} bytes, at most {limit} are taken")
        name = _plain_name(box.get("name")) or _plain_name(fallback_name) or uuid4().hex
        kind = box.get("type") or box.get("boxType")
        if kind == BoxType.BASE64:
            return File(name, _from_base64(str(box.get("base64") or ""), limit))
        if kind == BoxType.UUID:
            return File(name, await _gather(self._chunks_of(str(box.get("uuid") or "")), limit))
        if kind == BoxType.URL:
            url = str(box.get("url") or box.get("remoteUrl") or "")
            return File(name, await fetch_url(url, _headers(box.get("headers")), limit, self._limits.file_timeout))
        raise GatewayError(f"a file box of type {kind!r} holds no file")

    async def _chunks_of(self, uuid: str) -> AsyncGenerator[bytes, None]:
        answers = self._line().download(DownloadRequest(id=uuid), DownloadResponse, self._limits.file_timeout)
        async with aclosing(answers):
            async for answer in answers:
                yield answer.chunk


def _chunks(file: File) -> Iterator[UploadRequest]:
    for at in range(0, len(file.data), _CHUNK):
        yield UploadRequest(chunk=file.data[at : at + _CHUNK])


async def _gather(chunks: AsyncGenerator[bytes, None], limit: int) -> bytes:
    """All of them, or FileTooLargeError as soon as they are more than `limit` bytes."""
    data = bytearray()
    async with aclosing(chunks):
        async for chunk in chunks:
            data += chunk
            if len(data) > limit:
                raise FileTooLargeError(f"more than {limit} bytes")
    return bytes(data)


def _from_base64(text: str, limit: int) -> bytes:
    if len(text) // 4 * 3 - 2 > limit:
        raise FileTooLargeError(f"more than {limit} bytes")
    try:
        data = base64.b64decode(text)
    except (binascii.Error, ValueError) as error:
        raise GatewayError("a file box whose base64 does not decode") from error
    if len(data) > limit:
        raise FileTooLargeError(f"{len(data)} bytes, at most {limit} are taken")
    return data


def _read_box(text: str) -> dict[str, object]:
    try:
        box = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise GatewayError("a file box that is not JSON") from error
    if not isinstance(box, dict):
        raise GatewayError("a file box that is not an object")
    return box


def _plain_name(name: object) -> str:
    """A file's name without folders; members choose names, and some choose `../../etc`."""
    return PurePath(name.replace("\\", "/").replace("\0", "")).name if isinstance(name, str) else ""


def _headers(headers: object) -> dict[str, str]:
    if not isinstance(headers, dict):
        return {}
    return {key: value for key, value in headers.items() if isinstance(key, str) and isinstance(value, str)}
