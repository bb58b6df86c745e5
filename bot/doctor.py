"""Looks the installation over, part by part: each is well, or says what to do."""

from __future__ import annotations

import importlib.metadata
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from bot import certificate
from bot.clock import Clock
from bot.config import Config
from bot.core.errors import SetupError
from storage.engine import parse_url, sqlite_file
from storage.schema import revision

PACKAGES = ("wechaty", "wechaty-grpc", "grpclib", "apscheduler", "sqlmodel", "sqlalchemy", "jinja2", "loguru")
OLDEST = (3, 11)
TOO_NEW = (3, 14)
FREE_MEGABYTES = 500
RENEW_DAYS = 14


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, how it is, and what to do if it is not well (`advice` empty: it is)."""

    part: str
    state: str
    advice: str = ""


def examine(config: Config) -> Iterator[Finding]:
    """Every finding, the cheap ones first."""
    for check in (_python, _packages, _folder, _wechaty, _zones, _clock, _disk, _database, _gateway, _page):
        yield check(config)


def require_folder(folder: Path) -> None:
    """Make the folder if need be; `SetupError` unless files can be written there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return
    except OSError as error:
        hint = "make the folder writable for this user, or set storage.folder to another place"
        raise SetupError(f"the data folder cannot be written: {error.strerror}", where=str(folder), hint=hint) from None


def _python(_config: Config) -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    fits = OLDEST <= sys.version_info[:2] < TOO_NEW
    return Finding("python", found, "" if fits else "use Python 3.11, 3.12 or 3.13")


def _packages(_config: Config) -> Finding:
    missing = []
    versions = []
    for name in PACKAGES:
        try:
            versions.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            missing.append(name)
    if missing:
        return Finding("packages", f"missing: {', '.join(missing)}", "run make run again: it installs what is locked")
    return Finding("packages", ", ".join(versions))


def _folder(config: Config) -> Finding:
    try:
        require_folder(config.path(config.storage.folder))
    except SetupError as fault:
        return Finding("folder", f"{fault.where}: {fault.what}", fault.hint)
    return Finding("folder", f"{config.path(config.storage.folder)} can be written")


def _wechaty(config: Config) -> Finding:
    from bot.chat.wechaty.shims import load_wechaty

    try:
        load_wechaty(config.path(config.storage.folder) / "wechaty")
    except ImportError as error:
        return Finding("wechaty", f"does not import: {error}", "install the locked versions: uv sync --frozen")
    except OSError as error:
        return Finding("wechaty", f"finds no place for its cache: {error}", "make storage.folder writable")
    return Finding("wechaty", "imports")


def _zones(config: Config) -> Finding:
    zone = ZoneInfo(config.plan.zone)
    try:
        version = importlib.metadata.version("tzdata")
    except importlib.metadata.PackageNotFoundError:
        return Finding(
            "zone data", f"{zone.key}, from the system alone", "install the locked versions: uv sync --frozen"
        )
    return Finding("zone data", f"{zone.key}, tzdata {version}")


def _clock(config: Config) -> Finding:
    now = Clock().real()
    if now.year < 2025:
        return Finding("clock", f"{now:%Y-%m-%d %H:%M}Z", "set the machine's clock: it is in the past")
    local = now.astimezone(ZoneInfo(config.plan.zone))
    virtual = "; virtual time is configured" if config.clock.start or config.clock.speed else ""
    return Finding("clock", f"{local:%Y-%m-%d %H:%M} in {config.plan.zone}{virtual}")


def _disk(config: Config) -> Finding:
    folder = config.path(config.storage.folder)
    existing = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    free = shutil.disk_usage(existing).free // 1_000_000
    advice = "" if free > FREE_MEGABYTES else "make room: below this, words may have to wait in the spill file"
    return Finding("disk", f"{free} MB free at {existing}", advice)


def _database(config: Config) -> Finding:
    try:
        url = parse_url(config.database)
        file = sqlite_file(url)
        shown = url.render_as_string(hide_password=True)
        if file is not None and not file.exists():
            require_folder(file.parent)
            return Finding("database", f"{file} does not exist yet; the first run makes it")
        current, newest = revision(url)
    except SetupError as fault:
        return Finding("database", f"{fault.where}: {fault.what}", fault.hint)
    if current == newest:
        return Finding("database", f"{shown} at revision {current}")
    advice = "qunzhu run upgrades an older one; a newer one needs the newer version"
    return Finding("database", f"{shown} at revision {current}, the code is at {newest}", advice)


def _gateway(config: Config) -> Finding:
    if config.chat.gateway == "sandbox":
        return Finding("gateway", f"the embedded sandbox, on {config.sandbox.host}:{config.sandbox.port}")
    host, _, port = config.chat.endpoint.rpartition(":")
    try:
        with socket.create_connection((host.strip("[]"), int(port)), timeout=5):
            return Finding("gateway", f"something listens on {config.chat.endpoint}")
    except OSError as error:
        advice = "start the gateway, or correct chat.endpoint"
        return Finding("gateway", f"{config.chat.endpoint} does not answer: {error}", advice)


def _page(config: Config) -> Finding:
    """Where the page is, for whom, and how long its certificate lasts."""
    web = config.web
    if not web.served:
        why = "" if web.enabled == "off" else ": others could reach it; web.enabled = on serves it to them"
        return Finding("page", f"not served{why}")
    if web.local:
        return Finding("page", f"http://{web.host}:{web.port}, for this machine only, by the link that run prints")
    people = ", ".join(sorted(web.passwords))
    state = f"{web.origin}, from {web.host}:{web.port}, with passwords for {people}"
    if not (web.tls_cert and web.tls_key):
        return Finding("page", f"{state}; the proxy in front of it speaks TLS")
    try:
        end = certificate.require(config.path(web.tls_cert), config.path(web.tls_key))
    except SetupError as fault:
        return Finding("page", f"{fault.where}: {fault.what}", fault.hint)
    left = (end - Clock().real()).days
    advice = "" if left >= RENEW_DAYS else "renew the certificate, then start the bot again"
    return Finding("page", f"{state}; its certificate is good until {end:%Y-%m-%d}", advice)
