"""Whatever is wrong with a set-up, the command line says it in one line: what, where, and what to do."""

from __future__ import annotations

import asyncio
import shutil
import socket
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.chat.sandbox.gateway import SandboxGateway
from bot.chat.sandbox.world import World
from storage.engine import parse_url
from storage.schema import migrate
from tests.shell.running import Running
from tests.shell.workshop import Ended, Workshop

LEASH = "posts/value/leash.md"


@dataclass(frozen=True, slots=True)
class Slip:
    """Something wrong: how it comes about, what is typed, the exit code, and what the one line must say."""

    name: str
    arrange: Callable[[Workshop], object]
    says: tuple[str, ...]
    code: int = 2
    typed: tuple[str, ...] = ("run",)


def env(name: str, value: str) -> Callable[[Workshop], object]:
    return lambda shop: shop.env.update({name: value})


def toml(text: str) -> Callable[[Workshop], object]:
    return lambda shop: shop.configure(text)


def text(file: str, old: str, new: str) -> Callable[[Workshop], object]:
    return lambda shop: shop.rewrite(file, old, new)


def both(*steps: Callable[[Workshop], object]) -> Callable[[Workshop], object]:
    return lambda shop: [step(shop) for step in steps]


def wechaty(endpoint: str, tls: str = "false", token: str = "wrong-token") -> str:
    return f'[chat]\ngateway = "wechaty"\nendpoint = "{endpoint}"\ntls = {tls}\ntoken = "{token}"\n'


HASHED = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$Rdescudvs7eCM4nQ/YiR3X0vKc3DMKX7jDWRwv1aKVc"


def page(settings: str, *, gateway: bool = False) -> Callable[[Workshop], object]:
    """A page that is to be served; with a real gateway, or with the sandbox."""
    return toml(f'[web]\nenabled = "on"\n{settings}\n' + (wechaty("127.0.0.1:1") if gateway else ""))


def a_file_in_its_place(name: str) -> Callable[[Workshop], object]:
    return lambda shop: (shop.folder / name).write_text("")


def database(shop: Workshop) -> Path:
    file = shop.folder / "data" / "qunzhu.db"
    migrate(parse_url(f"sqlite:///{file}"))
    return file


