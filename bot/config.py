"""config.toml, overlaid with the environment, as one frozen value; every default lives here or in its `config_….py`."""

from __future__ import annotations

import tomllib
from datetime import datetime
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import (
    BaseSettings,
    NestedSecretsSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from bot.config_members import Birthdays, Checkins, Memory, Points, Retention, Tiers, Welcome
from bot.config_part import Part
from bot.config_plan import Pacing, Plan
from bot.config_web import Web

PREFIX = "QUNZHU_"


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("needs an offset, such as 2026-11-22T18:55:00+08:00")
    return at


Instant = Annotated[datetime, AfterValidator(_aware)]


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
    web: Web = Web()
    storage: Storage = Storage()
    clock: ClockPart = ClockPart()
    operators: Operators = Operators()
    plan: Plan = Plan()
    pacing: Pacing = Pacing()
    content: Content = Content()
    inbound: Inbound = Inbound()
    welcome: Welcome = Welcome()
    memory: Memory = Memory()
    birthdays: Birthdays = Birthdays()
    checkins: Checkins = Checkins()
    points: Points = Points()
    tiers: Tiers = Tiers()
    retention: Retention = Retention()
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
