"""What a template may do: everything that is not on these lists is refused.

There are no calls, no imports, no variables set in the template, no products or `%` (`'x' * 10**8`,
`'%99999999s' % 1`); a short list of filters; at most two nested loops; and source and output are bounded.
Jinja's own sandbox stops escapes, but neither a text of a gigabyte nor a loop without end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from jinja2 import nodes

from bot.core.errors import RenderError

SOURCE_LIMIT = 20_000
OUTPUT_LIMIT = 4_000
LOOP_DEPTH = 2
FILTERS = frozenset({"default", "first", "join", "last", "length", "lower", "sort", "trim", "upper"})
OURS = frozenset({"clock", "composed", "counted", "date", "day", "safe_name", "summary", "told", "usage", "yearly"})
_ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.If,
    nodes.For,
    nodes.CondExpr,
    nodes.Name,
    nodes.Const,
    nodes.List,
    nodes.Tuple,
    nodes.Getattr,
    nodes.Getitem,
    nodes.Slice,
    nodes.Filter,
    nodes.Test,
    nodes.Keyword,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Neg,
    nodes.Concat,
    nodes.Add,
    nodes.Sub,
)


def guard(node: nodes.Node, file: Path, depth: int = 0) -> None:
    """Raise `RenderError` for the first thing that is not allowed; `depth` counts the loops around the node."""
    problem = ""
    if not isinstance(node, _ALLOWED):
        problem = f"{type(node).__name__.lower()} is not allowed in a template"
    elif isinstance(node, nodes.Filter) and node.name not in FILTERS | OURS:
        problem = f"the filter {node.name!r} is not allowed; use one of {', '.join(sorted(FILTERS | OURS))}"
    elif isinstance(node, nodes.For) and depth >= LOOP_DEPTH:
        problem = f"loops may be nested {LOOP_DEPTH} deep"
    if problem:
        raise RenderError(problem, file=file, line=node.lineno)
    for child in node.iter_child_nodes():
        guard(child, file, depth + isinstance(node, nodes.For))


def join(values: Iterable[object], between: str = "") -> str:
    """Jinja's `join`, which would build text of any size, within the limit for a whole output."""
    texts = [str(value) for value in values]
    if sum(map(len, texts)) + len(between) * len(texts) > OUTPUT_LIMIT:
        raise ValueError(f"joins to more than {OUTPUT_LIMIT} characters")
    return between.join(texts)


def bounded(parts: Iterator[str], file: Path) -> Iterator[str]:
    """The parts as they come, until they are too many."""
    length = 0
    for part in parts:
        length += len(part)
        if length > OUTPUT_LIMIT:
            raise RenderError(f"renders to more than {OUTPUT_LIMIT} characters", file=file)
        yield part
