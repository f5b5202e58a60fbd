"""Jobs as staff see them."""

from __future__ import annotations

from uuid import UUID

from flask.testing import FlaskClient

from portal.domain.identity.access.values import Actor
from portal.jobs.registry import JOBS
from portal.platform import db, outbox
from portal.platform.tenancy import GATE, acting_as
from portal.web.operations.jobs import NAMES
from tests.conftest import World
from tests.factories.web import sign_in


@db.transactional
def _enqueue() -> None:
    outbox.enqueue("test.job", once="a", name="a")


def _fail_for_good(firm_id: UUID) -> None:
    tenancy = Actor.system(firm_id).tenancy
    with acting_as(tenancy):
        _enqueue()
    with acting_as(GATE):
        (work,) = outbox.lease_work(most=1)
    with acting_as(tenancy):
        outbox.record_failure(work, "OSError: out of paper", final=True)


def test_what_failed_is_shown_and_tried_again(client: FlaskClient, associate: Actor, firm_id: UUID) -> None:
    _fail_for_good(firm_id)
    sign_in(client, associate)
    assert "out of paper" in client.get("/operations/jobs").text
    again = client.post("/operations/jobs/rerun", follow_redirects=True)
    assert "tried again" in again.text
    assert "out of paper" not in client.get("/operations/jobs?state=dead").text


def test_the_auditor_only_looks_and_another_firm_sees_nothing(client: FlaskClient, world: World, firm_id: UUID) -> None:
    _fail_for_good(firm_id)
    sign_in(client, world.auditor)
    assert "out of paper" in client.get("/operations/jobs").text
    assert client.post("/operations/jobs/rerun").status_code == 403
    client.post("/sign-out")
    sign_in(client, world.foreign_manager)
    assert "Nothing waits" in client.get("/operations/jobs").text
    client.post("/sign-out")
    sign_in(client, world.investor)
    assert client.get("/operations/jobs").status_code == 403


def test_every_job_has_a_name_for_people() -> None:
    assert set(NAMES) == set(JOBS)
