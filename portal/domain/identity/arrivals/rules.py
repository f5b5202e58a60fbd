"""What a browser or app calls itself, in words; and whether two places are the same."""

from __future__ import annotations

import re
from ipaddress import IPv6Address, ip_address

# The first that fits; each browser also names those it descends from.
BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
    ("Mac OS", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


def name_agent(agent: str) -> str:
    """`Firefox on Windows` for the User-Agent header of a browser; an app's own name; `Unknown` for none at all."""
    browser = next((name for mark, name in BROWSERS if mark in agent), None)
    system = next((name for mark, name in SYSTEMS if mark in agent), None)
    product = re.match(r"[\w .-]{1,40}", agent)
    app = product.group().strip() if product else ""
    return (
        " on ".join(part for part in (browser or (app if app != "Mozilla" else "A browser"), system) if part)
        or "Unknown"
    )


def network_of(address: str) -> str:
    """The network an address lies in, roughly: its first two octets or groups; other texts as they are."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return network_of(str(found.ipv4_mapped))
        return ":".join(found.exploded.split(":")[:2])
    return ".".join(str(found).split(".")[:2])
