"""config.toml and the environment: what they make, and what is said about their faults."""

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest
from pydantic import BaseModel

from bot.config import Config
from bot.config_faults import environment_names
from bot.config_file import load
from bot.config_part import Part
from bot.core.errors import SetupError

SECRET = "pa55-5ec12e7"


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in os.environ:
        if name.upper().startswith("QUNZHU_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("QUNZHU_SECRETS", str(tmp_path / "secrets"))


def write(folder: Path, text: str | bytes = "") -> Path:
    file = folder / "config.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def fault(folder: Path, text: str | bytes = "") -> str:
    file = write(folder, text)
    with pytest.raises(SetupError) as caught:
        load(file)
    shown = str(caught.value)
    assert "\n" not in shown
    assert caught.value.hint
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return shown.replace(str(file), "FILE")


def keys(model: type[BaseModel], prefix: str = "") -> dict[str, object]:
    found: dict[str, object] = {}
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, Part):
            found |= keys(field.annotation, f"{prefix}{name}.")
        elif name != "root":
            found[prefix + name] = field.get_default(call_default_factory=True)
    return found


def test_an_empty_file_is_the_default(tmp_path: Path) -> None:
    config = load(write(tmp_path))
    assert config.model_dump() == Config.model_construct().model_dump()
    assert config.root == tmp_path


def test_the_shipped_file_is_the_default_too() -> None:
    assert load(Path("config.toml")).model_dump() == Config.model_construct().model_dump()


BY_WEEKDAY = {"plan.weekdays", "plan.slots_on", "plan.themes"}
"""Tables whose keys are days, not settings."""


def test_the_shipped_file_shows_every_key_commented_or_not() -> None:
    shown: list[str] = []
    table = ""
    for line in Path("config.toml").read_text(encoding="utf-8").splitlines():
        if header := re.match(r"\[([\w.]+)\]", line):
            table = header.group(1)
            shown += [table] if table in BY_WEEKDAY else []
        elif key := re.match(r"(?:# )?(\w+) = ", line):
            shown.append(f"{table}.{key.group(1)}")
            assert "  # " in line or key.group(1) == "saturday", f"{line} gives no reason"
    shown = [key for key in shown if key.rpartition(".")[0] not in BY_WEEKDAY]
    assert sorted(shown) == sorted(keys(Config))


def test_every_key_has_an_environment_variable() -> None:
    assert {"QUNZHU_" + key.replace(".", "__").upper() for key in keys(Config)} <= set(environment_names())
    assert "QUNZHU_ROOT" not in environment_names()


@pytest.mark.parametrize(
    ("name", "value", "key", "expected"),
    [
        ("QUNZHU_BRAND__NAME", "小店", "brand.name", "小店"),
        ("qunzhu_brand__name", "小店", "brand.name", "小店"),
        ("QUNZHU_SANDBOX__PORT", "0", "sandbox.port", 0),
        ("QUNZHU_CHAT__TLS", "false", "chat.tls", False),
        ("QUNZHU_CHAT__SILENCE_SECONDS", "2.5", "chat.silence_seconds", 2.5),
        ("QUNZHU_STORAGE__FOLDER", "/srv", "storage.folder", Path("/srv")),
        ("QUNZHU_OPERATORS__OWNERS", '["a", "b"]', "operators.owners", ("a", "b")),
        ("QUNZHU_PLAN__WINDOWS", '["9:00-10:00"]', "plan.windows", ("09:00-10:00",)),
        ("QUNZHU_PLAN__WEEKDAYS", '{"sunday": []}', "plan.weekdays", {"sunday": ()}),
        ("QUNZHU_CLOCK__SPEED", "60", "clock.speed", 60.0),
        ("QUNZHU_LOG__LEVEL", "DEBUG", "log.level", "DEBUG"),
        ("QUNZHU_BRAND", '{"name": "小店"}', "brand.name", "小店"),
    ],
)
def test_the_environment_outranks_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, key: str, expected: object
) -> None:
    monkeypatch.setenv(name, value)
    found: object = load(write(tmp_path, '[brand]\nname = "A"\npersona = "P"\n[sandbox]\nport = 5\n'))
    for part in key.split("."):
        found = getattr(found, part)
    assert found == expected


def test_the_environment_changes_one_key_and_leaves_its_neighbours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUNZHU_BRAND__NAME", "B")
    brand = load(write(tmp_path, '[brand]\nname = "A"\npersona = "P"\n')).brand
    assert (brand.name, brand.persona) == ("B", "P")


