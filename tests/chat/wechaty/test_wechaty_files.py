"""File boxes of every type, in both directions, and never more than the limit."""

import asyncio
import base64
import json
from contextlib import asynccontextmanager

import pytest

from bot.chat.wechaty.files import Files
from bot.chat.wechaty.limits import Limits
from bot.core.errors import FileTooLargeError, GatewayError
from bot.core.message import File

LIMITS = Limits(file_timeout=2)


def files():
    def no_line():
        raise AssertionError("these boxes need no line")

    return Files(no_line, LIMITS)


@asynccontextmanager
async def web(answer: bytes):
    """A web server that gives this answer to whatever it is asked."""

    async def serve(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/a.png"


def ok(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + body


async def test_what_is_packed_can_be_unpacked():
    file = File("价目.pdf", b"\x00\xff" * 100)
    box = await files().pack(file)
    assert json.loads(box)["type"] == json.loads(box)["boxType"] == 1
    assert await files().unpack(box, 200) == file


@pytest.mark.parametrize(("name", "plain"), [("../../etc/passwd", "passwd"), ("C:\\a\\b.png", "b.png"), ("a/", "a")])
async def test_names_have_no_folders(name, plain):
    box = json.dumps({"boxType": 1, "base64": "aGk=", "name": name})
    assert (await files().unpack(box, 10)).name == plain


async def test_a_box_without_a_name_takes_the_messages():
    box = json.dumps({"type": 1, "base64": "aGk="})
    assert (await files().unpack(box, 10, "b.png")).name == "b.png"
    assert (await files().unpack(box, 10)).name


@pytest.mark.parametrize(
    "box",
    [
        "",
        "null",
        "{}",
        '{"type": 3, "qrCode": "x"}',
        '{"type": 1, "base64": "a"}',
        '{"type": 2, "url": "file:///etc/passwd"}',
        '{"type": 2}',
    ],
)
async def test_what_is_no_file_is_a_gateway_error(box):
    with pytest.raises(GatewayError):
        await files().unpack(box, 10)


@pytest.mark.parametrize("claimed", [{"size": 11}, {}])
async def test_base64_above_the_limit_is_not_taken(claimed):
    box = {"type": 1, "base64": base64.b64encode(b"x" * 11).decode(), "name": "a"} | claimed
    with pytest.raises(FileTooLargeError):
        await files().unpack(json.dumps(box), 10)
    assert len((await files().unpack(json.dumps(box), 11)).data) == 11


@pytest.mark.parametrize("key", ["url", "remoteUrl"])
async def test_a_url_box_is_fetched(key):
    async with web(ok(b"picture")) as url:
        assert await files().unpack(json.dumps({"type": 2, key: url, "name": "a.png"}), 7) == File("a.png", b"picture")


async def test_a_url_without_an_end_is_left_at_the_limit():
    async with web(ok(b"x" * 1_000_000)) as url:
        with pytest.raises(FileTooLargeError):
            await files().unpack(json.dumps({"type": 2, "url": url}), 100)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 404 Not Found\r\n\r\n",
        b"nonsense\r\n\r\n",
        b"",
        b"HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: ftp://127.0.0.1/a\r\n\r\n",
    ],
)
async def test_a_url_that_does_not_deliver_is_a_gateway_error_without_the_url(answer):
    async with web(answer) as url:
        with pytest.raises(GatewayError) as told:
            await files().unpack(json.dumps({"type": 2, "url": url}), 100)
    assert "127.0.0.1" not in str(told.value)
