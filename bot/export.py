"""Writes tables out as JSON lines or CSV, row by row."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn
from sqlmodel import Session

from bot.core.errors import SetupError
from storage.engine import open_readers, parse_url
from storage.exports import KINDS, Asked

FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
"""What a formula begins with; spreadsheets set up for Chinese or Japanese take the wide signs as well."""


def export(database: str, kind: str, asked: Asked, form: str, out: Path | None) -> int:
    """Write every row of a kind; returns how many. Progress is shown on a terminal only, and on stderr."""
    engine, _ = open_readers(parse_url(database))
    try:
        with Session(engine) as db, _opened(out) as stream, _progress() as progress:
            task = progress.add_task(kind)
            count = 0
            for row in _written(KINDS[kind](db, asked), stream, form):
                count += row
                if count % 500 == 0:
                    progress.update(task, completed=count)
            progress.update(task, completed=count)
            return count
    finally:
        engine.dispose()


def _written(rows: Iterator[dict[str, Any]], stream: IO[str], form: str) -> Iterator[int]:
    writer: csv.DictWriter[str] | None = None
    for row in rows:
        if form == "jsonl":
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")
        else:
            if writer is None:
                writer = csv.DictWriter(stream, fieldnames=list(row))
                writer.writeheader()
            writer.writerow({key: _cell(value) for key, value in row.items()})
        yield 1


def _cell(value: Any) -> Any:
    """A cell of CSV: lists joined, and nothing that a spreadsheet would run as a formula."""
    if isinstance(value, dict):
        value = json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        value = ";".join(value)
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value


@contextmanager
def _opened(out: Path | None) -> Iterator[IO[str]]:
    if out is None:
        if isinstance(sys.stdout, io.TextIOWrapper):
            # What is exported is UTF-8, whatever this terminal believes in.
            sys.stdout.reconfigure(encoding="utf-8")
        yield sys.stdout
        return
    try:
        # Excel takes a CSV for UTF-8 only when it begins with a byte-order mark.
        encoding = "utf-8-sig" if out.suffix.lower() == ".csv" else "utf-8"
        with out.open("w", encoding=encoding, newline="") as stream:
            yield stream
    except OSError as error:
        raise SetupError(f"cannot be written: {error.strerror}", where=str(out), hint="choose another --out") from None


def _progress() -> Progress:
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}: {task.completed} rows"))
    return Progress(*columns, console=console, disable=not console.is_terminal, transient=True)
