"""S11: what a webhook may be sent to, as a URL and as an address."""

import pytest
from hypothesis import given
from hypothesis.strategies import ip_addresses

from tieout_gateway.domain.webhooks.addresses import (
    UrlError,
    may_be_sent_to,
    networks_of,
    target_of,
)

PUBLIC = ["1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "2a00:1450:4001:81b::200e"]
NOT_PUBLIC = [
    "0.0.0.0", "10.1.2.3", "100.100.100.200", "127.0.0.1", "127.9.9.9",  # noqa: S104  # refused
    "169.254.169.254",
    "168.63.129.16", "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1", "192.88.99.1",
    "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1",
    "255.255.255.255", "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:1.1.1.1",
    "64:ff9b::a00:1", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::",
    "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1",
    "ff02::1", "localhost", "2130706433", "0x7f.1", "",
]  # fmt: skip
BAD_URLS = [
    "ftp://a.example/", "http://a.example/", "//a.example/", "https:///x", "https://", "a.example",
    "https://user@a.example/", "https://user:secret@a.example/", "https://a.example/#part",
    "https://a.example\\@b.example/", "https://a.example/\\b", "https://a.example /", "https://a.example/\n",
    "https://[::1", "https://ä.example/", "https://a.example:0/", "https://a.example:22/",
    "https://a.example:65536/", "https://a.example:x/", "https://a.example/" + "x" * 2000,
    "https://a.example@b.example/", "https://a.example%2f@b.example/", "HTTPS://a.example/",
]  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_sent_to(address: str) -> None:
    assert may_be_sent_to(address, also=())


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_nothing_is_sent_to_an_address_that_is_not_public(address: str) -> None:
    assert not may_be_sent_to(address, also=())


@given(ip_addresses())
def test_what_the_library_calls_private_is_never_sent_to(address: object) -> None:
    allowed = may_be_sent_to(str(address), also=())

    assert not allowed or getattr(address, "is_global")  # noqa: B009  # of both kinds


def test_an_operator_may_allow_networks_and_only_those() -> None:
    also = networks_of("10.0.0.0/8, fd00::/16")

    assert may_be_sent_to("10.1.2.3", also=also)
    assert may_be_sent_to("fd00::1", also=also)
    assert not may_be_sent_to("192.168.1.1", also=also)
    assert not may_be_sent_to("::ffff:10.1.2.3", also=also)


@pytest.mark.parametrize("url", BAD_URLS)
def test_a_url_that_two_readers_could_read_differently_is_refused(url: str) -> None:
    with pytest.raises(UrlError):
        target_of(url, http_allowed=False)


def test_a_url_is_connected_to_by_address_under_its_own_name() -> None:
    plain = target_of("https://Hooks.Acme.example/in?a=b", http_allowed=False)
    other = target_of("http://[2606::1]:8080", http_allowed=True)

    assert (plain.host, plain.host_header) == ("hooks.acme.example", "hooks.acme.example")
    assert plain.at("1.1.1.1") == "https://1.1.1.1:443/in?a=b"
    assert (other.host, other.host_header) == ("2606::1", "[2606::1]:8080")
    assert other.at("2606::1") == "http://[2606::1]:8080"
