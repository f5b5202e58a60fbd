"""Contrast of the colours in static/styles/1-tokens.css, light and dark, by the formula of WCAG 2.2."""

from __future__ import annotations

import re
from itertools import product

import pytest

from portal.web.toolkit.assets import STATIC

SOURCE = (STATIC / "styles" / "1-tokens.css").read_text()
PAIR = re.compile(r"--([a-z0-9-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")
TOKENS = {found[1]: (found[2], found[3]) for found in PAIR.finditer(SOURCE.split("data-accent")[0])}
ACCENTS = {
    found[1]: (found[2], found[3])
    for found in re.finditer(
        r'data-accent="([a-z]+)"\] { --accent: light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)', SOURCE
    )
}
MODES = [0, 1]


def luminance(colour: str) -> float:
    channels = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_a_firm_chooses_from_eight() -> None:
    assert sorted(ACCENTS) == ["blue", "bronze", "forest", "navy", "plum", "slate", "teal", "wine"]


@pytest.mark.parametrize(("accent", "mode"), list(product(ACCENTS, MODES)))
def test_an_accent_can_be_read_as_text_and_as_a_button(accent: str, mode: int) -> None:
    colour = ACCENTS[accent][mode]
    for ground in ("paper", "ground", "hover"):
        assert contrast(colour, TOKENS[ground][mode]) >= 4.5
    assert contrast(colour, TOKENS["on-accent"][mode]) >= 4.5


@pytest.mark.parametrize("mode", MODES)
def test_text_and_states_can_be_read(mode: int) -> None:
    for text, ground in product(("ink", "ink-2"), ("paper", "ground", "hover", "warn-wash", "info-wash")):
        assert contrast(TOKENS[text][mode], TOKENS[ground][mode]) >= 4.5, (text, ground)
    for state in ("good", "warn", "bad", "info"):
        assert contrast(TOKENS[state][mode], TOKENS[f"{state}-wash"][mode]) >= 4.5, state
        assert contrast(TOKENS[state][mode], TOKENS["paper"][mode]) >= 4.5, state


@pytest.mark.parametrize("mode", MODES)
def test_edges_of_fields_can_be_seen(mode: int) -> None:
    assert contrast(TOKENS["rule-2"][mode], TOKENS["paper"][mode]) >= 3
