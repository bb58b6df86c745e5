"""config.toml, overlaid with the environment, as one frozen value; every default lives here."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, SecretStr, model_validator
from pydantic_settings import (
    BaseSettings,
    NestedSecretsSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from bot.config_members import Birthdays, Checkins, Memory, Part, Points, Retention, Tiers, Welcome
from bot.core.post import MIX
from bot.policy.calendar import quiet_name
from bot.policy.caps import Caps
from bot.policy.pacing import Pace
from bot.policy.room_rules import RoomRules
from bot.policy.room_settings import approval_of
from bot.policy.window import WEEKDAYS, Hours, Window

PREFIX = "QUNZHU_"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
HASH = r"\$argon2(?:id|i|d)\$v=\d+\$m=\d+,t=\d+,p=\d+\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+"
T = TypeVar("T")


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


def _weekdays(by_day: Mapping[str, T]) -> Mapping[str, T]:
    for day in by_day:
        if day not in WEEKDAYS:
            raise ValueError(f"{day!r} is not a weekday; use {', '.join(WEEKDAYS)}")
    return by_day


def _hash(stored: SecretStr) -> SecretStr:
    if not re.fullmatch(HASH, stored.get_secret_value()):
        raise ValueError("is not the hash of a password; qunzhu password makes one")
    return stored


def _days(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(quiet_name(name) for name in names)


Zone = Annotated[str, AfterValidator(_zone)]
WindowText = Annotated[str, AfterValidator(_window)]
Instant = Annotated[datetime, AfterValidator(_aware)]
Hash = Annotated[SecretStr, AfterValidator(_hash)]


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


class Web(Part):
    """The page: the sandbox's chat window, and the operators' console."""

    enabled: Literal["auto", "on", "off"] = "auto"
    host: str = "127.0.0.1"
    port: int = Field(default=8788, ge=0, le=65535)
    origin: str = Field(default="", pattern=r"^(https://[\w.-]+(:\d{1,5})?)?$")
    proxy: bool = False
    tls_cert: Path | None = None
    tls_key: Path | None = None
    passwords: Mapping[str, Hash] = Field(default_factory=dict)
    session_hours: float = Field(default=12, gt=0, le=720)

    @property
    def local(self) -> bool:
        """Whether only this machine can reach it."""
        return self.host in LOOPBACK and not self.proxy

    @property
    def served(self) -> bool:
        return self.enabled == "on" or (self.enabled == "auto" and self.local)


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


class Mix(Part):
    """The plan's proportions; 0 means none at all."""

    value: int = Field(default=7, ge=1, le=100)
    interactive: int = Field(default=2, ge=0, le=100)
    promo: int = Field(default=1, ge=0, le=100)


Cap = Annotated[int, Field(ge=0, le=1000)] | Literal["unlimited"]


class CapsPart(Part):
    """How much promotion a room bears, staff's own counted."""

    week: Cap = 2
    in_ten: Cap = 1
    day: Cap = 1


class Plan(Part):
    """What goes out, and when."""

    zone: Zone = "Asia/Shanghai"
    windows: tuple[WindowText, ...] = ("19:00-21:00",)
    promo_windows: tuple[WindowText, ...] = ()
    care_windows: tuple[WindowText, ...] = ("09:00-21:00",)
    slots: int = Field(default=1, ge=0, le=6)
    approval: Literal["none", "promo", "all"] = "none"
    quiet: Annotated[tuple[str, ...], AfterValidator(_days)] = ("清明节",)
    confirm_minutes: float = Field(default=10, gt=0, le=1440)
    second_person_above: int = Field(default=20, ge=0)
    seed: str = "qunzhu-193"
    weekdays: Annotated[Mapping[str, tuple[WindowText, ...]], AfterValidator(_weekdays)] = Field(default_factory=dict)
    slots_on: Annotated[Mapping[str, Annotated[int, Field(ge=0, le=6)]], AfterValidator(_weekdays)] = Field(
        default_factory=dict
    )
    themes: Annotated[Mapping[str, str], AfterValidator(_weekdays)] = Field(
        default_factory=lambda: {"wednesday": "周三问诊"}
    )
    mix: Mix = Mix()
    caps: CapsPart = CapsPart()

    def hours(self) -> Hours:
        return Hours.of(self.zone, self.windows, self.weekdays)

    def rules(self) -> RoomRules:
        """What holds for a room that has no settings of its own."""
        limits = {name: None if cap == "unlimited" else cap for name, cap in self.caps}
        return RoomRules(
            hours=self.hours(),
            promo_hours=Hours.of(self.zone, self.promo_windows) if self.promo_windows else None,
            care_hours=Hours.of(self.zone, self.care_windows),
            weights={kind: getattr(self.mix, kind) for kind in MIX},
            caps=Caps(**limits),
            slots=tuple(self.slots_on.get(day, self.slots) for day in WEEKDAYS),
            approval=approval_of(self.approval),
            tags=frozenset(),
        )


Seconds = Annotated[float, Field(ge=0, le=86_400)]


class Pacing(Part):
    """How fast the account may speak. It lowers the risk of a ban; nothing removes it."""

    room_gap: Seconds = 3
    room_jitter: Seconds = 4
    gap_min: Seconds = 3
    gap_max: Seconds = 8
    per_minute: int = Field(default=20, ge=0)
    burst: int = Field(default=20, ge=0)
    texts_a_day: int = Field(default=300, ge=0)
    reserve: int = Field(default=60, ge=0)
    account_since: date | None = None
    warm_up: tuple[int, int, int] = (20, 60, 150)
    batch_rooms: int = Field(default=20, ge=0)
    batch_minutes: float = Field(default=10, ge=0)
    breaker_minutes: float = Field(default=30, gt=0)

    @model_validator(mode="after")
    def _in_order(self) -> Pacing:
        if self.gap_max < self.gap_min:
            raise ValueError("gap_max is smaller than gap_min")
        return self

    def pace(self) -> Pace:
        return Pace(
            room_gap=timedelta(seconds=self.room_gap),
            room_jitter=timedelta(seconds=self.room_jitter),
            gap_min=timedelta(seconds=self.gap_min),
            gap_max=timedelta(seconds=self.gap_max),
            per_minute=self.per_minute,
            burst=self.burst,
            texts_a_day=self.texts_a_day,
            reserve=self.reserve,
            warm_up=self.warm_up,
            batch_rooms=self.batch_rooms,
            batch_gap=timedelta(minutes=self.batch_minutes),
        )


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
