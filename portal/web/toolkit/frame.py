"""What surrounds a page: the firm, the navigation, the signed-in person, drawn once and kept.

Drawing it anew would cost more than most pages; it changes with the person and the place, not with the content.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

from jinja2 import Environment
from markupsafe import Markup, escape

from portal.web.toolkit.formatting import reader_locale

KEPT = 512  # frames, some 8 kB each
# What differs from answer to answer stands as a mark in what is kept.
TOKEN, TOASTS = "mark-of-the-token", "mark-of-the-toasts"


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """One entry of the navigation; `icon` is a name in static/vendor/vendor.toml, `heading` what it stands under."""

    label: str
    url: str
    icon: str
    current: bool = False
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in, as the frame shows it: a name, and the role or account acted for."""

    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Banner:
    """That staff view the portal as somebody: whom, why, until when, and where one click ends it (POST)."""

    name: str
    reason: str
    until: str
    end_url: str


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds a page. `accent` is one of the eight in 1-tokens.css, `theme` is auto, light or dark.

    `sign_out_url` and `theme_url` take a POST (`theme`); `consent_awaited` asks for an answer at `privacy_url`;
    `idle_minutes` lets the page warn before the session ends; `strip` is a sentence across the top ("Demo: figures
    are invented"), `notes` stand in the footer.
    """

    firm_name: str
    accent: str = "navy"
    theme: str = "auto"
    language: str = "en"
    home_url: str = "/"
    navigation: tuple[NavigationItem, ...] = ()
    person: Person | None = None
    sign_out_url: str | None = None
    theme_url: str | None = None
    security_url: str | None = None
    privacy_url: str | None = None
    consent_awaited: bool = False
    csrf_token: str = ""
    idle_minutes: int = 0
    strip: str | None = None
    banner: Banner | None = None
    notes: tuple[str, ...] = ()


class Surroundings:
    """Draws the two halves of the document around a page: layout/_top.html and layout/_foot.html."""

    def __init__(self, environment: Environment, current: Callable[[], Frame]) -> None:
        self.environment = environment
        self.current = current
        self._kept = lru_cache(maxsize=KEPT)(self._draw)

    def halves(self, frame: Frame, toasts: str) -> tuple[Markup, Markup]:
        """What comes before and after the content for `frame`, with the rendered `toasts` in their place."""
        draw = self._draw if self.environment.auto_reload else self._kept
        top, foot = draw(replace(frame, csrf_token=TOKEN), reader_locale())
        top = top.replace(TOKEN, escape(frame.csrf_token))
        return Markup(top), Markup(foot.replace(TOASTS, toasts))  # noqa: S704 — templates made both, escaping

    def _draw(self, frame: Frame, _locale: str) -> tuple[str, str]:
        """Both halves; the locale decides in the templates, and so it is part of what is kept by."""
        halves = (self.environment.get_template(name) for name in ("layout/_top.html", "layout/_foot.html"))
        top, foot = (half.render(frame=frame, toasts=TOASTS) for half in halves)
        return top, foot
