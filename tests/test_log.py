"""The log: where lines go, how they look, and what never stands in them."""

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from loguru import logger

from bot.core.errors import SetupError
from bot.log import LIBRARIES, masked, raised_at, set_up, strike

SECRET = 'tok"en\\\n猫-5ec12e7'


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    levels = {name: logging.getLogger(name).level for name in LIBRARIES}
    yield
    logger.remove()
    logger.configure(patcher=lambda record: None)
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


def lines(file: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_each_line_of_the_file_is_one_json_object(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "deep" / "bot.log"
    set_up("INFO", file)
    logger.bind(action="a.slug", room="1234abcd", count=3).info("第一行\n第二行 {}", "{x} <red>")
    logger.bind(action="b.slug", odd=object).warning("second")
    logger.debug("too quiet")
    first, second = lines(file)
    assert (first["action"], first["level"], first["message"]) == ("a.slug", "INFO", "第一行\n第二行 {x} <red>")
    assert (first["room"], first["count"]) == ("1234abcd", 3)
    assert first["where"].startswith("tests.test_log:")
    assert re.match(r"\d{4}-\d\d-\d\dT", first["at"])
    assert second["odd"] == "<class 'object'>"
    assert "b.slug second" in (shown := capsys.readouterr().err)
    assert "a.slug" not in shown


def test_a_secret_stands_in_no_sink(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Once only the message was looked at: errors and bound values let it through."""
    file = tmp_path / "bot.log"
    set_up("DEBUG", file, terminal="DEBUG", secrets=("", SECRET))
    logger.bind(action="x", address=f"host?{SECRET}", nested={"deep": [SECRET]}).error("token {} refused", SECRET)
    logger.bind(action=SECRET).info("in the slug")
    logging.getLogger("library").warning("library says %s", SECRET)
    try:
        raise ValueError(f"bad {SECRET}")  # noqa: TRY301
    except ValueError:
        logger.opt(exception=True).error("failed")
        logging.getLogger("library").exception("library failed")
    logger.complete()
    written = file.read_text(encoding="utf-8") + capsys.readouterr().err
    assert "5ec12e7" not in written
    assert "tok" not in written.replace("token", "")
    assert len(lines(file)) == 5
    assert lines(file)[0]["message"] == "token ••• refused"
    assert lines(file)[3]["error"] == "ValueError: bad •••"


def test_an_empty_secret_blacks_out_nothing(tmp_path: Path) -> None:
    set_up("INFO", tmp_path / "bot.log", secrets=("",))
    logger.info("all well")
    assert lines(tmp_path / "bot.log")[0]["message"] == "all well"


def test_a_traceback_never_shows_variables(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    set_up("INFO", tmp_path / "bot.log", terminal="INFO")
    hidden = "planted-value"
    try:
        hidden.index("zzz")
    except ValueError:
        logger.opt(exception=True).error("failed")
    assert "planted-value" not in (tmp_path / "bot.log").read_text() + capsys.readouterr().err


@pytest.mark.parametrize("level", [logging.WARNING, logging.CRITICAL, 35])
def test_libraries_speak_through_the_same_log(tmp_path: Path, level: int) -> None:
    """A level of a library's own invention once raised in the library."""
    set_up("INFO", tmp_path / "bot.log")
    logging.getLogger("some.library").log(level, "100%% {of} it %s", "went")
    (line,) = lines(tmp_path / "bot.log")
    assert (line["action"], line["message"]) == ("library.some", "100% {of} it went")


@pytest.mark.parametrize("name", LIBRARIES)
def test_chatty_libraries_are_heard_when_they_fail(tmp_path: Path, name: str) -> None:
    set_up("DEBUG", tmp_path / "bot.log")
    logging.getLogger(f"{name}.part").warning("chatter")
    logging.getLogger(f"{name}.part").error("fault")
    assert [line["message"] for line in lines(tmp_path / "bot.log")] == ["fault"]


def test_a_log_that_cannot_be_written_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SetupError, match=r"the log cannot be written: .* \(make the folder writable"):
        set_up("INFO", tmp_path / "file" / "bot.log")


def test_setting_up_twice_writes_each_line_once(tmp_path: Path) -> None:
    set_up("INFO", tmp_path / "bot.log")
    set_up("INFO", tmp_path / "bot.log")
    logger.info("once")
    assert len(lines(tmp_path / "bot.log")) == 1


def test_a_masked_id_is_stable_short_and_tells_nothing() -> None:
    assert masked("wxid_zhoulan") == masked("wxid_zhoulan") == "bd6a0bcb"
    assert masked("wxid_zhoulan") != masked("wxid_zhouLan")
    assert re.fullmatch("[0-9a-f]{8}", masked("19201@chatroom"))


def test_a_person_is_struck_out_of_what_was_logged_and_the_log_goes_on(tmp_path: Path) -> None:
    file = tmp_path / "bot.log"
    set_up("INFO", file)
    logger.bind(action="小满", who="小满").info("小满 came")
    logger.info("nobody")
    with file.open("a", encoding="utf-8") as stream:
        stream.write("小满 in a line that is no JSON\n")
    assert strike(lambda text: text.replace("小满", "•••"))
    logger.info("later")
    written = file.read_text(encoding="utf-8").splitlines()
    assert written[2] == "••• in a line that is no JSON"
    entries = [json.loads(line) for number, line in enumerate(written) if number != 2]
    assert [entry["message"] for entry in entries] == ["••• came", "nobody", "later"]
    assert (entries[0]["action"], entries[0]["who"]) == ("小满", "•••")
    assert not strike(lambda text: text.replace("小满", "•••"))


def test_a_log_that_was_put_away_keeps_nobody_from_being_forgotten(tmp_path: Path) -> None:
    """Whoever asked to be forgotten waited for a file that does not come back."""
    file = tmp_path / "log" / "q.log"
    set_up("INFO", file)
    logger.info("小满 spoke")
    file.rename(tmp_path / "q.log.1")
    assert not strike(lambda text: text.replace("小满", "•••"))
    assert not file.exists()
    (tmp_path / "log").rmdir()
    assert not strike(lambda text: text.replace("小满", "•••"))


def test_an_id_as_wechat_makes_them_never_stands_in_the_log(tmp_path: Path) -> None:
    """Gateways quote ids in their errors."""
    set_up("INFO", tmp_path / "bot.log")
    logger.bind(address="9876543210@chatroom").warning("contact {} not found", "wxid_zhoulan")
    (line,) = lines(tmp_path / "bot.log")
    assert line["message"] == f"contact {masked('wxid_zhoulan')} not found"
    assert line["address"] == masked("9876543210@chatroom")


def test_an_error_is_told_by_its_kind_and_place_and_not_by_its_words() -> None:
    try:
        "猫".index("小满")
    except ValueError as error:
        told = raised_at(error)
    assert re.fullmatch(r"ValueError at test_log\.py:\d+", told)
