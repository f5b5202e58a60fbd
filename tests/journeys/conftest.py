"""The whole portal, running as its README says, and a browser in front of it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import LiteralString

import psycopg
import pyotp
import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from portal.platform.embedded.mailbox import MailSummary, free_port, list_messages
from portal.platform.embedded.postgres import EmbeddedPostgres
from tests.commands import ROOT, run_command
from tests.web.browser import WATCH, accessibility_findings, follow, violations

START_SECONDS = 120
PASSWORD = "a password for journeys"
FIRM = "harbour"
SECRETS: dict[str, str] = {}  # of each person's app
MINUTES_LATER = "UPDATE identity.totp_factors SET last_step = last_step - 4"


@dataclass(frozen=True)
class RunningPortal:
    """`portal up` in a directory of its own."""

    url: str
    data_dir: Path

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A `portal` command beside it."""
        return run_command(*arguments, environment={**_environment(), "DATA_DIR": str(self.data_dir)})

    def mail_to(self, address: str, seconds: float = 60) -> list[MailSummary]:
        """What has arrived for `address`, waiting until something has."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = [mail for mail in list_messages(self.data_dir / "mail") if address in mail.recipients]
            if found:
                return found
            time.sleep(0.3)
        raise AssertionError(f"no mail for {address} after {seconds} s")

    def change(self, statement: LiteralString) -> None:
        """What only time would change, or nobody may: a statement of the database's superuser."""
        with psycopg.connect(EmbeddedPostgres(self.data_dir / "postgres").url()) as connection:
            connection.execute(statement)


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.endswith("_URL")}


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPortal]:
    """The portal with one firm: an associate, a manager, two investors."""
    data_dir, port = tmp_path_factory.mktemp("journeys") / "data", free_port()
    environment = {
        **_environment(),
        "DATA_DIR": str(data_dir),
        "PORT": str(port),
        "PUBLIC_URL": f"http://localhost:{port}",
    }
    up = [sys.executable, "-m", "portal.cli.main", "up"]
    log = data_dir.with_name("up.log").open("w")
    process = subprocess.Popen(up, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
    running = RunningPortal(f"http://localhost:{port}", data_dir)
    try:
        end = time.monotonic() + START_SECONDS
        while not _answers(f"{running.url}/ready"):
            assert process.poll() is None, data_dir.with_name("up.log").read_text()
            assert time.monotonic() < end, data_dir.with_name("up.log").read_text()
            time.sleep(0.2)
        _settle(running)
        yield running
    finally:
        process.terminate()
        process.wait(60)
        log.close()


def _settle(running: RunningPortal) -> None:
    """The firm and its people, by the commands that operators use."""
    assert running.run("create-firm", FIRM, "Harbour Capital").returncode == 0
    for email, role in (
        ("associate@harbour.example", "associate"),
        ("manager@harbour.example", "manager"),
        ("ada@lane.example", "investor"),
        ("ben@ortiz.example", "investor"),
    ):
        name = email.partition("@")[0].title()
        done = running.run("create-user", email, name, "--firm", FIRM, "--role", role, "--password", PASSWORD)
        assert done.returncode == 0, done.stderr


class Person:
    """Somebody at a browser; every page they come to is checked."""

    def __init__(self, context: BrowserContext, portal: RunningPortal, *, scripts: bool) -> None:
        self.page: Page = context.new_page()
        self.portal = portal
        self.url = portal.url
        self.scripts = scripts
        self.refused: list[str] = []
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda error: self.refused.append(str(error)))

    def _listen(self, message: object) -> None:
        text = getattr(message, "text", "")
        if "Content Security Policy" in text or "TrustedHTML" in text:
            self.refused.append(text)

    def sign_in(self, email: str) -> None:
        """Come to the sign-in page and enter."""
        self.page.goto(f"{self.url}/sign-in")
        self.enter(email)

    def enter(self, email: str) -> None:
        """Sign in where the sign-in page stands."""
        self.page.get_by_label("E-mail address").fill(email)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(lambda url: "/sign-in" not in url)
        if "/factors/" in self.page.url:
            self._pass_factor(email)

    def _pass_factor(self, email: str) -> None:
        """The first time the app is set up, then it is asked. A code counts once: nobody waits here for the next, the
        last one is made to be of minutes ago."""
        new = "/factors/new" in self.page.url
        if new:
            self.check()
            SECRETS[email] = self.page.locator("#secret").inner_text().replace(" ", "")
        else:
            self.portal.change(MINUTES_LATER)
        self.page.get_by_label("Code").fill(pyotp.TOTP(SECRETS[email]).now())
        if new:
            follow(self.page.get_by_role("button", name="Confirm"))
            self.check()
            self.page.get_by_role("link", name="go on").click()
        else:
            self.page.get_by_role("button", name="Go on").click()
        self.page.wait_for_url(lambda url: "/factors" not in url)

    def check(self) -> None:
        """The page as it is: nothing refused by the policy, nothing axe finds, no sideways scroll on a phone."""
        self.page.wait_for_load_state("load")
        if not self.scripts:
            return
        assert self.refused == []
        assert violations(self.page) == []
        assert accessibility_findings(self.page) == []
        size = self.page.viewport_size
        self.page.set_viewport_size({"width": 360, "height": 740})
        assert self.page.evaluate("document.documentElement.scrollWidth") <= 360, self.page.url
        assert size is not None
        self.page.set_viewport_size(size)


@pytest.fixture(params=[True, False], ids=["with-scripts", "without-scripts"])
def scripts(request: pytest.FixtureRequest) -> bool:
    """Whether the browser runs scripts."""
    return bool(request.param)


@contextmanager
def new_person(browser: Browser, portal: RunningPortal, *, scripts: bool) -> Iterator[Person]:
    """A person with a browser of their own, who may download."""
    context = browser.new_context(java_script_enabled=scripts, accept_downloads=True, locale="en-US")
    if scripts:
        context.add_init_script(WATCH)
    yield Person(context, portal, scripts=scripts)
    context.close()


@pytest.fixture
def person(browser: Browser, portal: RunningPortal, scripts: bool) -> Iterator[Person]:
    """The first person of a journey."""
    with new_person(browser, portal, scripts=scripts) as somebody:
        yield somebody
