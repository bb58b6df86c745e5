"""The documents keep up with the house: what they name exists, what people may set or say is in both READMEs."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from pydantic import BaseModel

from bot.__main__ import shell
from bot.config import Config
from bot.config_plan import Pacing
from bot.content.front_matter import FrontMatter
from bot.content.rules import _Rule
from bot.policy.pacing import most_today, spread
from bot.policy.reopening import LAST_START
from bot.policy.room_settings import KEYS
from handlers import COMMANDS

ROOT = Path(__file__).parents[1]
READMES = ("README.md", "README.zh.md")
DOCS = (*READMES, "ARCHITECTURE.md", "DECISIONS.md", "CONTRIBUTING.md", "CHANGELOG.md")
TEXTS = {name: (ROOT / name).read_text(encoding="utf-8") for name in DOCS}
SETTINGS = [
    (f"{table}.{key}", setting.default)
    for table, part in Config.model_fields.items()
    if table != "root"
    for key, setting in part.annotation.model_fields.items()
]


def lines(name: str) -> Iterator[tuple[str, bool]]:
    """Every line of a document, and whether it stands in a code block."""
    code = False
    for line in TEXTS[name].splitlines():
        fence = line.startswith("```")
        yield line, code or fence
        code ^= fence


def tables(name: str) -> list[list[list[str]]]:
    """The tables of a document as rows of cells."""
    found: list[list[list[str]]] = [[]]
    for line, code in lines(name):
        if line.startswith("|") and not code:
            found[-1].append([cell.strip() for cell in line.strip("|").split(" | ")])
        elif found[-1]:
            found.append([])
    return [rows for rows in found if rows]


def _typed(name: str) -> Iterator[str]:
    """The lines of code blocks; of a dialogue, which is in the reader's own language, only that there is one."""
    said = False
    for line, code in lines(name):
        said = (said and line != "```") or line == "```chat"
        if code:
            yield "said" if said else line


def shape(name: str) -> dict[str, list[object]]:
    """What two documents that say the same have in common."""
    return {
        "headings": [line.partition(" ")[0] for line, code in lines(name) if line.startswith("#") and not code],
        "tables": [[len(row) for row in rows] for rows in tables(name)],
        "blocks": [line.partition(" #")[0].rstrip() for line in _typed(name)],
        "questions": [line[:2] for line, _ in lines(name) if re.match(r"\*\*.+[?？.。]\*\*", line)],
        "steps": [line[:2] for line, code in lines(name) if re.match(r"(\d\.|-) ", line) and not code],
        "links": sorted(re.findall(r"\]\(([^)]+)\)", TEXTS[name].partition("\n## ")[2])),
    }


def code(text: str) -> str:
    """The parts set as code: blocks, and words in backticks."""
    return "\n".join(re.findall(r"```.*?```|`[^`\n]+`", text, re.DOTALL))


@pytest.mark.parametrize("name", READMES)
@pytest.mark.parametrize(("key", "default"), SETTINGS, ids=[key for key, _ in SETTINGS])
def test_every_setting_stands_in_both_readmes_with_its_default(name: str, key: str, default: object) -> None:
    rows = [row for rows in tables(name) for row in rows if row[0] == f"`{key}`"]
    assert len(rows) == 1, key
    if isinstance(default, bool):
        assert rows[0][1] == f"`{str(default).lower()}`"
    elif isinstance(default, int | float):
        assert rows[0][1] == f"`{default:g}`"
    elif isinstance(default, str | Path) and str(default):
        assert rows[0][1] == f"`{default}`"
    elif isinstance(default, tuple):
        assert rows[0][1] == f"`{json.dumps(default, ensure_ascii=False)}`"
    elif isinstance(default, BaseModel):
        assert re.findall(r"`(\w+) = (\d+)`", rows[0][1]) == [(name, str(value)) for name, value in default]


