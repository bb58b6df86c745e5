"""How a line is made from what the configuration says: an address, a token, perhaps TLS."""

from __future__ import annotations

import ssl
from collections.abc import Callable

from grpclib.client import Channel
from grpclib.config import Configuration

from bot.chat.wechaty.limits import Limits, Tls
from bot.chat.wechaty.line import Line
from bot.core.errors import SetupError

# A small stream window bounds the events that one turn of the loop has to take apart to about 1,300; grpclib's
# 4 MiB let it stand still for seconds. The connection's window leaves room for answers beside a stream not read.
_STREAM_WINDOW = 65_535
_CONNECTION_WINDOW = 1 << 20

Dial = Callable[[], Line]


def dialler(
    endpoint: str, token: str, tls: Tls | None, limits: Limits, channel: Callable[[], Channel] | None = None
) -> Dial:
    """What makes a fresh, still unconnected line; `channel` replaces the network in tests."""
    host, port = split_endpoint(endpoint)
    trust, configuration = _trust(tls), _configuration(tls)

    def dial() -> Line:
        made = channel() if channel else Channel(host, port, ssl=trust, config=configuration)
        return Line(made, f"{host}:{port}", token, limits, secure=tls is not None, borrowed=channel is not None)

    return dial


def split_endpoint(endpoint: str) -> tuple[str, int]:
    """`host:port`, IPv6 in brackets; SetupError otherwise."""
    host, colon, port = endpoint.rpartition(":")
    if not colon or not host or not port.isdigit():
        raise SetupError("the gateway's address is not host:port", where=endpoint, hint="for example 127.0.0.1:8788")
    return host.strip("[]"), int(port)


def _configuration(tls: Tls | None) -> Configuration:
    return Configuration(
        http2_stream_window_size=_STREAM_WINDOW,
        http2_connection_window_size=_CONNECTION_WINDOW,
        ssl_target_name_override=(tls.server_name or None) if tls else None,
    )


def _trust(tls: Tls | None) -> ssl.SSLContext | None:
    if tls is None:
        return None
    try:
        context = ssl.create_default_context(cafile=str(tls.ca_file) if tls.ca_file else None)
    except OSError as error:
        raise SetupError(
            "the gateway's CA certificate cannot be read", where=str(tls.ca_file), hint=str(error)
        ) from error
    context.set_alpn_protocols(["h2"])
    return context
