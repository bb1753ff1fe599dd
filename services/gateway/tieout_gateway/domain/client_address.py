"""Whose address a request comes from, when proxies stand between."""

from collections.abc import Sequence
from ipaddress import IPv6Address, ip_address, ip_network

_HOUSEHOLD_BITS = 64  # what one customer of a provider has to itself in IPv6


def client_address(peer: str, forwarded: Sequence[str], *, hops: int) -> str:
    """Name the caller: `hops` proxies of ours each add one address to X-Forwarded-For.

    `forwarded` are the values of that header. What stands before the last `hops` addresses was
    written by the caller and is not believed. An IPv6 address counts as its /64 network.
    """
    chain = [part.strip() for value in forwarded for part in value.split(",")]
    named = chain[-hops] if 0 < hops <= len(chain) else peer
    try:
        address = ip_address(named)
    except ValueError:
        return peer
    if isinstance(address, IPv6Address):
        mapped = address.ipv4_mapped
        if mapped is not None:
            return str(mapped)
        network = ip_network((address, _HOUSEHOLD_BITS), strict=False)
        return str(network.network_address)
    return str(address)
