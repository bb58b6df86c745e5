"""What is wrong with one cell or row of an imported file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """`line` counts the file's lines, or the sheet's rows, from 1; `column` is the heading, or a place in the line."""

    line: int
    column: str
    value: str
    reason: str

    def __str__(self) -> str:
        place = f"line {self.line}" + (f", {self.column}" if self.column else "")
        value = f" {self.value!r}" if self.value else ""
        return f"{place}:{value} {self.reason}"


class BadCellError(Exception):
    """A cell that cannot be read; `str` is the reason. Always turned into a `Fault` of its row."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row below the heading: text, or what Excel holds in a cell (numbers, dates); `fault` when it is broken."""

    line: int
    cells: tuple[object, ...] = ()
    fault: Fault | None = None
