"""Draws docs/evening.svg, the picture of the demo in the README, from lines of a real run.

`FORCE_COLOR=1 qunzhu run > evening.ansi` keeps what the terminal shows. Cut the lines to be seen, put ⋯ where
some are left out, and `python docs/evening.py < evening.ansi` draws them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from html import escape
from itertools import groupby
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from rich.terminal_theme import TerminalTheme
from rich.text import Text

COLUMNS, CELL, LINE, SIZE, EDGE = 80, 9.6, 23, 18, 22
# Browsers take the first font that has the character; each run is stretched to its cells whatever font that is.
FONTS = (
    "'Sarasa Mono SC','Noto Sans Mono CJK SC',ui-monospace,'SF Mono',Menlo,Consolas,"
    "'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',monospace"
)
NORMAL = [
    (72, 79, 88),
    (255, 123, 114),
    (86, 211, 100),
    (227, 179, 65),
    (121, 192, 255),
    (210, 168, 255),
    (86, 212, 221),
]
BRIGHT = [
    (125, 133, 144),
    (255, 161, 152),
    (126, 231, 135),
    (242, 204, 96),
    (165, 214, 255),
    (226, 197, 255),
    (179, 240, 255),
]
THEME = TerminalTheme((22, 27, 34), (230, 237, 243), [*NORMAL, (230, 237, 243)], [*BRIGHT, (255, 255, 255)])


def draw(ansi: str) -> str:
    """The lines as an SVG in which a Chinese character is exactly two Latin ones wide."""
    console = Console(width=COLUMNS, force_terminal=True, color_system="truecolor")
    lines = console.render_lines(Text.from_ansi(ansi.rstrip("\n")), pad=False)
    width, height = COLUMNS * CELL + 2 * EDGE, len(lines) * LINE + 2 * EDGE
    rows = "\n".join(row for number, line in enumerate(lines) if (row := _row(line, EDGE + (number + 0.75) * LINE)))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" role="img">\n'
        "<title>An evening of the demo, cut from a real run</title>\n"
        f'<rect width="{width:g}" height="{height:g}" rx="10" fill="{THEME.background_color.hex}"/>\n'
        f'<g font-family="{FONTS}" font-size="{SIZE}">\n{rows}\n</g>\n</svg>\n'
    )


def _row(line: list[Segment], y: float) -> str:
    texts, cell = [], 0
    for segment in line:
        for run in _runs(segment.text):
            length = cell_len(run)
            if run.strip():
                texts.append(
                    f'<text x="{EDGE + cell * CELL:g}" y="{y:g}" textLength="{length * CELL:g}" '
                    f'lengthAdjust="spacingAndGlyphs" {_look(segment.style or Style.null())}>{escape(run)}</text>'
                )
            cell += length
    return "\n".join(texts)


def _runs(text: str) -> Iterator[str]:
    """Words whose characters are all one, or all two cells wide, and the spaces between them."""
    return ("".join(run) for _kind, run in groupby(text, lambda char: (char.isspace(), cell_len(char))))


def _look(style: Style) -> str:
    ink = style.color.get_truecolor(THEME) if style.color else THEME.foreground_color
    weight = ' font-weight="bold"' if style.bold else ""
    return f'fill="{ink.hex}"{weight}' + (' opacity=".6"' if style.dim else "")


if __name__ == "__main__":
    Path(__file__).with_suffix(".svg").write_text(draw(sys.stdin.read()), encoding="utf-8")
