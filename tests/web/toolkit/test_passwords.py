"""What the page itself says of a new password while it is typed."""

from __future__ import annotations

from flask import Flask
from playwright.sync_api import Browser, expect

from tests.conftest import World
from tests.factories.links import make_link
from tests.web.browser import WATCH, accessibility_findings, served, violations


def test_length_and_common_words_are_told_without_asking_anybody(
    committed_app: Flask, world: World, browser: Browser
) -> None:
    with committed_app.app_context():
        token = make_link(world.another_investor)
    with served(committed_app) as url, browser.new_context(viewport={"width": 360, "height": 740}) as context:
        context.add_init_script(WATCH)
        page = context.new_page()
        page.goto(f"{url}/password/reset/{token}", wait_until="networkidle")
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        said = page.locator(".new-password output")
        for typed, words in (
            ("lamp tur", "Characters still missing: 7"),
            ("password12", "first passwords that anybody tries"),
            ("abcabcabcabcabcabc", "first passwords that anybody tries"),
            ("lamp turnip over Oslo", "Long enough."),
            ("", ""),
        ):
            page.get_by_label("New password").fill(typed)
            expect(said).to_have_text(words) if not words else expect(said).to_contain_text(words)
        assert [url for url in asked if "/static/favicon" not in url] == []  # its picture comes when the browser likes
        assert violations(page) == []
        assert accessibility_findings(page) == []
