"""The templates hold what the policy of their answers allows: no script, no style, no address of somebody else's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WEB = ROOT / "templates" / "web"
TEMPLATES = sorted(WEB.rglob("*.html"))
STATIC = [file for file in sorted((WEB / "static").rglob("*")) if file.is_file() and "vendor" not in file.parts]

FORBIDDEN = {
    "a style of its own": r"\sstyle\s*=",
    "a style sheet of its own": r"<style",
    "a script of its own": r"<script(?![^>]*\bsrc=)",
    "a script with a body": r"<script[^>]*>\s*[^<\s]",
    "an inline handler": r"\son[a-z]+\s*=",
    "a handler of htmx": r"\shx-on[:=\-]",
    "values by script": r"[\"'](?:js|javascript):",
    "a filter that wants eval": r"hx-trigger=\"[^\"]*\[",
    "markup that is trusted": r"\|\s*safe\b|autoescape\s+false|Markup\(",
    "a request elsewhere": r"(?:src|href|action|hx-get|hx-post)=[\"'](?:https?:)?//",
}


@pytest.mark.parametrize("file", TEMPLATES, ids=[str(file.relative_to(WEB)) for file in TEMPLATES])
def test_a_template_is_nothing_but_markup(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    for what, pattern in FORBIDDEN.items():
        found = re.search(pattern, text)
        assert found is None, f"{what}: {found[0] if found else ''}"


@pytest.mark.parametrize("file", TEMPLATES, ids=[str(file.relative_to(WEB)) for file in TEMPLATES])
def test_whatever_stands_in_an_attribute_stands_in_quotes(file: Path) -> None:
    """Escaping protects within quotes only."""
    text = re.sub(r"\{%.*?%\}", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert re.findall(r"<[a-z][^>]*?\s[\w-]+=\{\{", text) == []


@pytest.mark.parametrize("file", STATIC, ids=[str(file.relative_to(WEB)) for file in STATIC])
def test_no_file_asks_elsewhere_or_makes_markup_of_text(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    addresses = set(re.findall(r"https?://[\w.]+", text)) - {"http://www.w3.org"}
    assert addresses == set()
    assert "@import" not in text
    if file.suffix == ".js":
        for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"):
            assert word not in text, word


def test_what_is_not_ours_lies_beside_its_licence() -> None:
    vendor = WEB / "static" / "vendor"
    licences = {file.name.removesuffix(".LICENSE") for file in vendor.glob("*.LICENSE")}
    assert licences == {"htmx", "htmx-ext-sse"}
    assert {file.name for file in vendor.glob("*.js")} == {"htmx.min.js", "sse.min.js"}
