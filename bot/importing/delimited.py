"""Reads the records of a CSV file; a slip in one line spoils that line only."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

from bot.core.errors import SetupError
from bot.importing.encoding import HINT, Line, detect, lines
from bot.importing.fault import Fault, Row

SEPARATORS = (",", ";", "\t")
LONGEST = 100_000
"""Characters in a line: more is no table."""

_AHEAD = 20
"""A quoted cell may go over so many lines; a quote that is never closed must not swallow the rest of the file."""

_Cells = tuple[str, ...]


def read_csv(file: Path, score: Callable[[Iterable[object]], int]) -> tuple[Row, Iterator[Row]]:
    """The heading and the rows below it. `score` says how much of a line is known as a heading: it finds the separator.

    `SetupError` for a file without one.
    """
    source = _Source(lines(file, detect(file)))
    first = source.heading()
    if first is None:
        raise SetupError("is empty", where=str(file), hint="the first line names the columns")
    if first.fault is not None:
        column, what = first.fault
        raise SetupError(f"{what}, at column {column}", where=f"{file}:{first.number}", hint=HINT)
    separator = source.separator or max(SEPARATORS, key=lambda sign: score(_split(first.text, sign) or ()))
    heading = _split(first.text, separator)
    if heading is None:
        raise SetupError("a quote is opened and not closed", where=f"{file}:{first.number}", hint=HINT)
    return Row(first.number, heading), _rows(source, separator, len(heading))


class _Source:
    """Lines, some of which have been looked at ahead."""

    def __init__(self, found: Iterator[Line]) -> None:
        self._found, self._ahead = found, deque[Line]()
        self.separator = ""

    def heading(self) -> Line | None:
        """The first line with words in it; Excel's own `sep=;` before it is obeyed."""
        for line in self:
            if line.text.lower().startswith("sep=") and len(line.text) == len("sep=,"):
                self.separator = line.text[-1]
            elif line.text.strip():
                return line
        return None

    def __iter__(self) -> Iterator[Line]:
        while True:
            line = self._ahead.popleft() if self._ahead else next(self._found, None)
            if line is None:
                return
            yield line

    def ahead(self) -> tuple[Line, ...]:
        """The next lines, which stay to be read."""
        self._ahead.extend(islice(self._found, max(0, _AHEAD - len(self._ahead))))
        return tuple(self._ahead)

    def skip(self, count: int) -> None:
        for _ in range(count):
            self._ahead.popleft()


def _rows(source: _Source, separator: str, width: int) -> Iterator[Row]:
    for line in source:
        if '"' in line.text and line.text.count('"') % 2:
            yield _over_lines(line, source, separator, width)
        elif line.fault is not None:
            yield _unreadable(line.number, *line.fault)
        elif not line.text.strip(f"{separator} "):
            continue
        elif len(line.text) > LONGEST:
            yield Row(line.number, fault=Fault(line.number, "", "", f"longer than {LONGEST} characters"))
        else:
            yield _row(line.number, _split(line.text, separator), width)


def _over_lines(line: Line, source: _Source, separator: str, width: int) -> Row:
    """A cell with line breaks in it, if that makes a whole record; else a quote too many in this line alone."""
    text = line.text
    for count, more in enumerate(source.ahead(), 1):
        text = f"{text}\n{more.text}"
        cells = _split(text, separator) if more.text.count('"') % 2 else None
        if cells is not None and len(cells) == width and not (line.fault or more.fault):
            source.skip(count)
            return Row(line.number, cells)
    return Row(line.number, fault=Fault(line.number, "", line.text[:40], "a quote is opened and not closed"))


def _row(number: int, cells: _Cells | None, width: int) -> Row:
    if cells is None:
        return Row(number, fault=Fault(number, "", "", "a quote stands in the middle of a cell"))
    while len(cells) > width and not cells[-1].strip():
        cells = cells[:-1]
    if len(cells) != width:
        return Row(number, fault=Fault(number, "", "", f"has {len(cells)} cells, the heading has {width}"))
    return Row(number, cells)


def _unreadable(number: int, column: int, what: str) -> Row:
    return Row(number, fault=Fault(number, f"column {column}", "", what))


def _split(text: str, separator: str) -> _Cells | None:
    """The cells of one record; None when its quotes are not in order."""
    if '"' not in text:
        return tuple(text.split(separator))
    if text.count('"') % 2:
        return None
    # Excel writes ="0012" to keep the noughts of a number; to csv that is a quote in the middle of a cell.
    plain = re.sub(f'(^|{re.escape(separator)})="', r'\1"', text)
    try:
        return tuple(next(csv.reader([plain], delimiter=separator, strict=True)))
    except (csv.Error, StopIteration):
        return None
