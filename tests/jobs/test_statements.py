"""The jobs of statements: files made once, mail sent once, work that cannot be done shown for what it is."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask

from portal.domain.identity.access.values import Actor
from portal.domain.investments.statements.queries.runs import get_statement_run, list_run_problems
from portal.domain.investments.statements.queries.statements import get_statement
from portal.domain.investments.statements.services.publishing import publish_statement_run
from portal.domain.investments.statements.services.running import retry_statements, start_statement_run
from portal.domain.people.investor_accounts.services import remove_member
from portal.jobs import registry
from portal.jobs.drain import drain
from portal.platform import db
from portal.platform.db import transactional
from portal.platform.embedded.mailbox import Mailbox, list_messages, read_message
from portal.platform.outbox import Work
from portal.platform.resources import EXTENSION, Resources, resources
from portal.platform.tenancy import acting_as
from tests.factories.investments import make_account, make_vehicle, post_history
from tests.factories.statements import HISTORY, Q2, Q3, prepare_run, publish_run, statements_of


@pytest.fixture(scope="module")
def mailbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mailbox]:
    with Mailbox(tmp_path_factory.mktemp("mail")) as box:
        yield box


@pytest.fixture
def mailing(app: Flask, mailbox: Mailbox) -> Iterator[Path]:
    """The mailbox's directory, with mail of this test going into it."""
    for message in mailbox.directory.glob("*.eml"):
        message.unlink()
    before: Resources = app.extensions[EXTENSION]
    app.extensions[EXTENSION] = replace(before, settings=replace(before.settings, smtp_url=mailbox.url()))
    yield mailbox.directory
    app.extensions[EXTENSION] = before


@pytest.fixture
def vehicle(app: Flask, firm_id: UUID, investor: Actor) -> UUID:
    vehicle_id = make_vehicle(firm_id, "Harbour & Søren Buyout I")
    post_history(firm_id, make_account(firm_id, "Lane <Family> Trust", investor), vehicle_id, HISTORY)
    return vehicle_id


def test_the_file_is_what_the_digest_says(manager: Actor, vehicle: UUID) -> None:
    run_id = prepare_run(manager, vehicle)
    (ready,) = statements_of(manager, run_id)
    with acting_as(manager.tenancy):
        file = get_statement(manager, ready.id).file
    assert file is not None
    content = resources().store.get(file.key)
    assert content.startswith(b"%PDF-")
    assert hashlib.sha256(content).hexdigest() == file.digest


def test_work_that_was_done_does_nothing_more(manager: Actor, vehicle: UUID) -> None:
    run_id = prepare_run(manager, vehicle)
    (ready,) = statements_of(manager, run_id)
    arguments = {"statement_id": str(ready.id), "attempt": "1"}
    work = Work(ready.id, manager.firm_id, "statements.render", arguments, 1)
    with acting_as(Actor.system(manager.firm_id).tenancy):
        transactional(registry.resolve("statements.render"))([work])
    assert not resources().store.exists(f"statements/{work.id}.pdf")


def test_one_mail_for_each_person_however_many_accounts(
    manager: Actor, investor: Actor, another_investor: Actor, vehicle: UUID, firm_id: UUID, mailing: Path
) -> None:
    post_history(firm_id, make_account(firm_id, "Lane Joint", investor, another_investor), vehicle, HISTORY)
    run_id = publish_run(manager, vehicle)
    drain()
    drain()
    summaries = list_messages(mailing)
    assert sorted(each.recipients for each in summaries) == [
        "Ada Lane <ada.lane@example.com>",
        "Ben Ortiz <ben.ortiz@example.com>",
    ]
    ada, ben = (read_message(mailing, each.name) for each in sorted(summaries, key=lambda each: each.recipients))
    assert ada.summary.subject == "Statements for Q3 2025: Harbour & Søren Buyout I"
    assert ada.summary.sender == "Harbour Capital <portal@example.com>"
    theirs = {
        each.account: f"http://localhost/investments/statements/{each.id}" for each in statements_of(manager, run_id)
    }
    for part in (ada.text, ada.html):
        assert all(url in part for url in theirs.values())
    assert "Lane <Family> Trust" in ada.text
    assert "Harbour & Søren Buyout I" in ada.text
    assert "Lane &lt;Family&gt; Trust" in ada.html
    assert theirs["Lane Joint"] in ben.text
    assert "Open the statement of Lane Joint" in ben.html  # the only one names its account too
    assert theirs["Lane <Family> Trust"] not in ben.text + ben.html
    assert "651,000.10" not in ada.text + ada.html


