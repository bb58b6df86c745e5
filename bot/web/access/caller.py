"""Who calls, as far as an address can tell."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

from starlette.requests import Request

LONGEST = 64
"""Characters of an address; more is none."""


def caller(request: Request, *, proxied: bool) -> str:
    """Whose guesses are counted together; behind the declared proxy, those of whom the proxy names.

    Only what stands last in the last header was written by the proxy, the rest is what the caller says about himself.
    An IPv6 address stands for its whole network: somebody at home has 2 ** 64 of them.
    """
    direct = request.client.host if request.client else ""
    passed_on = ",".join(request.headers.getlist("x-forwarded-for")).rpartition(",")[2].strip() if proxied else ""
    address = (passed_on or direct)[:LONGEST]
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if not isinstance(known, IPv6Address):
        return str(known)
    return str(known.ipv4_mapped or ip_network((known.packed, 64), strict=False))
