"""The page's place is taken before the bot begins, or it is said why it cannot be."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from bot.core.errors import SetupError
from bot.web.premises import taken
from tests.web.house import furnished


def test_a_place_and_its_end(tmp_path: Path) -> None:
    with taken(furnished(tmp_path)) as premises:
        port = premises.port
        assert port > 0
        assert premises.files is None
        with socket.create_connection(("127.0.0.1", port)):
            pass
    with socket.create_server(("127.0.0.1", port)):
        pass


def test_answers_are_sent_at_once(tmp_path: Path) -> None:
    """Each answer took 40 ms: asyncio switches the waiting of TCP off only where a socket calls itself TCP."""
    with taken(furnished(tmp_path)) as premises:
        assert premises.door.proto == socket.IPPROTO_TCP


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(SetupError) as caught, taken(furnished(tmp_path, port=port)):
            pass
    assert f"127.0.0.1:{port}: the page's port is taken" in str(caught.value)
    assert "web.port" in caught.value.hint


def test_a_host_that_is_not_this_machine(tmp_path: Path) -> None:
    with pytest.raises(SetupError) as caught, taken(furnished(tmp_path, host="203.0.113.1")):
        pass
    assert "web.host" in caught.value.hint


def has_ipv6() -> bool:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6 address of its own")
def test_an_address_of_the_newer_kind(tmp_path: Path) -> None:
    with taken(furnished(tmp_path, host="::1")) as premises:
        assert premises.port > 0


def test_files_are_looked_at_first(tmp_path: Path) -> None:
    config = furnished(tmp_path, tls_cert=tmp_path / "none.pem", tls_key=tmp_path / "none.key")
    with pytest.raises(SetupError, match=r"none\.pem: cannot be read"), taken(config):
        pass
