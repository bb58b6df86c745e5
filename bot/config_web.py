"""[web] of config.toml: the page; every default lives here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr

from bot.config_part import Part

LOOPBACK = ("127.0.0.1", "localhost", "::1")
HASH = r"\$argon2(?:id|i|d)\$v=\d+\$m=\d+,t=\d+,p=\d+\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+"


def _hash(stored: SecretStr) -> SecretStr:
    if not re.fullmatch(HASH, stored.get_secret_value()):
        raise ValueError("is not the hash of a password; qunzhu password makes one")
    return stored


Hash = Annotated[SecretStr, AfterValidator(_hash)]


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