@pytest.mark.parametrize("name", READMES)
def test_as_many_groups_as_the_readmes_say_can_be_served_in_an_evening(name: str) -> None:
    posts, broadcast = (int(re.findall(r"\d{3}", row[1])[0]) for row in _table_with(name, "/post …"))
    assert posts == most_today(Config().pacing.pace(), None)
    assert broadcast <= _reached(Pacing()) < broadcast * 1.2
    more = dict(re.findall(r"`pacing\.(\w+) = (\d+)`", TEXTS[name]))
    faster = Pacing.model_validate(more)
    assert (most_today(faster.pace(), None) or 0) >= 500
    assert _reached(faster) == 500
    assert set(more) == {"texts_a_day", "batch_minutes"}


def _table_with(name: str, words: str) -> list[list[str]]:
    """The rows, below its head, of the one table that has these words."""
    return next(rows[2:] for rows in tables(name) if any(words in row[0] and "ID" not in row[0] for row in rows[2:]))


def _reached(pacing: Pacing) -> int:
    """How many of 500 rooms a broadcast reaches in two hours, if its last send starts in time."""
    start = datetime(2026, 11, 22, 11, tzinfo=UTC)
    last = start + timedelta(hours=2) - LAST_START
    return sum(due <= last for _room, due in spread([str(number) for number in range(500)], start, pacing.pace()))


@pytest.mark.parametrize("name", READMES)
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_stands_in_both_readmes_by_all_its_names(name: str, command) -> None:
    rows = [" ".join(row) for rows in tables(name) for row in rows if re.match(rf"`/{command.name}\b", row[0])]
    assert rows, command.name
    for alias in command.names[1:]:
        assert any(f"`/{alias}`" in row for row in rows), alias
    for word in command.words:
        assert any(f"`{word}`" in row for row in rows), word


@pytest.mark.parametrize("name", READMES)
def test_every_key_of_posts_rules_and_rooms_stands_in_both_readmes(name: str) -> None:
    for key in (*FrontMatter.model_fields, *_Rule.model_fields, *KEYS):
        assert f"`{key}`" in TEXTS[name], key


def test_the_two_readmes_are_built_alike() -> None:
    english, chinese = map(shape, READMES)
    for part, found in english.items():
        assert chinese[part] == found, part


@pytest.mark.parametrize("name", READMES)
def test_every_shell_command_stands_in_both_readmes(name: str) -> None:
    for command in shell:
        assert command.startswith("-") or f"`qunzhu {command}" in TEXTS[name], command


@pytest.mark.parametrize("name", DOCS)
def test_what_one_is_told_to_type_exists(name: str) -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"(?:^|`|\s)make ([a-z]+)", code(TEXTS[name]), re.MULTILINE)) <= targets
    assert set(re.findall(r"\bqunzhu ([a-z]+)", code(TEXTS[name]))) <= set(shell)


@pytest.mark.parametrize("name", DOCS)
def test_links_lead_somewhere(name: str) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", TEXTS[name]):
        assert target.startswith("https://") or (ROOT / target.partition("#")[0]).exists(), target


@pytest.mark.parametrize("name", DOCS)
def test_files_that_are_named_exist(name: str) -> None:
    named = re.findall(r"`((?:bot|handlers|storage|templates|tests|docs)/[^`\s<>{}*…]+)`", TEXTS[name])
    for path in named:
        assert (ROOT / path).exists(), path


def test_the_architecture_is_one_page() -> None:
    assert len(TEXTS["ARCHITECTURE.md"].splitlines()) <= 120


def test_a_decision_takes_at_most_twelve_lines() -> None:
    for entry in TEXTS["DECISIONS.md"].split("\n## ")[1:]:
        assert len(entry.strip().splitlines()) <= 12, entry
        for part in ("Context:", "Decision:", "Cost:"):
            assert f"\n{part}" in entry, entry


def test_the_picture_can_be_drawn() -> None:
    assert ElementTree.parse(ROOT / "docs/evening.svg").getroot().tag.endswith("svg")
