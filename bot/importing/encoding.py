"""Finds out how a text file is encoded, by all of it and never by a guess from its first lines, and reads its lines."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.core.errors import SetupError

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_HEAD = 65_536
HINT = "save it as CSV in UTF-8, or as XLSX"


@dataclass(frozen=True, slots=True)
class Line:
    """One line without its end. `fault` is where the first byte that is no text stands, and what it is."""

    number: int
    text: str
    fault: tuple[int, str] | None = None


def detect(file: Path) -> str:
    """utf-8-sig, gb18030 or utf-16, by reading the file once; a byte-order mark decides, else the lines do.

    A broken byte makes nothing of a good file: of two encodings the one is taken in which more lines are text, since
    Chinese in GBK is hardly ever valid UTF-8, but UTF-8 often looks like GBK to whoever reads it so.
    """
    with file.open("rb") as stream:
        head = stream.read(_HEAD)
        for mark, name in _BOMS:
            if head.startswith(mark):
                return name
        stream.seek(0)
        good = bad = 0
        for raw in stream:
            if not raw.isascii():
                fits = _fault(raw, "utf-8") is None
                good, bad = good + fits, bad + (not fits)
    return "gb18030" if bad > good else "utf-8-sig"


def lines(file: Path, encoding: str) -> Iterator[Line]:
    """Every line, numbered from 1; `SetupError` for a whole file that cannot be read."""
    with file.open("rb") as stream:
        head = stream.read(_HEAD)
    if encoding == "utf-16" or (b"\r" in head and b"\n" not in head):
        yield from _whole(file, encoding)
        return
    with file.open("rb") as stream:
        for number, raw in enumerate(stream, 1):
            line = raw.rstrip(b"\r\n")
            try:
                yield Line(number, line.decode(encoding if number == 1 else encoding.removesuffix("-sig")))
            except UnicodeDecodeError:
                yield Line(number, line.decode(encoding, "replace"), _fault(line, encoding.removesuffix("-sig")))


def _whole(file: Path, encoding: str) -> Iterator[Line]:
    """UTF-16, or line ends of old Macs: here a line cannot be told before it is decoded."""
    number = 0
    try:
        with file.open(encoding=encoding) as stream:
            for number, text in enumerate(stream, 1):
                yield Line(number, text.rstrip("\n"))
    except UnicodeError as error:
        where = f"{file}:{number + 1}"
        raise SetupError(f"is not {encoding} text: {error}", where=where, hint=HINT) from error


def _fault(raw: bytes, encoding: str) -> tuple[int, str] | None:
    """The column of the first byte that is no text, counted in characters, and what that byte is."""
    try:
        raw.decode(encoding)
    except UnicodeDecodeError as error:
        return len(raw[: error.start].decode(encoding)) + 1, f"byte 0x{raw[error.start]:02x} is no {encoding.upper()}"
    return None
