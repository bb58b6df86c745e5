"""How text is compared and shown."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.policy.text import content_hash, for_matching, printable, visible

# What people and tricksters type: Chinese of both scripts, letters of all widths, gaps and invisible characters.
typed = st.text(
    st.one_of(
        st.sampled_from(
            "猫咪貓愛喝水後髮乾薴苧后里裡ＡＢ１２ａｂab12İßſ\u3000\u2005 ·・._*-，,。\r\n\u200b\u202e\uffa0\ufeff🐾"
        ),
        st.characters(codec="utf-8"),
    ),
    max_size=30,
)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("我們家貓咪不愛喝水", "我们家猫咪不爱喝水"),
        ("ＣＡＴ　ｆｏｏｄ", "cat food"),
        ("Cat Food", "cat food"),
        ("猫\u200b咪", "猫咪"),
        ("猫\u202e咪\u2066", "猫咪"),
        ("猫 咪", "猫咪"),
        ("猫　咪", "猫咪"),
        ("猫\u2005咪", "猫咪"),
        ("猫.咪", "猫咪"),
        ("猫·咪", "猫咪"),
        ("猫*_*咪", "猫咪"),
        ("猫 - 咪", "猫咪"),
        ("2 只 猫", "2 只猫"),
        ("cat 猫", "cat 猫"),
        ("猫，咪", "猫,咪"),
        ("猫\n咪", "猫\n咪"),
        ("猫 \n 咪", "猫 \n 咪"),
        ("", ""),
    ],
)
def test_what_looks_the_same_matches_the_same(text: str, folded: str) -> None:
    assert for_matching(text) == folded


@given(typed)
def test_normalising_twice_changes_nothing(text: str) -> None:
    """Half-width fillers, two-step simplifications (薴 → 苧 → 苎) and folded letters once came out half done."""
    assert for_matching(for_matching(text)) == for_matching(text)


@given(typed)
def test_what_is_shown_hides_and_reorders_nothing(text: str) -> None:
    shown = visible(text)
    assert not [char for char in shown if unicodedata.bidirectional(char) in {"RLO", "LRO", "RLE", "LRE", "PDF"}]
    assert not set(shown) & set("\u200b\u200c\u200d\u200e\u200f\u2060\u2066\u2067\u2068\u2069\ufeff\u061c")
    assert visible(shown) == shown


def test_what_is_visible_is_left_alone() -> None:
    text = "猫　咪，Hello\n“你好”🐾"
    assert visible(text) == text


TEXT = "今晚聊聊换粮：\n· 第1天，新粮占四分之一\n（慢慢来）"


@pytest.mark.parametrize(
    "arrived",
    [
        TEXT,
        TEXT.replace("\n", "\r\n"),
        TEXT.replace("\n", " "),
        TEXT.replace("，", ",").replace("（", "(").replace("）", ")").replace("：", ":"),
        TEXT.replace("1", "１"),
        f"  {TEXT}\u3000\n",
        TEXT.replace("聊聊", "聊\u200b聊"),
        TEXT.replace("·", "·\u2005"),
    ],
)
def test_a_fingerprint_survives_what_platforms_do_to_a_text(arrived: str) -> None:
    assert content_hash(arrived) == content_hash(TEXT)


@pytest.mark.parametrize("other", ["", TEXT + "。", TEXT.replace("四", "五"), TEXT.replace("第1天", "第2天"), "今晚"])
def test_other_words_have_another_fingerprint(other: str) -> None:
    assert content_hash(other) != content_hash(TEXT)


@given(typed, st.lists(st.sampled_from(["\u200b", " ", "\u3000", "\r\n", "\ufeff"]), max_size=3))
def test_a_fingerprint_has_one_shape_and_ignores_gaps_anywhere(text: str, gaps: list[str]) -> None:
    assert len(content_hash(text)) == 32
    assert content_hash("".join(gaps) + text + "".join(gaps)) == content_hash(text)


def test_half_a_character_has_a_fingerprint_too() -> None:
    """A lone surrogate, as broken clients send, once raised UnicodeEncodeError."""
    assert content_hash("\ud83d") != content_hash("")


def test_control_characters_are_nothing_to_be_seen() -> None:
    """ESC, NUL and the like stood in pages and in names as they came."""
    written = "\x1b[31m猫\x00咪\x07\x9b\x7f\t好\r\n"
    assert visible(written) == printable(written) == "[31m猫咪\t好\r\n"
    assert for_matching("c\x00at") == "cat"
    assert printable("猫\ud83d\u200b") == "猫\u200b"
