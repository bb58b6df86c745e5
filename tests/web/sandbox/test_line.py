"""How words, cards and pictures are made fit to be shown."""

from __future__ import annotations

import pytest

from bot.web.sandbox.line import Line, Piece, card, pieces
from bot.web.sandbox.picture import named, type_of
from bot.web.sandbox.telling import timed
from tests.scenarios.stage import ZONE, evening


def test_those_who_are_called_are_told_apart_from_the_words() -> None:
    assert pieces("@毛毛\u2005在吗 @小满\u2005也来") == (
        Piece("@毛毛\u2005", call=True),
        Piece("在吗 "),
        Piece("@小满\u2005", call=True),
        Piece("也来"),
    )
    assert pieces("@毛毛 在吗", ("毛毛",)) == (Piece("@毛毛", call=True), Piece(" 在吗"))
    assert pieces("a@b.c", ()) == (Piece("a@b.c"),)
    assert pieces("@a+b(", ("a+b(",)) == (Piece("@a+b(", call=True),)


def test_what_hides_or_reorders_text_is_not_shown_and_line_breaks_are() -> None:
    assert pieces("赚\u200b钱\u202e反\r\n二\x00") == (Piece("赚钱反\n二"),)
    assert pieces("\u200b") == ()


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//x.example", "http://", "http://[", ""])
def test_only_addresses_of_the_web_can_be_followed(url: str) -> None:
    assert card("题", "说明", url).url == ""


def test_a_card_names_the_house_that_it_leads_to() -> None:
    assert card("题", "说明", "https://example.com/a?b").host == "example.com"


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (b"\x89PNG\r\n\x1a\n...", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a...", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", ""),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", ""),
        (b"<html>", ""),
        (b"", ""),
    ],
)
def test_a_picture_is_known_by_its_first_bytes(data: bytes, media_type: str) -> None:
    assert type_of(data) == media_type


def test_a_picture_is_named_for_what_it_is_and_without_its_path() -> None:
    assert named("汤圆.png", "image/png") == "汤圆.png"
    assert named("汤圆.JPEG", "image/jpeg") == "汤圆.JPEG"
    assert named("../../etc/passwd", "image/png") == "passwd.png"
    assert named("C:\\x\\page.html", "image/gif") == "page.gif"
    assert named("", "image/webp") == "picture.webp"


def test_the_time_is_shown_after_five_quiet_minutes_and_on_another_day() -> None:
    said = [("19:00:00", "words"), ("19:04:59", "words"), ("19:09:59", "words"), ("23:59:00", "words")]
    lines = [Line(str(number), evening(at), look) for number, (at, look) in enumerate(said)]
    after_midnight = Line("n", evening("00:01:00").replace(day=23), "words")
    assert [line.moment for line in timed([*lines, after_midnight], ZONE, None)] == ["day", "", "clock", "clock", "day"]
    assert [line.moment for line in timed(lines[:1], ZONE, evening("18:59:00"))] == [""]


def test_that_something_was_taken_back_later_shows_no_time_of_its_own() -> None:
    back = Line("1", evening("19:10:00"), "note", note="taken_back")
    next_line = Line("2", evening("19:11:00"), "words")
    assert [line.moment for line in timed([back, next_line], ZONE, evening("19:00:00"))] == ["", "clock"]
