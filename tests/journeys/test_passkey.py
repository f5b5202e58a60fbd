"""An invited investor sets a passkey up and comes back with nothing else."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from portal.platform.embedded.mailbox import read_message
from tests.journeys.conftest import RunningPortal, new_person
from tests.web.browser import follow
from tests.web.identity.test_passkeys import with_authenticator

pytestmark = pytest.mark.journey
NEWCOMER = "mira.solberg@example.com"
PASSWORD_OF_HERS = "quiet harbours in november"


def test_an_invited_investor_comes_back_with_a_passkey(browser: Browser, portal: RunningPortal) -> None:
    with new_person(browser, portal, scripts=True) as staff:
        staff.sign_in("associate@harbour.example")
        staff.page.goto(f"{portal.url}/invitations/new")
        staff.page.get_by_label("Name", exact=True).fill("Mira Solberg")
        staff.page.get_by_label("E-mail address").fill(NEWCOMER)
        staff.page.get_by_role("button", name="Send invitation").click()
        expect(staff.page.get_by_text(NEWCOMER).first).to_be_visible()
    mail = portal.mail_to(NEWCOMER)[0]
    link = re.search(r"http://localhost\S+/invitations/\S+", read_message(portal.data_dir / "mail", mail.name).text)
    assert link is not None

    with new_person(browser, portal, scripts=True) as mira:
        page = mira.page
        with_authenticator(page)
        page.goto(link[0])
        page.get_by_label("Password").fill(PASSWORD_OF_HERS)
        page.get_by_role("button", name="Begin").click()
        page.wait_for_url(lambda url: "/invitations/" not in url)
        page.goto(f"{portal.url}/security")
        mira.check()
        follow(page.get_by_role("link", name="Set up a passkey"))
        mira.check()
        page.get_by_role("button", name="Set up the passkey").click()
        expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
        mira.check()
        page.get_by_role("link", name="go on").click()
        page.get_by_role("button", name="Sign out").locator("visible=true").click()
        page.get_by_role("button", name="Use a passkey").click()
        page.wait_for_url(lambda url: urlsplit(url).path in {"/", "/investments/portfolio"})
        expect(page.get_by_text("Mira Solberg").locator("visible=true").first).to_be_visible()
    subjects = {each.subject for each in portal.mail_to(NEWCOMER)}
    assert any("invites you" in subject for subject in subjects)
