"""File boxes: the JSON in which the puppet protocol carries files, small ones inside, large ones by reference."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from pathlib import PurePosixPath
from typing import cast
from urllib.parse import urlsplit

from bot.chat.sandbox.errors import NoSuchError, TooLargeError, UnreadableError
from bot.chat.sandbox.message import FileContent
from bot.chat.wire import BoxType

INLINE_BYTES = 20 * 1024
"""Up to this size the bytes travel inside the box; source: `normalize-filebox.ts` of npm wechaty-puppet-service."""

BOX_BYTES = 4 * 1024 * 1024
"""The largest box in a call: the receive limit of the JavaScript gateway's gRPC library."""

UPLOADS_KEPT = 1_000
UPLOAD_BYTES = 32 * 1024 * 1024
"""A box is sent, or fetched, soon after its bytes were put here."""


class FileBoxes:
    """Reads and writes boxes, and keeps the bytes that uuid boxes stand for."""

    def __init__(self) -> None:
        self._uploads: dict[str, bytes] = {}
        self._bytes = 0

    def keep(self, data: bytes) -> str:
        """Keep bytes, and say under which uuid: the same for the same bytes. Only the latest are kept."""
        uuid = hashlib.sha256(data).hexdigest()[:32]
        self._bytes += len(data) - len(self._uploads.pop(uuid, b""))
        self._uploads[uuid] = data
        while len(self._uploads) > UPLOADS_KEPT or (self._bytes > UPLOAD_BYTES and len(self._uploads) > 1):
            self._bytes -= len(self._uploads.pop(next(iter(self._uploads))))
        return uuid

    def fetch(self, uuid: str) -> bytes:
        if uuid not in self._uploads:
            raise NoSuchError("no such upload")
        return self._uploads[uuid]

    def write(self, file: FileContent) -> str:
        """The box for a file: by address, inline, or by uuid when it is large."""
        if file.url:
            return _box(BoxType.URL, name=file.name, url=file.url)
        if len(file.data) <= INLINE_BYTES:
            return _box(BoxType.BASE64, name=file.name, base64=base64.b64encode(file.data).decode())
        md5 = hashlib.md5(file.data, usedforsecurity=False).hexdigest()
        return _box(BoxType.UUID, name=file.name, uuid=self.keep(file.data), size=len(file.data), md5=md5)

    def read(self, text: str) -> FileContent:
        """The file in a box; `UnreadableError` for what a 1.x gateway would not understand either."""
        if len(text) > BOX_BYTES:
            raise TooLargeError("file box above 4 MiB")
        fields = read_fields(text)
        name = str(fields.get("name") or "")
        match fields.get("type") or fields.get("boxType"):
            case BoxType.BASE64:
                return FileContent(name, _unbase64(_text(fields, "base64")))
            case BoxType.UUID:
                return FileContent(name, self.fetch(_text(fields, "uuid")))
            case BoxType.URL:
                url = _text(fields, "url")
                return FileContent(name or PurePosixPath(urlsplit(url).path).name, url=url)
            case BoxType.QRCODE:
                return FileContent(name or "qrcode.png", _text(fields, "qrCode").encode())
            case _:
                raise UnreadableError("unknown file box type")


def read_fields(text: str) -> dict[str, object]:
    """A JSON object, as it stands in a field of a message."""
    try:
        fields = json.loads(text)
    except ValueError as error:
        raise UnreadableError("not JSON") from error
    if not isinstance(fields, dict):
        raise UnreadableError("not a JSON object")
    return cast("dict[str, object]", fields)


def _box(box_type: BoxType, **fields: object) -> str:
    # `boxType` is the older name of `type`; the Python client reads only the older one.
    return json.dumps({"type": int(box_type), "boxType": int(box_type), "metadata": {}, **fields}, ensure_ascii=False)


def _text(fields: dict[str, object], key: str) -> str:
    value = fields.get(key)
    if not isinstance(value, str) or not value:
        raise UnreadableError(f"file box without {key}")
    return value


def _unbase64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise UnreadableError("file box with broken base64") from error
