"""The page says the same in both languages, everything it says is written, and nothing is written in vain."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from bot.core.errors import SetupError
from bot.web.words import LOCALES, read_words

ROOT = Path(__file__).parents[2]
WORDS = ROOT / "templates" / "web" / "words"
FOUND = {locale: read_words(WORDS, locale) for locale in LOCALES}


def flat(words: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    for key, value in words.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


ZH, EN = (dict(flat(FOUND[locale])) for locale in LOCALES)


def test_both_languages_have_the_same_words() -> None:
    assert LOCALES == ("zh", "en")
    assert sorted(ZH) == sorted(EN)
    assert all(isinstance(text, str | list) and text for text in (*ZH.values(), *EN.values()))


@pytest.mark.parametrize("key", sorted(ZH))
def test_both_languages_have_the_same_gaps(key: str) -> None:
    gaps = [set(re.findall(r"\{(\w+)[:}]", str(words.get(key, "")))) for words in (ZH, EN)]
    assert gaps[0] == gaps[1]


def test_one_of_a_thing_is_no_plural_in_english() -> None:
    """A count in English says both: `{n:post/posts}`. What follows a number without it is no thing that is counted."""
    gaps = re.compile(r"\{\w+\} (?!times as|is )[a-z]+s\b|\{\w+\} people")
    assert {key: text for key, text in EN.items() if gaps.search(str(text))} == {}
    assert [key for key, text in ZH.items() if re.search(r"\{\w+:", str(text))] == []


TYPED = re.compile(r"talk\.(try|ask)|members\.among_hint|segments\.terms\.\w+\.written")
"""What is shown as it would be typed, in whatever language the house speaks."""


@pytest.mark.parametrize("key", [key for key in sorted(ZH) if not TYPED.fullmatch(key)])
def test_english_is_english(key: str) -> None:
    """In a sentence what members or operators would type, and names of tags, may be Chinese: they stand in quotes."""
    assert not re.search(r"[\u4e00-\u9fff，。！？；]", re.sub(r"[“「\"`(].*?[”」\"`)]", "", str(EN[key]))), EN[key]


TEXTS = [file.read_text(encoding="utf-8") for file in sorted(WORDS.parent.rglob("*.html"))]
BY_ITSELF = re.compile(r"\{#.*?#\}|'中文'", re.DOTALL)
"""What a template may say by itself: a remark, and what the other language calls itself."""
CODE = [file.read_text(encoding="utf-8") for file in sorted((ROOT / "bot" / "web").rglob("*.py"))]
TABLES = {key[: dot.start()] for key in ZH for dot in re.finditer(r"\.", key)}


def test_every_word_that_a_template_names_is_written() -> None:
    for path in {path for text in TEXTS for path in re.findall(r"(?<![\w.])t\.(\w+(?:\.\w+)*)", text)}:
        assert re.sub(r"\.(items|values|keys|get)$", "", path) in {*ZH, *TABLES}, f"t.{path} is in no words file"


def test_no_template_says_anything_by_itself() -> None:
    """Brackets and commas of Chinese, and commands in it, stood in the English pages."""
    found = {
        word
        for text in TEXTS
        for word in re.findall(r"[\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef]", BY_ITSELF.sub("", text))
    }
    assert found == set()


def test_no_word_is_written_in_vain() -> None:
    """A word is named where it is shown, or stands in a table that is looked up by a name known at run time."""
    named = {name for text in TEXTS for name in re.findall(r"\.(\w+)", text)}
    named |= {name for text in CODE for name in re.findall(r"[\"'](\w+)[\"']", text)}
    looked_up = {path for text in TEXTS for path in re.findall(r"\.(\w+)(?:\[|\.(?:items|values|get)\()", text)}
    for key in ZH:
        *tables, name = key.split(".")
        assert name in named or looked_up & set(tables), key


@pytest.mark.parametrize("content", [b"x = ", b"\xff"])
def test_words_that_cannot_be_read_say_where(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "zh").mkdir()
    (tmp_path / "zh" / "base.toml").write_bytes(content)
    with pytest.raises(SetupError, match=r"base\.toml"):
        read_words(tmp_path, "zh")
