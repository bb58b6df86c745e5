"""config.toml, overlaid with the environment, as one frozen value; every default lives here."""

from __future__ import annotations

import difflib
import json
import os
import re
import tomllib
from collections.abc import Mapping
from datetime import datetime
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Any, Literal, get_origin
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    NestedSecretsSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from bot.core.errors import SetupError
from bot.policy.window import WEEKDAYS, Hours, Window

PREFIX = "QUNZHU_"
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name!r} is not an IANA time zone such as Asia/Shanghai") from None
    return name


def _window(text: str) -> str:
    return str(Window.parse(text))


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("needs an offset, such as 2026-11-22T18:55:00+08:00")
    return at


def _weekdays(windows: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
    for day in windows:
        if day not in WEEKDAYS:
            raise ValueError(f"{day!r} is not a weekday; use {', '.join(WEEKDAYS)}")
    return windows


Zone = Annotated[str, AfterValidator(_zone)]
WindowText = Annotated[str, AfterValidator(_window)]
Instant = Annotated[datetime, AfterValidator(_aware)]


class Part(BaseModel):
    """A table of config.toml: unknown keys are refused, nothing changes after the start."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Brand(Part):
    """Who speaks."""

    name: str = "毛球家"
    persona: str = "毛毛"
    greeting: str = "大家晚上好"
    locale: Literal["zh", "en"] = "zh"


class Chat(Part):
    """Which gateway the bot talks through, and for which account."""

    gateway: Literal["sandbox", "wechaty"] = "sandbox"
    account: str = Field(default="main", min_length=1, max_length=64, pattern=r"^[\w.-]+$")
    endpoint: str = ""
    token: SecretStr = SecretStr("")
    tls: bool = True
    tls_ca: Path | None = None
    tls_name: str = ""
    silence_seconds: float = Field(default=10, gt=0)


class Sandbox(Part):
    """The embedded gateway and its demo brand."""

    host: str = "127.0.0.1"
    port: int = Field(default=8790, ge=0, le=65535)
    world: Path = Path("templates/demo/world.toml")


class Storage(Part):
    """Where things are kept."""

    url: str = "sqlite:///data/qunzhu.db"
    folder: Path = Path("data")
    media_megabytes: float = Field(default=20, gt=0)


class ClockPart(Part):
    """Virtual time: only with a gateway on loopback."""

    start: Instant | None = None
    speed: float | None = Field(default=None, gt=0, le=100_000)


class Operators(Part):
    """Contact ids that own the bot from the start; everybody else is added in chat."""

    owners: tuple[str, ...] = ()


class Plan(Part):
    """When posts go out."""

    zone: Zone = "Asia/Shanghai"
    windows: tuple[WindowText, ...] = ("19:00-21:00",)
    weekdays: Annotated[Mapping[str, tuple[WindowText, ...]], AfterValidator(_weekdays)] = Field(default_factory=dict)
    seed: str = "qunzhu"

    def hours(self) -> Hours:
        return Hours.of(self.zone, self.windows, self.weekdays)


class Content(Part):
    """Where the texts are."""

    templates: Path = Path("templates")
    tag_rules: Path = Path("templates/tag_rules.toml")


class Inbound(Part):
    """How what people say is taken in."""

    silent_after_seconds: float = Field(default=120, gt=0)
    tries: int = Field(default=3, ge=1, le=10)


class Log(Part):
    """What is written about the bot's own doings."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    file: Path | None = Path("data/qunzhu.log")


class _Toml(TomlConfigSettingsSource):
    """The file itself; a byte-order mark, which some editors write, is no fault."""

    def _read_file(self, file_path: Path | Traversable) -> dict[str, Any]:
        return tomllib.loads(file_path.read_text(encoding="utf-8-sig"))


class Config(BaseSettings):
    """Everything that can be set. `root` is the folder that relative paths start from: config.toml's own."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True, hide_input_in_errors=True
    )

    root: Path = Field(default=Path(), exclude=True)
    brand: Brand = Brand()
    chat: Chat = Chat()
    sandbox: Sandbox = Sandbox()
    storage: Storage = Storage()
    clock: ClockPart = ClockPart()
    operators: Operators = Operators()
    plan: Plan = Plan()
    content: Content = Content()
    inbound: Inbound = Inbound()
    log: Log = Log()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        secrets = NestedSecretsSettingsSource(file_secret_settings, secrets_dir_missing="ok")
        return (init_settings, env_settings, secrets, _Toml(settings_cls))

    def path(self, path: Path) -> Path:
        """A configured path, seen from config.toml's folder."""
        return path if path.is_absolute() else self.root / path

    @property
    def database(self) -> str:
        """The database URL; a relative SQLite file lies beside config.toml, wherever the bot is started."""
        prefix = "sqlite:///"
        if self.storage.url.startswith(prefix) and not self.storage.url.startswith(prefix + "/"):
            return prefix + str(self.path(Path(self.storage.url.removeprefix(prefix))).absolute())
        return self.storage.url


def load(file: Path) -> Config:
    """Read a config file and the environment; `SetupError` with file:line, the fault and what to do."""
    source = _read(file)
    _refuse_unknown_environment()

    class FromFile(Config):
        model_config = SettingsConfigDict(toml_file=file, secrets_dir=_secrets())

    try:
        config = FromFile(root=file.parent)
    except SettingsError:
        raise _not_json() from None
    except ValidationError as error:
        raise _fault(error, file, source) from None
    _check_gateway(config, file, source)
    return config


def _read(file: Path) -> str:
    try:
        source = file.read_text(encoding="utf-8-sig")
        written = tomllib.loads(source)
    except FileNotFoundError:
        hint = "run in the folder that holds config.toml, or name it with --config"
        raise SetupError("there is no such configuration file", where=str(file), hint=hint) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SetupError(f"cannot be read: {error}", where=str(file), hint="it must be a UTF-8 text file") from None
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        where = f"{file}:{line.group(1)}" if line else f"{file}:{len(source.splitlines())}"
        raise SetupError(f"is not valid TOML: {error}", where=where, hint="mind quotes and brackets") from None
    if "root" in written:
        raise SetupError("unknown key 'root'", where=_place(["root"], file, source), hint=_near(["root"]))
    return source


def _secrets() -> Path | None:
    folder = Path(os.environ.get("QUNZHU_SECRETS", "/run/secrets"))
    return folder if folder.is_dir() else None


def _refuse_unknown_environment() -> None:
    known = {*environment_names(), "QUNZHU_SECRETS", "QUNZHU_CONFIG"}
    for name in os.environ:
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            near = difflib.get_close_matches(name.upper(), known, 1)
            hint = f"did you mean {near[0]}?" if near else f"known names begin like {PREFIX}CHAT__GATEWAY"
            raise SetupError("is not a setting", where=f"environment variable {name}", hint=hint)


def _not_json() -> SetupError:
    """Which variable that wants JSON does not hold any. The value is not shown: it may be a secret."""
    hint = """write it as JSON, such as '["contact-id"]' for a list"""
    for name in sorted(os.environ):
        if name.upper() in environment_names() and not _plain(name.upper()):
            try:
                json.loads(os.environ[name])
            except ValueError:
                return SetupError("is not valid JSON", where=f"environment variable {name}", hint=hint)
    return SetupError("a file does not hold what its setting wants", where=str(_secrets() or ""), hint=hint)


def _plain(variable: str) -> bool:
    """Whether a variable's value is text or a number, not a table or a list."""
    model: type[BaseModel] = Config
    annotation: object = None
    for key in variable.removeprefix(PREFIX).lower().split("__"):
        annotation = model.model_fields[key].annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            model = annotation
    wants_json = isinstance(annotation, type) and issubclass(annotation, Part)
    return not wants_json and get_origin(annotation) not in {tuple, Mapping}


def _keys(model: type[BaseModel], prefix: str) -> list[str]:
    names = []
    for name, field in model.model_fields.items():
        names.append(f"{prefix}{name}")
        if isinstance(field.annotation, type) and issubclass(field.annotation, Part):
            names += _keys(field.annotation, f"{prefix}{name}__")
    return names


def _fault(error: ValidationError, file: Path, source: str) -> SetupError:
    first = error.errors(include_url=False, include_input=False)[0]
    keys = [str(part) for part in first["loc"]]
    where = _place(keys, file, source)
    if first["type"] == "extra_forbidden":
        return SetupError(f"unknown key {'.'.join(keys)!r}", where=where, hint=_near(keys))
    said = first["msg"].removeprefix("Value error, ")
    return SetupError(f"{'.'.join(keys)}: {said[0].lower()}{said[1:]}", where=where, hint="correct this value")


def _near(keys: list[str]) -> str:
    model: type[BaseModel] = Config
    for key in keys[:-1]:
        annotation = model.model_fields[key].annotation if key in model.model_fields else None
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            model = annotation
    known = [name for name in model.model_fields if name != "root"]
    near = difflib.get_close_matches(keys[-1], known, 1)
    return f"did you mean {near[0]!r}?" if near else f"known keys here: {', '.join(known)}"


def _place(keys: list[str], file: Path, source: str) -> str:
    """Where a key stands: the environment variable that sets it, or file:line, or just the file."""
    for depth in range(len(keys), 0, -1):
        variable = PREFIX + "__".join(keys[:depth]).upper()
        if variable in {name.upper() for name in os.environ}:
            return f"environment variable {variable}"
    table = ""
    for number, line in enumerate(source.splitlines(), 1):
        header = re.match(r"\s*\[\[?\s*([\w.\-\"]+)\s*\]?\]", line)
        if header:
            table = header.group(1)
            if table.split(".") == keys[: len(table.split("."))] and len(keys) == len(table.split(".")):
                return f"{file}:{number}"
            continue
        name = re.match(r"\s*([\w.\-]+)\s*=", line)
        if name and [*filter(None, table.split(".")), *name.group(1).split(".")] == keys[: len(keys)]:
            return f"{file}:{number}"
        if name and keys and [*filter(None, table.split(".")), *name.group(1).split(".")] == keys[:-1]:
            return f"{file}:{number}"
    return str(file)


def _check_gateway(config: Config, file: Path, source: str) -> None:
    """Rules that tie several keys together."""
    chat = config.chat
    if chat.gateway == "wechaty":
        if not _is_address(chat.endpoint):
            hint = "set it to the address of your puppet service, such as gateway.example.com:8788"
            raise SetupError(
                f"{chat.endpoint!r} is not host:port", where=_place(["chat", "endpoint"], file, source), hint=hint
            )
        if not chat.token.get_secret_value():
            hint = "put your puppet service's token into the environment variable QUNZHU_CHAT__TOKEN"
            raise SetupError("there is no token", where=_place(["chat", "token"], file, source), hint=hint)
        host = chat.endpoint.rpartition(":")[0].strip("[]")
        if (config.clock.start or config.clock.speed not in {None, 1.0}) and host not in LOOPBACK:
            hint = "remove clock.start and clock.speed, or use a gateway on 127.0.0.1"
            raise SetupError(
                "virtual time is refused on a gateway that is not on loopback",
                where=_place(["clock", "start"], file, source),
                hint=hint,
            )
    elif config.sandbox.host not in LOOPBACK:
        raise SetupError(
            "the sandbox has no password and listens on loopback only",
            where=_place(["sandbox", "host"], file, source),
            hint="use 127.0.0.1",
        )


def _is_address(endpoint: str) -> bool:
    found = re.fullmatch(r"(?:\[[0-9a-fA-F:]+\]|[^:/\s]+):(\d{1,5})", endpoint)
    return found is not None and 0 < int(found.group(1)) <= 65535


def environment_names() -> tuple[str, ...]:
    """Every environment variable that sets something, for the documentation's test."""
    return tuple(name.upper() for name in _keys(Config, PREFIX) if name != f"{PREFIX}root")
