import pytest

from tieout_gateway.domain.client_address import client_address

PEER = "10.0.0.1"


@pytest.mark.parametrize(
    ("forwarded", "hops", "address"),
    [
        ([], 0, PEER),
        (["203.0.113.9"], 0, PEER),
        (["203.0.113.9"], 1, "203.0.113.9"),
        (["6.6.6.6, 203.0.113.9"], 1, "203.0.113.9"),
        (["6.6.6.6", "203.0.113.9"], 1, "203.0.113.9"),
        (["6.6.6.6, 203.0.113.9, 10.0.0.7"], 2, "203.0.113.9"),
        (["203.0.113.9"], 2, PEER),
        ([], 1, PEER),
        (["no address"], 1, PEER),
    ],
)
def test_only_what_our_own_proxies_added_is_believed(
    forwarded: list[str], hops: int, address: str
) -> None:
    assert client_address(PEER, forwarded, hops=hops) == address


def test_an_ipv6_address_counts_as_its_network() -> None:
    near = [client_address(f"2001:db8:1:2::{one}", [], hops=0) for one in ("1", "ffff", "a:b:c")]
    far = client_address("2001:db8:1:3::1", [], hops=0)

    assert set(near) == {"2001:db8:1:2::"}
    assert far not in near


def test_an_ipv4_address_in_ipv6_is_itself() -> None:
    assert client_address("::ffff:203.0.113.9", [], hops=0) == "203.0.113.9"


def test_a_peer_without_an_address_is_kept_as_it_is() -> None:
    assert client_address("", [], hops=0) == ""
