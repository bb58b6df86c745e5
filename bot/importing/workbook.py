"""Reads the first sheet of an XLSX workbook, row by row, without loading it."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from bot.core.errors import SetupError
from bot.importing.encoding import HINT
from bot.importing.fault import Fault, Row

ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!"})


def is_workbook(file: Path) -> bool:
    """Whether this is XLSX, by its content; `SetupError` for the workbooks of Excel before 2007."""
    with file.open("rb") as stream:
        head = stream.read(8)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise SetupError("is a workbook of Excel 97–2003", where=str(file), hint="save it as XLSX")
    return head.startswith(b"PK\x03\x04")


def read_workbook(file: Path) -> tuple[Row, Iterator[Row]]:
    """The heading and the rows below it: dates, numbers and text as Excel gives them, of formulas the values."""
    rows = _sheet(file)
    heading = next(rows, None)
    if heading is None:
        raise SetupError("its first sheet is empty", where=str(file), hint="the first row names the columns")
    cells = heading.cells
    while cells and cells[-1] in {None, ""}:
        cells = cells[:-1]
    width = len(cells)
    return Row(heading.line, cells), (_fitted(row, width) for row in rows)


def _sheet(file: Path) -> Iterator[Row]:
    """Every row that is not empty."""
    import openpyxl  # type: ignore[import-untyped]  # the package brings no types

    try:
        book = _quietly(lambda: openpyxl.load_workbook(file, read_only=True, data_only=True))
        try:
            sheet = book.worksheets[0]
            # What a file says of its own size is often wrong.
            sheet.reset_dimensions()
            rows = enumerate(sheet.iter_rows(values_only=True), 1)
            while (found := _quietly(lambda: next(rows, None))) is not None:
                number, cells = found
                if any(cell is not None and str(cell).strip() for cell in cells):
                    yield Row(number, tuple(cells))
        finally:
            book.close()
    except (BadZipFile, KeyError, ValueError, IndexError, SyntaxError, OSError) as error:
        raise SetupError(f"is no workbook that can be read: {error}", where=str(file), hint=HINT) from error


def _quietly(read: Callable[[], Any]) -> Any:
    """The package warns of styles and extensions that it leaves out: nothing of a table's content."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return read()


def _fitted(row: Row, width: int) -> Row:
    """As wide as the heading; Excel leaves empty cells at the end out, or writes too many."""
    cells = row.cells
    if any(cell not in {None, ""} for cell in cells[width:]):
        return Row(row.line, fault=Fault(row.line, "", "", f"has more cells than the heading's {width}"))
    cells = (*cells[:width], *(None,) * (width - len(cells)))
    broken = next((cell for cell in cells if isinstance(cell, str) and cell in ERRORS), None)
    if broken is not None:
        return Row(row.line, fault=Fault(row.line, "", str(broken), "is an error that Excel reports"))
    return Row(row.line, cells)