def newer(shop: Workshop) -> None:
    with sqlite3.connect(database(shop)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()


def nonsense(shop: Workshop) -> None:
    database(shop).write_bytes(b"nonsense" * 1000)


def torn(shop: Workshop) -> None:
    file = database(shop)
    pages = file.read_bytes()
    file.write_bytes(pages[:4096] + b"\xa5" * (len(pages) - 4096))


def no_config(shop: Workshop) -> None:
    shop.config.unlink()


def no_replies(shop: Workshop) -> None:
    shutil.rmtree(shop.own("replies"))


def latin_post(shop: Workshop) -> None:
    shop.own(LEASH).write_bytes("---\nkind: value\ntitle: \xe9\n---\n".encode("latin-1"))


NOTHING: Callable[[Workshop], object] = lambda _shop: None  # noqa: E731 - a row of the table, like the others

SLIPS = (
    # config.toml and the environment
    Slip("a key", toml('[plan]\nwindow = ["19:00-21:00"]\n'), ("config.toml:2:", "plan.window", "'windows'?")),
    Slip("no file", no_config, ("config.toml:", "no such configuration file", "--config")),
    Slip("a folder", NOTHING, ("templates:", "cannot be read"), typed=("run", "--config", "templates")),
    Slip("a zone", toml('[plan]\nzone = "Asia/Shanghi"\n'), ("config.toml:2:", "'Asia/Shanghi'", "Asia/Shanghai")),
    Slip("a window", toml('[plan]\nwindows = ["evening"]\n'), ("config.toml:2:", "'evening'", "such as 19:00-21:00")),
    Slip("an empty window", toml('[plan]\nwindows = ["19:00-19:00"]\n'), ("config.toml:2:", "same time", "correct")),
    Slip("not TOML", toml('[plan]\nzone = "Asia\n'), ("config.toml:2:", "not valid TOML", "quotes")),
    Slip("a variable", env("QUNZHU_CHAT__TOKN", "x"), ("variable QUNZHU_CHAT__TOKN", "mean QUNZHU_CHAT__TOKEN?")),
    Slip("not JSON", env("QUNZHU_OPERATORS__OWNERS", "me"), ("QUNZHU_OPERATORS__OWNERS", "not valid JSON", "such as")),
    Slip(
        "virtual time far away",
        toml(wechaty("gw.example.com:8788", "true") + "[clock]\nstart = 2026-11-22T18:55:00+08:00\n"),
        ("config.toml:7:", "virtual time is refused", "remove clock.start"),
    ),
    Slip("an open sandbox", toml('[sandbox]\nhost = "0.0.0.0"\n'), ("config.toml:2:", "loopback", "127.0.0.1")),
    # the page
    Slip(
        "a password in the clear",
        toml('[web.passwords]\nwxid_a = "geheim"\n'),
        ("config.toml:2:", "web.passwords.wxid_a", "is not the hash", "qunzhu password"),
    ),
    Slip(
        "passwords in a variable",
        env("QUNZHU_WEB__PASSWORDS", '{"wxid_a": "geheim"}'),
        ("variable QUNZHU_WEB__PASSWORDS", "is not the hash", "qunzhu password"),
    ),
    Slip("the sandbox for everybody", page('host = "0.0.0.0"'), ("config.toml:3:", "this machine only", "127.0.0.1")),
    Slip("the sandbox behind a proxy", page("proxy = true"), ("config.toml:", "this machine only", "web.proxy")),
    Slip(
        "no passwords",
        page('host = "0.0.0.0"', gateway=True),
        ("config.toml:", "needs passwords", "qunzhu password"),
    ),
    Slip(
        "no TLS",
        page(f'host = "0.0.0.0"\npasswords = {{ wxid_a = "{HASHED}" }}', gateway=True),
        ("config.toml:", "needs TLS", "web.tls_cert", "web.proxy"),
    ),
    Slip(
        "a certificate without its key",
        page(f'host = "0.0.0.0"\ntls_cert = "c.pem"\npasswords = {{ wxid_a = "{HASHED}" }}', gateway=True),
        ("config.toml:", "needs TLS", "web.tls_key"),
    ),
    Slip(
        "no origin",
        page(f'proxy = true\npasswords = {{ wxid_a = "{HASHED}" }}', gateway=True),
        ("config.toml:", "under which address", "such as https://"),
    ),
    Slip("an origin without TLS", page('origin = "http://x.example"'), ("config.toml:3:", "web.origin", "correct")),
    Slip(
        "no certificate",
        page(
            f'host = "0.0.0.0"\norigin = "https://x.example"\ntls_cert = "c.pem"\ntls_key = "k.pem"\n'
            f'passwords = {{ wxid_a = "{HASHED}" }}',
            gateway=True,
        ),
        ("c.pem:", "cannot be read", "web.tls_cert"),
    ),
    # the gateway
    Slip("a closed port", toml(wechaty("127.0.0.1:1")), ("127.0.0.1:1:", "no gateway answers", "start the gateway")),
    Slip("no such host", toml(wechaty("gw.invalid:1")), ("gw.invalid:1:", "no gateway answers", "chat.endpoint")),
    Slip("no token", toml(wechaty("127.0.0.1:1", token="")), ("config.toml:5:", "no token", "QUNZHU_CHAT__TOKEN")),
    Slip("no address", toml(wechaty("gateway")), ("config.toml:3:", "'gateway' is not host:port", "such as")),
    Slip("no CA", toml(wechaty("127.0.0.1:1", "true") + 'tls_ca = "ca.pem"\n'), ("ca.pem:", "CA certificate", "file")),
    # what people write
    Slip("a broken post", text(LEASH, "{{ room.greeting }}", "{% if %}"), ("leash.md:8:", "xpected", "posts may use")),
    Slip("an undefined name", text(LEASH, "room.greeting", "rom.greeting"), ("leash.md:8:", "'rom'", "posts may use")),
    Slip("a front-matter key", text(LEASH, "audience", "audiense"), ("leash.md:5:", "'audiense'", "'audience'?")),
    Slip("not UTF-8", latin_post, ("leash.md:", "cannot be read", "UTF-8")),
    Slip("a reply", text("replies/zh/status.j2", "{%", "{% foo %}{%"), ("zh/status.j2:", "'foo'", "correct")),
    Slip("no replies", no_replies, ("replies/zh", "(")),
    Slip("no templates", env("QUNZHU_CONTENT__TEMPLATES", "lost"), ("lost/posts:", "no such folder", "correct")),
    Slip(
        "a tag rule", text("tag_rules.toml", 'tag = "养猫"', 'tagg = "养猫"'), ("rules.toml:43:", "tag", "known keys")
    ),
    Slip(
        "two faults",
        both(text(LEASH, "audience", "audiense"), text("tag_rules.toml", 'tag = "养猫"', "tag = ")),
        ("leash.md:5:", "qunzhu check shows 1 more"),
    ),
    Slip(
        "the demo's lines", text("demo/world.toml", "evening = 1", "evning = 1"), ("world.toml", "evening", "correct")
    ),
    Slip("the demo's people", text("demo/world.toml", 'who = "wxid_daliu"', 'who = "x"'), ("world.toml", "'x' is not")),
    Slip(
        "a line of the demo without words",
        text("demo/world.toml", 'text = "懂了，是我心太软"', 'text = ""'),
        ("text or",),
    ),
    Slip("no demo", env("QUNZHU_SANDBOX__WORLD", "lost.toml"), ("lost.toml:", "cannot be read", "sandbox.world")),
    # the places where things are kept
    Slip(
        "no data folder",
        both(a_file_in_its_place("data"), env("QUNZHU_LOG__FILE", "q.log")),
        ("data", "File exists", "writable"),
    ),
    Slip(
        "no media folder",
        both(a_file_in_its_place("m"), env("QUNZHU_STORAGE__FOLDER", "m")),
        ("m:", "cannot be written", "storage.folder"),
    ),
    Slip(
        "read-only media folder",
        env("QUNZHU_STORAGE__FOLDER", "/proc/m"),
        ("/proc/m:", "cannot be written", "storage.folder"),
    ),
    Slip(
        "a read-only database",
        env("QUNZHU_STORAGE__URL", "sqlite:////proc/m/q.db"),
        ("/proc/m/q.db:", "cannot be written", "storage.url"),
    ),
    Slip(
        "the log", env("QUNZHU_LOG__FILE", "/proc/m/q.log"), ("/proc/m/q.log:", "the log cannot be written", "log.file")
    ),
    Slip("the log is a folder", env("QUNZHU_LOG__FILE", "templates"), ("templates:", "Is a directory", "log.file")),
    Slip(
        "another database",
        env("QUNZHU_STORAGE__URL", "mysql://x"),
        ("storage.url:", "'mysql' is not supported", "use sqlite"),
    ),
    Slip(
        "no PostgreSQL",
        env("QUNZHU_STORAGE__URL", "postgresql+psycopg://u:geheim@127.0.0.1:1/x"),
        ("127.0.0.1:1/x:", "refused", "is PostgreSQL running"),
    ),
    Slip("a newer database", newer, ("qunzhu.db:", "revision 9999", "install the newer version"), code=1),
    Slip("a newer database, read", newer, ("qunzhu.db:", "revision 9999", "newer version"), typed=("export", "audit")),
    Slip("not a database", nonsense, ("qunzhu.db:", "not a database", "(")),
    Slip("a torn database", torn, ("qunzhu.db:", "malformed", "(")),
    # the words on the command line
    Slip(
        "since",
        database,
        ("--since:", "'yesterday' is not a time", "2026-11-01"),
        typed=("export", "messages", "--since", "yesterday"),
    ),
    Slip(
        "out",
        database,
        ("lost/m.csv:", "cannot be written", "--out"),
        typed=("export", "messages", "--out", "lost/m.csv"),
    ),
    Slip("no database yet", NOTHING, ("qunzhu.db:", "no database yet", "qunzhu run"), typed=("export", "messages")),
    Slip("an export", NOTHING, ('"mesages"', '"messages"?', "--help"), typed=("export", "mesages")),
    Slip("no export", NOTHING, ("requires an argument", "--help"), typed=("export",)),
    Slip("a command", NOTHING, ('"runn"', '"run"?', "--help"), typed=("runn",)),
    Slip("an option", NOTHING, ("--speed", "--help"), typed=("run", "--speed", "3")),
    Slip("a format", NOTHING, ('"xml"', '"csv"', "--help"), typed=("export", "audit", "--format", "xml")),
)


def check_line(ended: Ended, says: tuple[str, ...], code: int) -> None:
    assert ended.err.count("\n") == 1, ended.err
    assert ended.err.startswith("qunzhu: ")
    assert [part for part in says if part not in ended.err] == [], ended.err
    assert "Traceback" not in ended.err
    assert ended.code == code
    assert ended.out == ""


@pytest.mark.parametrize("slip", SLIPS, ids=[slip.name.replace(" ", "-") for slip in SLIPS])
async def test_slip(workshop: Workshop, slip: Slip) -> None:
    slip.arrange(workshop)
    ended = await workshop.call(*slip.typed)
    check_line(ended, slip.says, slip.code)
    assert "geheim" not in ended.err


async def test_as_a_module(workshop: Workshop) -> None:
    workshop.env["PYTHONPATH"] = str(Path(__file__).parents[2])
    ended = await workshop.start("-m", "bot", "runn", program=(sys.executable,))
    check_line(ended, ('"runn"', '"run"?'), 2)


@asynccontextmanager
async def a_gateway(token: str) -> AsyncIterator[str]:
    gateway = SandboxGateway(World("bot", "毛毛", run="s"), token)
    yield await gateway.start()
    await gateway.stop()


async def test_token_refused_says_where_and_what_to_do(workshop: Workshop) -> None:
    async with a_gateway("right") as endpoint:
        workshop.configure(wechaty(endpoint))
        ended = await workshop.call("run")
    check_line(ended, (f"{endpoint}:", "does not accept the token", "QUNZHU_CHAT__TOKEN"), 1)
    assert "wrong-token" not in ended.err


async def test_tls_spoken_to_a_gateway_without(workshop: Workshop) -> None:
    async with a_gateway("right") as endpoint:
        workshop.configure(wechaty(endpoint, tls="true", token="right"))
        ended = await workshop.call("run")
    check_line(ended, (f"{endpoint}:", "no gateway answers", "chat.tls"), 2)


async def test_something_else_listens_there(workshop: Workshop) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        endpoint = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        workshop.configure(wechaty(endpoint))
        ended = await workshop.call("run")
    check_line(ended, (f"{endpoint}:", "no gateway answers", "chat.endpoint"), 2)


@contextmanager
def a_taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        yield taken.getsockname()[1]


async def test_port_in_use(workshop: Workshop) -> None:
    with a_taken_port() as port:
        workshop.env["QUNZHU_SANDBOX__PORT"] = str(port)
        ended = await workshop.start("run")
    check_line(ended, (f"127.0.0.1:{port}:", "port is taken", "another port"), 2)


async def test_the_page_s_port_in_use(workshop: Workshop) -> None:
    """Nothing is begun: the sandbox says nothing, the database is not made."""
    with a_taken_port() as port:
        workshop.env["QUNZHU_WEB__PORT"] = str(port)
        ended = await workshop.call("run")
    check_line(ended, (f"127.0.0.1:{port}:", "the page's port is taken", "web.port"), 2)
    assert not (workshop.folder / "data" / "qunzhu.db").exists()


async def test_second_process_on_the_same_account(workshop: Workshop) -> None:
    async with Running(workshop) as first:
        await first.sees("认领码")
        ended = await workshop.call("run")
        check_line(ended, ("chat.account:", f"already run by process {first.pid}", "stop it first"), 1)
        first.type("小满：帮助")
        await first.sees("小满  帮助")


async def test_a_second_start_names_the_account_before_the_ports_that_the_first_has(workshop: Workshop) -> None:
    """It said that the page's port was taken: whoever chose another one then came to know the cause."""
    with a_taken_port() as page, a_taken_port() as gateway:
        workshop.env |= {"QUNZHU_WEB__PORT": str(page), "QUNZHU_SANDBOX__PORT": str(gateway)}
    async with Running(workshop) as first:
        await first.sees("认领码")
        ended = await workshop.call("run")
        check_line(ended, ("chat.account:", f"already run by process {first.pid}", "stop it first"), 1)
