"""Addresses: what may be shown of one, where one leads, and by which proxy."""

from __future__ import annotations

import ipaddress
import re
from typing import Final
from urllib.parse import urlsplit, urlunsplit

SECRET: Final = re.compile(
    r"(?:^|[^a-z])key$|apikey|token|secret|passw|auth(?!or)|signature|^sig$|credential"
    r"|client.?id",
    re.IGNORECASE,
)
"""Names of query parameters whose values nobody should see."""

_PORTS: Final = {"http": 80, "https": 443}


def shown(url: str) -> str:
    """An address without what should not be seen: user, password and keys in its query."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "an address that cannot be read"
    host = parts.netloc.rpartition("@")[2]
    pairs = parts.query.split("&") if parts.query else []
    query = "&".join(pair for pair in pairs if not SECRET.search(pair.partition("=")[0]))
    return urlunsplit((parts.scheme, host, parts.path, query, ""))


def host_of(url: str) -> str:
    """The host of an address, or empty for what is none."""
    try:
        parts = urlsplit(url)
        return (parts.hostname or "") if parts.port != 0 else ""
    except ValueError:
        return ""


def is_web(url: str) -> bool:
    """Whether this is an http or https address, with a host that every reader reads alike."""
    scheme, _, rest = url.partition("://")
    doubtful = {" ", "\\"} & set(rest.partition("/")[0])
    return scheme.lower() in {"http", "https"} and bool(host_of(url)) and not doubtful


def stays(first: str, url: str) -> bool:
    """Whether an address is at the first one's host; from http to https it still is."""
    one, other = urlsplit(first), urlsplit(url)
    here, there = (each.port or _PORTS.get(each.scheme) for each in (one, other))
    return one.hostname == other.hostname and (here == there or (here, there) == (80, 443))


def nearness(address: str) -> str:
    """In which way an IP address is not public; empty when it is, or is only a name."""
    if address == "localhost":
        return "loopback"
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    if ip.is_loopback or ip.is_unspecified:
        return "loopback"
    if ip.is_link_local:
        return "link-local"
    return "" if ip.is_global and not ip.is_multicast else "private"


def proxy_for(url: str) -> str:
    """The proxy that the environment names for an address; empty to go straight.

    ``NO_PROXY`` is a list of names (with what is below them), addresses and networks, each
    with a port where it holds for that only: ``.example.org, *.example.net:8080, 10.0.0.0/8``.
    A ``*`` alone spares everything.
    """
    from urllib.request import getproxies  # costs more than all the rest of this module

    named = getproxies()
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or _PORTS.get(parts.scheme)
    spared = re.split(r"[,\s]+", named.get("no", ""))
    if any(entry and _is_spared(entry, host, port) for entry in spared):
        return ""
    proxy = named.get(parts.scheme) or named.get("all") or ""
    return proxy if not proxy or "://" in proxy else f"http://{proxy}"


def _is_spared(entry: str, host: str, port: int | None) -> bool:
    if entry == "*":
        return True
    bare = entry.rpartition("://")[2]
    if bare.count(":") == 1 or "]:" in bare:
        bare, _, only = bare.rpartition(":")
        if only != str(port):
            return False
    bare = bare.strip("[]")
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(bare, strict=False)
    except ValueError:
        name = bare.lstrip("*").lstrip(".").lower()
        return bool(name) and (host == name or host.endswith(f".{name}"))
