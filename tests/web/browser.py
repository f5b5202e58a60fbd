"""A real browser, and a site that it can reach."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright
from werkzeug.serving import make_server

from requirements.machine import find_browser

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Kept by the page itself, because a violation may happen before anybody listens from outside.
WATCH = """
window.violations = [];
document.addEventListener('securitypolicyviolation', (e) =>
  window.violations.push(`${e.violatedDirective} ${e.sourceFile}:${e.lineNumber} ${e.sample}`));
"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Chromium of the system or Playwright's own (CHROMIUM names another); `make test` sees to it that there is one."""
    path = find_browser()
    assert path is not None, "No Chromium here: run requirements/machine.py, or name one in CHROMIUM."
    expect.set_options(timeout=15_000)  # a busy machine is slow, not wrong
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The address of `app`, served by a thread of this process."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


def follow(link: Locator) -> None:
    """Click it and come to the page it leads to: a click alone leaves the browser between the two."""
    with link.page.expect_navigation():
        link.click()


def violations(page: Page) -> list[str]:
    """What the content security policy refused on this page; add WATCH as an init script first."""
    found: list[str] = page.evaluate("window.violations")
    return found


def accessibility_findings(page: Page) -> list[str]:
    """What axe finds on the page as it is now: rule, element and reason."""
    results = Axe().run(page, options={"runOnly": AXE_RULES}).response
    return [
        f"{rule['id']} {node['target']}: {rule['help']}" for rule in results["violations"] for node in rule["nodes"]
    ]
