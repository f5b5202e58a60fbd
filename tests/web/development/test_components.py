"""The gallery of components in a real browser: looks after itself, and works with and without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.browser import WATCH, accessibility_findings, served, violations
from tests.web.toolkit.site import PERSON, make_site

pytestmark = pytest.mark.journey


@dataclass(frozen=True)
class Visit:
    """A browser and where the site is."""

    browser: Browser
    url: str

    def gallery(self, *, width: int = 1280, scheme: str = "light", scripts: bool = True) -> Page:
        context = self.browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=scripts
        )
        context.add_init_script(WATCH)
        page = context.new_page()
        page.goto(f"{self.url}/_components")
        return page


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with served(make_site(person=PERSON)) as url:
        yield url


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Visit]:
    """Its pages are closed at the end: things move on them, and would all the while that other tests run."""
    yield Visit(browser, site)
    for context in browser.contexts:
        context.close()


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_the_page_never_scrolls_sideways(visit: Visit, width: int, scheme: str) -> None:
    page = visit.gallery(width=width, scheme=scheme)
    assert accessibility_findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(page) == []


def test_at_twice_the_text_size_nothing_scrolls_sideways(visit: Visit) -> None:
    page = visit.gallery(width=640)  # what is left of 1,280 at 200 %
    assert page.evaluate("document.documentElement.scrollWidth") <= 640


def test_a_figure_opens_in_the_dialog_and_gives_the_focus_back(visit: Visit) -> None:
    page = visit.gallery()
    figure = page.get_by_role("link", name="4,275,000.00")
    figure.click()
    dialog = page.get_by_role("dialog", name="How DPI came about")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("4,941,650.75 ÷ 7,225,000.00")
    assert accessibility_findings(page) == []
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(figure).to_be_focused()
    assert page.title() == "Components · Halden Capital"
    assert violations(page) == []


def test_a_refused_form_comes_back_with_its_problems_in_focus(visit: Visit) -> None:
    page = visit.gallery()
    page.get_by_label("E-mail", exact=True).last.fill("kept@example.com")
    page.get_by_role("button", name="Post", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("A form that came back")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("E-mail", exact=True)).to_have_value("kept@example.com")
    expect(page.get_by_label("Account name")).to_have_attribute("aria-invalid", "true")
    assert violations(page) == []


def test_a_file_on_its_way_is_said_and_sent_once(visit: Visit) -> None:
    page = visit.gallery()
    page.route("**/_components/refusal", lambda route: None)  # never answered
    told = page.evaluate(
        """async () => {
            const button = document.querySelector('form[data-upload] button[type=submit]');
            const bar = button.form.querySelector('progress');
            let sent = 0;
            addEventListener('submit', (event) => { if (!event.defaultPrevented) sent += 1; });
            const state = () => [sent, button.textContent, button.ariaDisabled, bar.hidden];
            const pressed = () => { button.click(); return state(); };
            const moment = () => new Promise((resolve) => setTimeout(resolve, 300));
            const told = [pressed(), pressed()];
            await moment();
            window.stop();
            await moment();
            return [...told, state()];
        }"""
    )
    assert told == [[1, "Uploading…", "true", False], [1, "Uploading…", "true", False], [1, "Continue", "false", True]]


def test_sorting_swaps_the_content_and_back_restores_it(visit: Visit) -> None:
    page = visit.gallery()
    with page.expect_response(lambda answer: "sort=vehicle" in answer.url) as answered:
        page.get_by_role("link", name="Vehicle", exact=True).click()
    assert "<html" not in answered.value.text()
    expect(page).to_have_url(f"{visit.url}/_components?sort=vehicle")
    expect(page.locator("#main")).to_be_focused()
    page.go_back()
    expect(page).to_have_url(f"{visit.url}/_components")
    expect(page.locator("header.sidebar")).to_have_count(1)
    page.go_forward()
    expect(page).to_have_url(f"{visit.url}/_components?sort=vehicle")
    expect(page.locator("header.sidebar")).to_have_count(1)
    expect(page.get_by_role("heading", level=1)).to_have_text("Components")
    page.go_back()
    expect(page).to_have_url(f"{visit.url}/_components")
    page.get_by_role("link", name="Open a derivation").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert violations(page) == []


def test_a_toast_appears_and_can_be_dismissed(visit: Visit) -> None:
    page = visit.gallery()
    page.get_by_role("button", name="Show a toast").click()
    toasts = page.get_by_role("status").filter(has_text="The statement run")
    expect(toasts).to_be_visible()
    page.get_by_role("button", name="Dismiss").click()
    expect(page.locator(".toast")).to_have_count(0)


def test_markup_that_data_brings_in_cannot_ask_for_anything(visit: Visit) -> None:
    page = visit.gallery()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate(
        """() => {
            const stolen = document.createElement('div');
            stolen.setAttribute('hx-get', '/stolen');
            stolen.setAttribute('hx-trigger', 'load');
            document.getElementById('main').append(stolen);
            htmx.process(stolen);
        }"""
    )
    refused = page.evaluate(
        "() => { try { document.body.innerHTML = '<p>x</p>'; return false } catch { return true } }"
    )
    page.wait_for_timeout(200)
    assert not [url for url in asked if "stolen" in url]
    assert refused, "only htmx's policy may write HTML"


def test_without_scripts_everything_is_a_page(visit: Visit) -> None:
    page = visit.gallery(width=360, scripts=False)
    page.get_by_text("Menu").click()
    expect(page.get_by_role("navigation", name="Main").get_by_role("link", name="Portfolio")).to_be_visible()
    page.get_by_role("link", name="4,275,000.00").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How DPI came about")
    page.go_back()
    page.get_by_role("button", name="Post", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("A form that came back")
    page.go_back()
    page.get_by_role("button", name="Show a toast").click()
    expect(page.get_by_text("The statement run for")).to_be_visible()


def test_the_keyboard_reaches_the_content_first(visit: Visit) -> None:
    page = visit.gallery()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("navigation", name="Breadcrumbs").get_by_role("link").first).to_be_focused()


def test_paper_shows_the_figures_and_no_controls(visit: Visit) -> None:
    page = visit.gallery(scheme="dark")
    page.emulate_media(media="print")
    expect(page.get_by_role("link", name="4,275,000.00")).to_be_visible()
    for control in ("header.sidebar", ".filters >> nth=0", ".page-actions", ".tabs"):
        expect(page.locator(control)).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(23, 25, 29)"


def test_a_refusal_by_htmx_is_said_and_nothing_is_replaced(visit: Visit) -> None:
    page = visit.gallery()
    page.goto(f"{visit.url}/plain")
    asking = page.locator("p[hx-get]")
    asking.click()
    expect(page.get_by_role("status")).to_contain_text("There is nothing here")
    expect(asking).to_contain_text("said")


def test_an_answer_that_never_comes_is_said_once(visit: Visit) -> None:
    page = visit.gallery()
    page.goto(f"{visit.url}/plain")
    page.route("**/rows", lambda route: route.abort())
    for _ in range(2):
        page.locator("p[hx-get]").click()
        expect(page.get_by_role("status")).to_contain_text("The server did not answer")
    expect(page.locator("#toasts .toast")).to_have_count(1)


def test_a_gateway_that_fails_is_said(visit: Visit) -> None:
    page = visit.gallery()
    page.goto(f"{visit.url}/plain")
    page.route("**/rows", lambda route: route.fulfill(status=502, body="Bad gateway"))
    page.locator("p[hx-get]").click()
    expect(page.get_by_role("status")).to_contain_text("Something went wrong on our side")
    expect(page.locator("p[hx-get]")).to_contain_text("said")
