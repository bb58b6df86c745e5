"""Reads config.toml, the environment and the secrets folder into a `Config`, or says what is wrong."""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from pathlib import Path

from pydantic import ValidationError
from pydantic_settings import SettingsConfigDict, SettingsError

from bot.config import PREFIX, Config
from bot.config_faults import environment_names, fault, nearest_key, not_json, place
from bot.config_web import LOOPBACK
from bot.core.errors import SetupError


def load(file: Path) -> Config:
    """Read a config file and the environment; `SetupError` with file:line, the fault and what to do."""
    source = _read(file)
    _refuse_unknown_environment()

    class FromFile(Config):
        model_config = SettingsConfigDict(toml_file=file, secrets_dir=_secrets())

    try:
        config = FromFile(root=file.parent)
    except SettingsError:
        raise not_json() from None
    except ValidationError as error:
        raise fault(error, file, source) from None
    _check_gateway(config, file, source)
    _check_web(config, file, source)
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
        raise SetupError("unknown key 'root'", where=place(["root"], file, source), hint=nearest_key(["root"]))
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


def _check_gateway(config: Config, file: Path, source: str) -> None:
    """Rules that tie several keys together."""
    chat = config.chat
    if chat.gateway == "wechaty":
        if not _is_address(chat.endpoint):
            hint = "set it to the address of your puppet service, such as gateway.example.com:8788"
            raise SetupError(
                f"{chat.endpoint!r} is not host:port", where=place(["chat", "endpoint"], file, source), hint=hint
            )
        if not chat.token.get_secret_value():
            hint = "put your puppet service's token into the environment variable QUNZHU_CHAT__TOKEN"
            raise SetupError("there is no token", where=place(["chat", "token"], file, source), hint=hint)
        host = chat.endpoint.rpartition(":")[0].strip("[]")
        if (config.clock.start or config.clock.speed not in {None, 1.0}) and host not in LOOPBACK:
            hint = "remove clock.start and clock.speed, or use a gateway on 127.0.0.1"
            raise SetupError(
                "virtual time is refused on a gateway that is not on loopback",
                where=place(["clock", "start"], file, source),
                hint=hint,
            )
    elif config.sandbox.host not in LOOPBACK:
        raise SetupError(
            "the sandbox has no password and listens on loopback only",
            where=place(["sandbox", "host"], file, source),
            hint="use 127.0.0.1",
        )


def _check_web(config: Config, file: Path, source: str) -> None:
    """Whoever can be reached from elsewhere needs a password and an encrypted way to give it."""
    web = config.web
    if not web.served or web.local:
        return

    def refuse(what: str, key: str, hint: str) -> SetupError:
        return SetupError(what, where=place(["web", key], file, source), hint=hint)

    if config.chat.gateway == "sandbox":
        raise refuse("the sandbox's page is for this machine only", "host", "use 127.0.0.1, and web.proxy = false")
    if not web.passwords:
        hint = "make one for each operator with: qunzhu password, or use web.host = 127.0.0.1"
        raise refuse("a page that others can reach needs passwords", "passwords", hint)
    if not web.proxy and not (web.tls_cert and web.tls_key):
        hint = "set web.tls_cert and web.tls_key, or web.proxy = true behind a proxy that speaks TLS"
        missing = "tls_key" if web.tls_cert else "tls_cert"
        raise refuse("a page that others can reach needs TLS", missing, hint)
    if not web.origin:
        hint = "such as https://console.example.com"
        raise refuse("the page does not know under which address it is opened", "origin", hint)


def _is_address(endpoint: str) -> bool:
    found = re.fullmatch(r"(?:\[[0-9a-fA-F:]+\]|[^:/\s]+):(\d{1,5})", endpoint)
    return found is not None and 0 < int(found.group(1)) <= 65535
