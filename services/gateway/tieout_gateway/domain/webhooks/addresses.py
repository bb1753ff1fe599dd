"""Where messages may go: which URLs are taken, and which addresses are the public network's.

A URL is read by one narrow pattern and never by a second parser, so that no two can disagree about
which host it names. Of addresses only what is positively public is allowed (by IANA's registries of
special-purpose addresses); all else needs the operator's leave.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import TypeAlias

MAX_URL = 2000
MAX_PORT = 65_535
LOWEST_FREE_PORT = 1024
Network: TypeAlias = IPv4Network | IPv6Network
_PORTS = {"https": 443, "http": 80}
# Scheme, host (a name, IPv4, or IPv6 in brackets), port, and a path with its query. No user, no
# fragment, no backslash, nothing but printable ASCII: other names are written in punycode.
_URL = re.compile(
    r"(https?)://([A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::([0-9]{1,5}))?"
    r"((?:/[!$-;=?-\[\]_a-z~|]*)?(?:\?[!$-;=?-\[\]_a-z~|]*)?)",
    re.ASCII,
)
_NOT_PUBLIC_4 = [
    ip_network(one)
    for one in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # behind carriers, and a cloud's metadata
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # a cloud's metadata on an address that looks public
        "169.254.0.0/16",  # link-local, and most clouds' metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/3",  # multicast, reserved, broadcast
    )
]
# Global unicast; everything outside it (mapped IPv4, NAT64, unique local, link-local, multicast, …)
# is not public.
_PUBLIC_6 = ip_network("2000::/3")
_NOT_PUBLIC_6 = [
    ip_network(one)
    for one in (
        "2001::/23",  # protocol assignments, Teredo among them
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: IPv4 inside
        "3fff::/20",  # documentation
    )
]


class UrlError(ValueError):
    """The URL is none that messages are sent to; the message says why, for the caller."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """A URL in its parts; `host` is a name or an address without brackets."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def host_header(self) -> str:
        host = bracketed(self.host)
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    def at(self, address: str) -> str:
        """Give the URL with the host's address in its place."""
        return f"{self.scheme}://{bracketed(address)}:{self.port}{self.path}"


def target_of(url: str, *, http_allowed: bool) -> Target:
    """Take a URL apart; raises UrlError."""
    found = _URL.fullmatch(url)
    if len(url) > MAX_URL or found is None:
        raise UrlError(
            "is no plain URL: https://host[:port][/path][?query], without user or fragment, "
            f"at most {MAX_URL} printable ASCII characters"
        )
    scheme, host, port_text, path = found.groups()
    if scheme != "https" and not http_allowed:
        raise UrlError("has to begin with https://")
    port = int(port_text or _PORTS[scheme])
    if port not in _PORTS.values() and not LOWEST_FREE_PORT <= port <= MAX_PORT:
        raise UrlError("names a port that is neither 80 nor 443 nor from 1024 to 65535")
    return Target(scheme=scheme, host=host.strip("[]").lower(), port=port, path=path)


def may_be_sent_to(address: str, *, also: Sequence[Network]) -> bool:
    """Tell whether an address is public, or in a network the operator allows."""
    try:
        read = ip_address(address)
    except ValueError:
        return False
    if any(read in network for network in also):
        return True
    if read.version == 4:  # noqa: PLR2004  # the protocol's own number
        return not any(read in network for network in _NOT_PUBLIC_4)
    return read in _PUBLIC_6 and not any(read in network for network in _NOT_PUBLIC_6)


def networks_of(text: str) -> tuple[Network, ...]:
    """Read a comma list of CIDRs; raises ValueError."""
    return tuple(ip_network(one.strip()) for one in text.split(",") if one.strip())


def bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
