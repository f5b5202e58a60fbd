"""`portal verify` on a record that stands, and on one that was tampered with."""

from __future__ import annotations

from uuid import UUID

import psycopg
import pytest
from click.testing import CliRunner
from flask import Flask

from portal.cli.schedule import seal
from portal.cli.verification import verify
from portal.domain.identity.firms.queries import list_firms
from portal.platform import db
from portal.platform.anchors import open_anchor
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as
from tests.domain.identity.audit.records import act, new_firm, outlast_strangers
from tests.factories.investments import make_vehicle, post_history
from tests.factories.privacy import end_retention, erased, make_privacy_firm
from tests.factories.whole_person import give_everything

SEALED = "SELECT e.act FROM identity.audit_events e JOIN identity.audit_sealed s ON s.event_id = e.id"
# Paid in, paid out, worth nothing.
OVER = [
    ("commitment", "2024-11-01", "100"),
    ("contribution", "2024-11-15", "100"),
    ("valuation", "2025-06-30", "100"),
    ("return_of_capital", "2025-09-10", "100"),
    ("valuation", "2025-09-30", "0"),
]


@pytest.fixture
def firm(committed_app: Flask, environment: None) -> tuple[UUID, str]:
    """A firm with a sealed record, and its name on the command line."""
    with committed_app.app_context():
        firm_id = new_firm()
        act(firm_id)
        outlast_strangers()
        assert seal(open_anchor(resources())) >= 2
        act(firm_id)
        seal(open_anchor(resources()))
        slug = next(each.slug for each in list_firms() if each.id == firm_id)
        db.end_reading()
    return firm_id, slug


def test_a_record_that_stands(firm: tuple[UUID, str]) -> None:
    answer = CliRunner().invoke(verify, ["--firm", firm[1]])
    assert (answer.exit_code, answer.output.splitlines()[-1]) == (0, f"{firm[1]}: the books and the record stand")


def test_erasing_somebody_changes_nothing_of_books_and_record(committed_app: Flask, environment: None) -> None:
    with committed_app.app_context():
        privacy = make_privacy_firm("erased-and-verified")
        account = give_everything(privacy).account
        post_history(privacy.id, account, make_vehicle(privacy.id, "Verified Fund"), OVER)
        outlast_strangers()
        seal(open_anchor(resources()))
        erased(privacy)
        end_retention(privacy)
        outlast_strangers()
        assert seal(open_anchor(resources())) >= 1
        with acting_as(privacy.system.tenancy):
            acts = {row.act for row in db.fetch_all(SEALED)}
        db.end_reading()
    assert {"erasure.complete", "user.erase", "key.destroy", "retention.end"} <= acts
    answer = CliRunner().invoke(verify, ["--firm", "erased-and-verified"])
    assert (answer.exit_code, answer.output) == (0, "erased-and-verified: the books and the record stand\n")


def test_an_edit_is_told_with_its_place_and_the_command_fails(firm: tuple[UUID, str], postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as superuser:
        superuser.execute("SET LOCAL session_replication_role = replica")
        changed = superuser.execute(
            "UPDATE identity.audit_events SET act = 'nothing' WHERE firm_id = %s RETURNING id", [firm[0]]
        ).fetchall()
    answer = CliRunner().invoke(verify, ["--firm", firm[1]])
    assert answer.exit_code == 1
    for (event_id,) in changed:
        assert f"{firm[1]}: record of acts: event {event_id} of block" in answer.output
    assert answer.output.splitlines()[-1] == f"{firm[1]}: 3 findings"


def test_a_lost_block_is_told_by_the_anchor(firm: tuple[UUID, str], postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as superuser:
        superuser.execute("SET LOCAL session_replication_role = replica")
        for table in ("audit_events", "audit_sealed", "audit_seals"):
            superuser.execute(f"DELETE FROM identity.{table} WHERE firm_id = %s", [firm[0]])
    answer = CliRunner().invoke(verify, ["--firm", firm[1]])
    assert answer.exit_code == 1
    assert "block 2 is in the anchor and no longer in the record." in answer.output
