"""Tells pictures by their first bytes: what a file is called proves nothing."""

from __future__ import annotations

from pathlib import PurePath

MOST_BYTES = 5_000_000
"""The largest picture that may be sent from the page."""

SUFFIXES = {
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
}


def type_of(data: bytes) -> str:
    """The media type of a picture that browsers show without doing anything, "" for whatever else it is."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    return "image/webp" if data.startswith(b"RIFF") and data[8:12] == b"WEBP" else ""


def named(name: str, media_type: str) -> str:
    """The name of a picture with an ending that fits what it is: WeChat goes by the ending."""
    path = PurePath(PurePath(name.replace("\\", "/")).name)
    endings = SUFFIXES[media_type]
    return path.name if path.suffix.lower() in endings else f"{path.stem or 'picture'}{endings[0]}"