@pytest.mark.parametrize(
    ("name", "text"), [("qunzhu_chat__token", f"{SECRET}\n"), ("qunzhu_chat", f'{{"token": "{SECRET}"}}')]
)
def test_a_secret_may_lie_in_a_file_of_its_own(tmp_path: Path, name: str, text: str) -> None:
    """A file for one key of a table was once ignored without a word."""
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / name).write_text(text)
    assert load(write(tmp_path)).chat.token.get_secret_value() == SECRET


def test_the_environment_outranks_secret_files_and_they_the_config(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets/qunzhu_chat__token").write_text("file")
    toml = write(tmp_path, '[chat]\ntoken = "toml"\n')
    assert load(toml).chat.token.get_secret_value() == "file"
    monkeypatch.setenv("QUNZHU_CHAT__TOKEN", "environment")
    assert load(toml).chat.token.get_secret_value() == "environment"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[chat]\ngatewey = "wechaty"', "FILE:2: unknown key 'chat.gatewey' (did you mean 'gateway'?)"),
        ("[brand]\n\n[brandt]\nx = 1", "FILE:3: unknown key 'brandt' (did you mean 'brand'?)"),
        ("[chat]\nzzz = 1", "FILE:2: unknown key 'chat.zzz' (known keys here: gateway, account,"),
        ("zzz = 1", "FILE:1: unknown key 'zzz' (known keys here: brand, chat,"),
        ('root = "/"', "FILE:1: unknown key 'root'"),
        ('chat = "x"', "FILE:1: chat: input should be a valid dictionary"),
        ('[chat]\ngateway = "qq"', "FILE:2: chat.gateway: input should be 'sandbox' or 'wechaty'"),
        ("[chat]\naccount = ''", "FILE:2: chat.account: string should have at least 1 character"),
        ("[chat]\naccount = 'a/b'", "FILE:2: chat.account: string should match pattern"),
        ("[sandbox]\nport = 65536", "FILE:2: sandbox.port: input should be less than or equal to 65535"),
        ("[sandbox]\nhost = '0.0.0.0'", "FILE:2: the sandbox has no password and listens on loopback only"),
        ("[plan]\nzone = 'Shanghai'", "FILE:2: plan.zone: 'Shanghai' is not an IANA time zone such as Asia/Shanghai"),
        ("[plan]\nwindows = ['19-21']", "FILE:2: plan.windows.0: '19' is not a time of day such as 19:00"),
        ("[plan]\nwindows = '19:00-21:00'", "FILE:2: plan.windows: input should be a valid tuple"),
        ("[plan.weekdays]\nfunday = []", "FILE:1: plan.weekdays: 'funday' is not a weekday; use monday,"),
        ("[plan.weekdays]\nsunday = ['x']", "FILE:2: plan.weekdays.sunday.0: 'x' is not a window"),
        ("[clock]\nstart = 2026-11-22T18:55:00", "FILE:2: clock.start: needs an offset, such as"),
        ("[clock]\nspeed = 0", "FILE:2: clock.speed: input should be greater than 0"),
        ("[inbound]\ntries = 0", "FILE:2: inbound.tries: input should be greater than or equal to 1"),
        ("[log]\nlevel = 'LOUD'", "FILE:2: log.level: input should be 'DEBUG', 'INFO', 'WARNING' or 'ERROR'"),
        ("[chat\n", "FILE:1: is not valid TOML"),
        ("[chat]\n[chat]", "FILE:2: is not valid TOML"),
        ('[chat]\nendpoint = "x', "FILE:2: is not valid TOML"),
        ("[chat]\nname = '店'".encode("gb18030"), "FILE: cannot be read"),
        ("[chat]\ngateway = 'wechaty'", "FILE: '' is not host:port"),
        ("[chat]\ngateway = 'wechaty'\nendpoint = 'http://x:1'", "FILE:3: 'http://x:1' is not host:port"),
        ("[chat]\ngateway = 'wechaty'\nendpoint = 'x:99999'", "FILE:3: 'x:99999' is not host:port"),
        ("[chat]\ngateway = 'wechaty'\nendpoint = 'x:0'", "FILE:3: 'x:0' is not host:port"),
        ("[chat]\ngateway = 'wechaty'\nendpoint = 'x:1'", "FILE: there is no token (put your puppet service's token"),
        (
            "[chat]\ngateway = 'wechaty'\nendpoint = 'x:1'\ntoken = 't'\n[clock]\nspeed = 60",
            "FILE: virtual time is refused on a gateway that is not on loopback",
        ),
    ],
)
def test_a_fault_is_one_line_with_its_place_and_what_to_do(tmp_path: Path, text: str | bytes, said: str) -> None:
    assert fault(tmp_path, text).startswith(said)


