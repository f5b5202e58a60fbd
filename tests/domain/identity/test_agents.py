"""What browsers and apps are called, and which places are one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.identity.arrivals.rules import name_agent, network_of

MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)"
WINDOWS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
)


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox on Windows"),
        (f"{MAC} Version/18.1 Safari/605.1.15", "Safari on Mac"),
        (WINDOWS, "Chrome on Windows"),
        (f"{WINDOWS} Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Linux; Android 15; Pixel 9) Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("HarbourApp/2.1 (iPhone; iOS 18)", "HarbourApp on iPhone"),
        ("curl/8.5.0", "curl"),
        ("", "Unknown"),
        ("Mozilla/5.0", "A browser"),
    ],
)
def test_agents_have_names(agent: str, name: str) -> None:
    assert name_agent(agent) == name


@given(st.text(max_size=300))
def test_whatever_an_agent_says_its_name_is_one_short_line(agent: str) -> None:
    name = name_agent(agent)
    assert name
    assert len(name) < 80
    assert "\n" not in name


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.7", "192.0.200.9", True),
        ("192.0.2.7", "192.1.2.7", False),
        ("2001:db8:1::1", "2001:db8:2::1", True),
        ("2001:db8::1", "2001:db9::1", False),
        ("::ffff:192.0.2.7", "192.0.9.9", True),
        ("", "", True),
    ],
)
def test_networks(one: str, other: str, same: bool) -> None:
    assert (network_of(one) == network_of(other)) is same
