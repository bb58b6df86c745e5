"""Strikes a person out of text files: exports, tables that people sent, logs of former days."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from bot.policy.traces import Traces
from storage.compaction import holds

ENDINGS = frozenset({".json", ".jsonl", ".csv", ".tsv", ".txt", ".md", ".log", ".ndjson"})
ENCODINGS = ("utf-8", "gb18030")
BOM = "\ufeff"
ABOUT = frozenset({"contact_id", "talker_id", "actor_id", "listener_id", "room_id", "id"})
"""What says whom a record is about; a room's id is a person's own in what was said privately."""


def papers(folder: Path, spared: Iterable[Path]) -> Iterator[Path]:
    """Every text file below a folder, but the spared ones."""
    kept = {path.resolve() for path in spared}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and ENDINGS.intersection(path.suffixes) and path.resolve() not in kept:
            yield path


def strike(file: Path, traces: Traces) -> bool:
    """Take the person out of a file: records about them fall out, elsewhere their id and names are struck.

    A file that is about nobody else is deleted. Returns whether anything was found. Raises `OSError`; a crash leaves
    the file as it was.
    """
    forms = [form for word in traces.words for form in (word.encode("gb18030", errors="replace"),)]
    if not holds(file, {*traces.forms(), *forms}):
        return False
    raw = file.read_bytes()
    text, encoding = _decoded(raw)
    if text is None:
        return False
    bom = BOM if text.startswith(BOM) else ""
    left = _struck(file, text.removeprefix(BOM), traces)
    if left is None:
        file.unlink()
        return True
    part = file.with_name(f"{file.name}.part")
    with part.open("wb") as stream:
        stream.write((bom + left).encode(encoding, errors="replace"))
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(file)
    return left != text.removeprefix(BOM)


def _decoded(raw: bytes) -> tuple[str | None, str]:
    for encoding in ENCODINGS:
        try:
            return raw.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return None, ""


def _struck(file: Path, text: str, traces: Traces) -> str | None:
    if ".json" in file.suffixes:
        return _json(text, traces)
    if {".csv", ".tsv"}.intersection(file.suffixes):
        return _table(text, "\t" if ".tsv" in file.suffixes else ",", traces)
    logged = ".log" in file.suffixes
    lines = (_line(line, traces, logged=logged) for line in text.splitlines(keepends=True))
    return "".join(line for line in lines if line is not None)


def _json(text: str, traces: Traces) -> str | None:
    """One document; None when it is a record about them."""
    try:
        held = json.loads(text)
    except json.JSONDecodeError:
        return traces.strike(text)
    if _about(held, traces):
        return None
    if isinstance(held, list):
        held = [item for item in held if not _about(item, traces)]
    return json.dumps(traces.strike_in(held), ensure_ascii=False, indent=2) + "\n"


def _line(line: str, traces: Traces, *, logged: bool) -> str | None:
    """One line, as text or as JSON; None when it is a record about them. A line of a log is kept."""
    try:
        held = json.loads(line) if line.lstrip().startswith("{") else None
    except json.JSONDecodeError:
        held = None
    if held is None:
        return traces.strike(line)
    if not logged and _about(held, traces):
        return None
    return json.dumps(traces.strike_in(held), ensure_ascii=False) + "\n"


def _table(text: str, delimiter: str, traces: Traces) -> str:
    """Comma-separated values, whose records may span lines; the heading stays as it is."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n" if "\r\n" in text else "\n")
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    heading = next(rows, [])
    writer.writerow(heading)
    about = {number for number, name in enumerate(heading) if name in ABOUT}
    for row in rows:
        if not any(number in about and cell == traces.contact_id for number, cell in enumerate(row)):
            writer.writerow([traces.strike(cell) for cell in row])
    return out.getvalue()


def _about(held: Any, traces: Traces) -> bool:
    return isinstance(held, dict) and any(held.get(key) == traces.contact_id for key in ABOUT)