def test_a_message_keeps_its_identity_and_its_styles(manager: Actor, vehicle: UUID, mailing: Path) -> None:
    publish_run(manager, vehicle)
    with acting_as(Actor.system(manager.firm_id).tenancy):
        key = db.fetch_value("SELECT id FROM platform.outbox WHERE job = 'statements.announce'")
    drain()
    (summary,) = list_messages(mailing)
    message = message_from_bytes((mailing / summary.name).read_bytes(), policy=default)
    assert message["Message-ID"] == f"<{key}@example.com>"
    assert message["Auto-Submitted"] == "auto-generated"
    html = read_message(mailing, summary.name).html
    assert re.search(r'<a class="button" href="[^"]+" style="[^"]*background: #1d3a66', html)
    assert "http" not in html.replace("http://localhost/investments/", "")


def test_who_left_meanwhile_is_not_told(manager: Actor, investor: Actor, vehicle: UUID, mailing: Path) -> None:
    run_id = publish_run(manager, vehicle)
    (published,) = statements_of(manager, run_id)
    with acting_as(manager.tenancy):
        assert investor.user_id is not None
        remove_member(manager, published.account_id, user_id=investor.user_id)
    drain()
    assert list_messages(mailing) == []


def test_those_left_behind_are_announced_alone(
    manager: Actor, investor: Actor, vehicle: UUID, firm_id: UUID, mailing: Path
) -> None:
    late = make_account(firm_id, "Lane Late", investor)
    post_history(firm_id, late, vehicle, [("contribution", "2025-08-02", "10000")])
    run_id = publish_run(manager, vehicle)
    drain()
    post_history(firm_id, late, vehicle, [("valuation", "2025-09-30", "9900")])
    with acting_as(manager.tenancy):
        retry_statements(manager, run_id)
    drain()
    with acting_as(manager.tenancy):
        publish_statement_run(manager, run_id)
    drain()
    newest, first = (read_message(mailing, each.name).text for each in list_messages(mailing))
    assert "Lane Late" in newest
    assert "Lane <Family> Trust" not in newest
    assert "Lane Late" not in first


def test_a_correction_is_announced_as_one(manager: Actor, vehicle: UUID, firm_id: UUID, mailing: Path) -> None:
    first = publish_run(manager, vehicle)
    (published,) = statements_of(manager, first)
    post_history(firm_id, published.account_id, vehicle, [("fee", "2025-09-20", "100")])
    publish_run(manager, vehicle, reason="A fee was missing.")
    drain()
    newest = list_messages(mailing)[0]
    assert newest.subject.startswith("Corrected statement for Q3 2025")
    assert "has corrected the capital account statement" in read_message(mailing, newest.name).text


@transactional
def _bury() -> None:
    db.execute("UPDATE platform.outbox SET state = 'dead', last_error = 'The disk is full.' WHERE state = 'ready'")


def test_work_that_was_given_up_counts_as_failed_and_can_be_retried(manager: Actor, vehicle: UUID) -> None:
    with acting_as(manager.tenancy):
        run_id = start_statement_run(manager, vehicle, Q3)
    with acting_as(Actor.system(manager.firm_id).tenancy):
        _bury()
    with acting_as(manager.tenancy):
        counts = get_statement_run(manager, run_id).counts
        (problem,) = list_run_problems(manager, run_id)
    assert (counts.preparing, counts.failed) == (0, 1)
    assert problem.problems == ("The work on it was given up: The disk is full.",)
    with acting_as(manager.tenancy):
        assert retry_statements(manager, run_id) == 1
    drain()
    with acting_as(manager.tenancy):
        assert get_statement_run(manager, run_id).counts.ready == 1


def test_two_periods_are_two_runs(manager: Actor, vehicle: UUID, mailing: Path) -> None:
    publish_run(manager, vehicle, Q2)
    publish_run(manager, vehicle, Q3)
    drain()
    assert len(list_messages(mailing)) == 2
