"""A document is signed by three people, one of whom passes it on; another one is declined."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import FIRM, PASSWORD, ROOT, Person, RunningPortal, new_person
from tests.web.browser import follow

PEOPLE = ("ada@lane.example", "ben@ortiz.example", "cleo@hart.example", "dan@west.example")
ADA, BEN, CLEO, DAN = PEOPLE
FILE = """
import os
from pathlib import Path
from portal.platform.embedded.environment import running_environment
os.environ.update(running_environment(Path(os.environ["DATA_DIR"])))
from portal.cli.application import application
from portal.domain.identity.firms.queries import list_firms
from tests.factories.signing import make_paper
with application():
    make_paper(next(firm.id for firm in list_firms() if firm.slug == "harbour"), {title!r})
"""


@pytest.fixture
def people(portal: RunningPortal) -> None:
    """Two more investors."""
    for email in (CLEO, DAN):
        name = email.partition("@")[0].title()
        given = ("--firm", FIRM, "--role", "investor", "--password", PASSWORD)
        portal.run("create-user", email, name, *given)


def file_paper(portal: RunningPortal, title: str) -> None:
    """Put a document into the library."""
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
    environment |= {"DATA_DIR": str(portal.data_dir), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", FILE.format(title=title)], cwd=ROOT, env=environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def prepare(manager: Person, title: str) -> str:
    """Prepare and send a document that Ada and Ben sign first, then Cleo; the address of its page."""
    page = manager.page
    page.goto(f"{manager.url}/documents/envelopes")
    page.get_by_role("link", name="Prepare a document").first.click()
    page.get_by_label("Document", exact=True).select_option(label=title)
    page.get_by_label("Message to those who sign").fill("Please read section 4.")
    manager.check()
    page.get_by_role("button", name="Go on").click()
    for email, turn in ((ADA, "1"), (BEN, "1"), (CLEO, "2")):
        page.get_by_label("E-mail address").fill(email)
        page.get_by_label("Signs as").fill(f"Party {email[0].upper()}")
        page.get_by_label("Turn", exact=True).fill(turn)
        page.get_by_role("button", name="Add", exact=True).click()
        expect(page.get_by_role("rowheader", name=email.partition("@")[0].title(), exact=True)).to_be_visible()
    for number, spot in ((1, "Bottom left"), (2, "Bottom centre"), (3, "Bottom right")):
        page.get_by_label("Filled in by").select_option(index=number - 1)
        page.get_by_label("Where", exact=True).select_option(label=spot)
        page.get_by_role("button", name="Place it").click()
        expect(page.get_by_role("rowheader", name="Signature")).to_have_count(number)
    manager.check()
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("with the signers")).to_be_visible()
    manager.check()
    return page.url


def open_request(person: Person, title: str) -> Page:
    """Find and open what one is asked to sign."""
    page = person.page
    page.goto(f"{person.url}/documents/signatures")
    person.check()
    page.get_by_role("link", name=title, exact=True).click()
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
    return page


def sign(person: Person, title: str, *, draws: bool = False) -> None:
    """Read it and sign."""
    page = open_request(person, title)
    for number in range(3):
        picture = page.locator("img[data-page]").nth(number)
        picture.scroll_into_view_if_needed()
        if person.scripts:
            expect(picture).to_have_js_property("complete", True)
            page.wait_for_function("image => image.naturalWidth > 0", arg=picture.element_handle())
    if draws:
        page.get_by_text("Draw your signature instead").click()
        frame = page.locator("canvas").bounding_box()
        assert frame is not None
        page.mouse.move(frame["x"] + 30, frame["y"] + 60)
        page.mouse.down()
        for step in range(1, 12):
            page.mouse.move(frame["x"] + 30 + 25 * step, frame["y"] + 60 + (30 if step % 2 else -20))
        page.mouse.up()
        assert re.match(r"M\d+ \d+(L\d+ \d+)+", page.locator("input[name=path]").input_value())
    person.check()
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_role("alert").get_by_text("without it nothing is signed").first).to_be_visible()
    page.get_by_label("I have read this and agree").check()
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_text("You signed this on")).to_be_visible()
    person.check()


@contextmanager
def investors(browser: Browser, portal: RunningPortal, scripts: bool) -> Iterator[dict[str, Person]]:
    with ExitStack() as open_browsers:
        found = {each: open_browsers.enter_context(new_person(browser, portal, scripts=scripts)) for each in PEOPLE}
        for email, somebody in found.items():
            somebody.sign_in(email)
        yield found


@pytest.mark.journey
def test_three_sign_one_of_them_for_another(
    browser: Browser, portal: RunningPortal, person: Person, scripts: bool, people: None
) -> None:
    title = f"Side letter {'one' if scripts else 'two'}"
    file_paper(portal, title)
    person.sign_in("manager@harbour.example")
    envelope = prepare(person, title)
    with investors(browser, portal, scripts) as by:
        sign(by[ADA], title, draws=scripts)
        pass_on(by[BEN], title)
        by[CLEO].page.goto(f"{portal.url}/documents/signatures")
        expect(by[CLEO].page.get_by_role("link", name=title, exact=True)).to_have_count(0)
        sign(by[DAN], title)
        sign(by[CLEO], title)
        file = take(by[DAN], title, portal.data_dir)
        verify(by[DAN], file)
    person.page.goto(envelope)
    expect(person.page.get_by_text("3 of 3 signed")).to_be_visible()
    expect(person.page.get_by_text("Passed it on")).to_be_visible()
    person.check()
    assert any(mail.subject == f"Please sign {title}" for mail in portal.mail_to(DAN))
    assert any(mail.subject == f"Ben passed {title} on" for mail in portal.mail_to("manager@harbour.example"))


@pytest.mark.journey
@pytest.mark.parametrize("scripts", [True], ids=["with-scripts"])
def test_who_declines_ends_it_for_all(
    browser: Browser, portal: RunningPortal, person: Person, scripts: bool, people: None
) -> None:
    title = f"Amendment {'one' if scripts else 'two'}"
    file_paper(portal, title)
    person.sign_in("manager@harbour.example")
    envelope = prepare(person, title)
    with investors(browser, portal, scripts) as by:
        sign(by[ADA], title)
        page = open_request(by[BEN], title)
        follow(page.get_by_role("link", name="Decline"))
        by[BEN].check()
        page.get_by_label("Why you do not sign").fill("The fee is not what we agreed.")
        page.get_by_role("button", name="Decline").click()
        expect(page.get_by_text("You have declined.")).to_be_visible()
        by[ADA].page.reload()
        expect(by[ADA].page.get_by_text("It did not come about")).to_be_visible()
        by[ADA].check()
    person.page.goto(envelope)
    expect(person.page.get_by_text("The fee is not what we agreed.")).to_be_visible()
    person.check()


def pass_on(person: Person, title: str) -> None:
    page = open_request(person, title)
    follow(page.get_by_role("link", name="Somebody else signs"))
    person.check()
    page.get_by_label("Their e-mail address").fill(DAN)
    page.get_by_label("Why they sign instead of you").fill("Dan signs for the family.")
    page.get_by_role("button", name="Pass it on").click()
    expect(page.get_by_text("Passed on.")).to_be_visible()
    expect(page.get_by_role("link", name=title, exact=True)).to_have_count(0)


def take(person: Person, title: str, folder: Path) -> Path:
    """The finished file, once the worker has made it."""
    page, end = person.page, time.monotonic() + 60
    while not page.get_by_text("certificate of all signatures").count():
        assert time.monotonic() < end, page.content()
        page.reload()
        time.sleep(0.3)
    person.check()
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Download the signed document").click()
    target = folder.with_name(f"{title}.pdf")
    downloading.value.save_as(target)
    return target


def verify(person: Person, file: Path) -> None:
    """Anybody finds that it is genuine, and that it is not with one byte changed."""
    page, changed = person.page, file.with_name("changed.pdf")
    content = file.read_bytes()
    changed.write_bytes(content[:2000] + bytes([content[2000] ^ 1]) + content[2001:])
    for upload, told in ((file, "This signed document is genuine"), (changed, "does not know this file")):
        page.goto(f"{person.url}/verify/{FIRM}")
        page.get_by_label("The file", exact=True).set_input_files(upload)
        page.get_by_role("button", name="Check").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(told)
    page.goto(f"{person.url}/verify/{FIRM}")
    person.check()
