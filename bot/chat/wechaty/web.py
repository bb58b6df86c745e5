"""A file behind a URL that the gateway named, read off the loop and never beyond its limit."""

from __future__ import annotations

import asyncio
import http.client
import urllib.error
import urllib.request

from bot.core.errors import FileTooLargeError, GatewayError

_CHUNK = 64 * 1024


async def fetch_url(url: str, headers: dict[str, str], limit: int, within: float) -> bytes:
    """The bytes behind an http or https URL. GatewayError when they do not come, FileTooLargeError above `limit`."""
    if not url.startswith(("http://", "https://")):
        raise GatewayError("a file box whose URL is neither http nor https")
    try:
        return await asyncio.to_thread(_read, url, headers, limit, within)
    except urllib.error.HTTPError as error:
        error.close()
        raise GatewayError(f"the file's URL answers {error.code}") from None
    except (OSError, ValueError, http.client.HTTPException) as error:
        # Signed URLs are secrets: the error names its kind, not the address.
        raise GatewayError(f"the file's URL does not answer: {type(error).__name__}") from error


def _read(url: str, headers: dict[str, str], limit: int, timeout: float) -> bytes:
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPRedirectHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.UnknownHandler(),
    ):
        opener.add_handler(handler)
    with opener.open(urllib.request.Request(url, headers=headers), timeout=timeout) as answer:  # noqa: S310  # the opener knows only http and https
        data = bytearray()
        while chunk := answer.read(_CHUNK):
            data += chunk
            if len(data) > limit:
                raise FileTooLargeError(f"more than {limit} bytes")
        return bytes(data)