@pytest.mark.parametrize("endpoint", ["127.0.0.1:1", "localhost:1", "[::1]:1"])
def test_virtual_time_is_for_gateways_on_loopback(tmp_path: Path, endpoint: str) -> None:
    text = f"[chat]\ngateway = 'wechaty'\nendpoint = '{endpoint}'\ntoken = 't'\n[clock]\nspeed = 60"
    assert load(write(tmp_path, text)).clock.speed == 60


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"there is no such configuration file \(run in the folder"):
        load(tmp_path / "no.toml")


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    assert load(write(tmp_path, b"\xef\xbb\xbf[brand]\nname = 'B'\n")).brand.name == "B"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("QUNZHU_CHAT__TOKN", "x", "is not a setting (did you mean QUNZHU_CHAT__TOKEN?)"),
        ("QUNZHU_ROOT", "/", "is not a setting"),
        ("QUNZHU_SANDBOX__PORT", "many", "sandbox.port: input should be a valid integer"),
        ("QUNZHU_PLAN__WINDOWS", '["25:00-26:00"]', "plan.windows.0: '25:00' is not a time of day"),
        ("QUNZHU_OPERATORS__OWNERS", "wxid_a", "is not valid JSON (write it as JSON, such as '[\"contact-id\"]'"),
        ("QUNZHU_CHAT", '{"token": ', "is not valid JSON"),
    ],
)
def test_a_fault_in_the_environment_names_the_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    """Text where JSON is wanted once ended in a traceback."""
    monkeypatch.setenv(name, value)
    assert fault(tmp_path).startswith(f"environment variable {name}: {said}")


ENVIRONMENTS: tuple[Mapping[str, str], ...] = (
    {"QUNZHU_CHAT": f'{{"token": "{SECRET}"'},
    {"QUNZHU_CHAT": f'{{"token": ["{SECRET}"]}}'},
    {"QUNZHU_CHAT__TOKEN": SECRET, "QUNZHU_CHAT__GATEWAY": "wechaty"},
    {"QUNZHU_CHAT__TOKEN": SECRET, "QUNZHU_CHAT__ACCOUNT": "a b"},
    {"QUNZHU_STORAGE": f'{{"url": ["postgresql://u:{SECRET}@h/d"]}}'},
    {"QUNZHU_STORAGE__URL": f"postgresql://u:{SECRET}@h/d", "QUNZHU_STORAGE__MEDIA_MEGABYTES": "-1"},
)


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_no_error_shows_a_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environment: Mapping[str, str]
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SetupError) as caught:
        load(write(tmp_path))
    assert SECRET not in repr(caught.value) + str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("text", [f"[chat]\ntoken = ['{SECRET}']", f"[chat]\ntoken = '{SECRET}", f"token = '{SECRET}'"])
def test_no_error_about_the_file_shows_a_secret(tmp_path: Path, text: str) -> None:
    assert SECRET not in fault(tmp_path, text)


def test_a_printed_configuration_hides_the_token(tmp_path: Path) -> None:
    config = load(write(tmp_path, f"[chat]\ntoken = '{SECRET}'"))
    assert SECRET not in f"{config} {config!r} {config.model_dump()} {config.model_dump_json()}"


def test_nothing_changes_after_the_start(tmp_path: Path) -> None:
    config = load(write(tmp_path))
    with pytest.raises(ValueError, match="frozen"):
        config.brand.name = "other"


@pytest.mark.parametrize(
    ("url", "database"),
    [
        ("sqlite:///data/a.db", "sqlite:///{root}/data/a.db"),
        ("sqlite:////var/a.db", "sqlite:////var/a.db"),
        ("postgresql+psycopg://u:p@h/d", "postgresql+psycopg://u:p@h/d"),
    ],
)
def test_a_relative_database_lies_beside_the_file(tmp_path: Path, url: str, database: str) -> None:
    config = load(write(tmp_path, f"[storage]\nurl = '{url}'"))
    assert config.database == database.format(root=tmp_path)


def test_paths_start_from_the_files_folder(tmp_path: Path) -> None:
    config = load(write(tmp_path))
    assert config.path(Path("data")) == tmp_path / "data"
    assert config.path(Path("/data")) == Path("/data")


def test_the_windows_of_the_plan(tmp_path: Path) -> None:
    hours = load(write(tmp_path, "[plan.weekdays]\nsaturday = ['10:00-12:00']\nsunday = []\n")).plan.hours()
    assert [[str(window) for window in day] for day in hours.days] == [
        *[["19:00-21:00"]] * 5,
        ["10:00-12:00"],
        [],
    ]


def test_the_schema_and_the_shipped_file_name_the_same_tables() -> None:
    assert set(tomllib.loads(Path("config.toml").read_text())) == {
        name for name in Config.model_fields if name != "root"
    }
