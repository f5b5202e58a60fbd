"""An export holds all that is held about its person, and nothing of anybody else."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from uuid import UUID

import orjson
import pytest
from flask import Flask

from portal.domain.identity.access.services import take_role
from portal.domain.identity.access.values import Actor, Role
from portal.domain.people.privacy.queries.exports import QUESTIONS, list_exports
from portal.domain.people.privacy.services.exports import request_export
from portal.domain.people.privacy.values.exports import Export, ExportState
from portal.domain.people.privacy.values.inventory import INVENTORY
from portal.jobs import registry
from portal.jobs.drain import drain
from portal.platform import db
from portal.platform.db import transactional
from portal.platform.outbox import Work
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.identity import TOTP_SECRET, give_totp, make_user
from tests.factories.investments import make_account, make_vehicle, post_history
from tests.factories.privacy import answer, make_purpose
from tests.factories.statements import HISTORY, Q3, publish_run


@pytest.fixture
def person(app: Flask, world: World) -> Actor:
    """Somebody with an account, a statement, a factor and a consent, beside others who have the same."""
    mine = make_user(world.firm_id, "mia.canary@example.com", Role.INVESTOR)
    vehicle = make_vehicle(world.firm_id, "Export Fund I")
    shared = make_account(world.firm_id, "=Canary Family Trust", mine, world.another_investor)
    foreign = make_account(world.firm_id, "Secret Ortiz Holdings", world.another_investor)
    for account in (shared, foreign):
        post_history(world.firm_id, account, vehicle, HISTORY, reference=f"ref {account}")
    publish_run(world.manager, vehicle, Q3)
    give_totp(mine)
    purpose = make_purpose(world.administrator, body="We write to you, Mia.")
    answer(mine, purpose)
    answer(world.another_investor, purpose, given=False)
    return mine


def ask(actor: Actor) -> Export:
    """This person's newest export, collected."""
    with acting_as(actor.tenancy):
        request_export(actor)
    drain()
    with acting_as(actor.tenancy):
        return list_exports(actor)[0]


def opened(export: Export) -> dict[str, bytes]:
    assert export.file_key
    with zipfile.ZipFile(io.BytesIO(resources().store.get(export.file_key))) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_it_holds_everything_of_the_person(person: Actor, world: World) -> None:
    export = ask(person)
    files = opened(export)
    assert export.state is ExportState.READY
    assert export.file_key
    content = resources().store.get(export.file_key)
    assert (export.size, export.digest) == (len(content), hashlib.sha256(content).hexdigest())
    given = {name.removesuffix(".json") for name in files if name.endswith(".json")}
    assert given == {question.file for question in QUESTIONS}
    assert given >= {each.file for each in INVENTORY if each.file}
    told = {name: orjson.loads(content) for name, content in files.items() if name.endswith(".json")}
    assert told["you/person.json"]["email"] == "mia.canary@example.com"
    assert [each["name"] for each in told["accounts/accounts.json"]] == ["=Canary Family Trust"]
    assert len(told["investments/transactions.json"]) >= len(HISTORY)
    assert told["you/consents.json"][0]["text"] == "We write to you, Mia."
    assert [each["kind"] for each in told["sign-in/factors.json"]] == ["totp"]
    assert len(told["sign-in/recovery-codes.json"]) == 10
    assert "privacy.export" in {each["act"] for each in told["record/acts.json"] if each["by_you"]}
    (statement,) = told["investments/statements.json"]
    assert hashlib.sha256(files[statement["pdf"]]).hexdigest() == statement["sha256"]
    for name in ("lines", "returns"):
        assert {each["number"] for each in told[f"investments/statement-{name}.json"]} == {statement["number"]}


def test_a_list_is_there_for_spreadsheets_too_and_runs_nothing(person: Actor) -> None:
    files = opened(ask(person))
    (account,) = csv.DictReader(io.StringIO(files["accounts/accounts.csv"].decode()))
    assert account["name"] == "'=Canary Family Trust"
    for name in (name for name in files if name.endswith(".csv")):
        told = list(csv.DictReader(io.StringIO(files[name].decode())))
        assert len(told) == len(orjson.loads(files[name.replace(".csv", ".json")]))


def test_the_page_beside_explains_every_file_and_column(person: Actor) -> None:
    files = opened(ask(person))
    readme = files["README.txt"].decode()
    assert "Harbour Capital" in readme
    for name in (name for name in files if name.endswith(".json")):
        content = orjson.loads(files[name])
        assert name.removesuffix(".json") in readme
        for column in content[0] if isinstance(content, list) and content else ():
            assert f"  {column}: " in readme


def test_nothing_of_others_and_no_secret_is_in_it(person: Actor, world: World) -> None:
    whole = b"\n".join(content for name, content in opened(ask(person)).items() if not name.endswith(".pdf")).decode()
    others = [world.another_investor, world.manager, world.administrator, world.associate, world.foreign_investor]
    for other in others:
        assert other.name not in whole
        assert str(other.user_id) not in whole
    for text in ("Secret Ortiz", "ben.ortiz", "manager@", "$argon2", TOTP_SECRET):
        assert text not in whole


def test_somebody_without_anything_gets_an_archive_too(app: Flask, world: World) -> None:
    files = opened(ask(make_user(world.firm_id, "nothing@example.com", Role.INVESTOR)))
    assert orjson.loads(files["investments/holdings.json"]) == []
    assert files["investments/holdings.csv"].startswith(b"id,account,vehicle")


def test_staff_get_their_own_acts_and_no_investors_figures(person: Actor, world: World) -> None:
    with acting_as(Actor.system(world.firm_id).tenancy):
        take_role(world.manager, person.user_id or UUID(int=0), role=Role.INVESTOR)
    told = opened(ask(world.manager))
    assert orjson.loads(told["investments/holdings.json"]) == []
    assert "role.take" in {each["act"] for each in orjson.loads(told["record/acts.json"])}


def test_a_statement_that_the_store_lost_does_not_keep_the_rest_back(person: Actor) -> None:
    with acting_as(Actor.system(person.firm_id).tenancy):
        key = db.fetch_value(
            "SELECT file_key FROM investments.statements s JOIN people.account_members m USING (account_id)"
            " WHERE m.user_id = %(user)s",
            user=person.user_id,
        )
    resources().store.delete(key)
    readme = opened(ask(person))["README.txt"].decode()
    assert "Could not be read now" in readme


def test_collecting_twice_leaves_one_file(person: Actor) -> None:
    export = ask(person)
    again = Work(UUID(int=7), person.firm_id, "privacy.collect", {"export_id": str(export.id)}, 1)
    with acting_as(Actor.system(person.firm_id).tenancy):
        registry.resolve(again.job)([again])
    assert not resources().store.exists(f"exports/{UUID(int=7)}.zip")


def test_after_seven_days_the_file_is_gone(person: Actor) -> None:
    export = ask(person)
    assert export.file_key
    with acting_as(Actor.system(person.firm_id).tenancy):
        waits = db.fetch_one(
            "SELECT due_at FROM platform.outbox WHERE job = 'privacy.discard_export' AND state = 'ready'"
            " AND arguments ->> 'export_id' = %(id)s",
            id=str(export.id),
        )
        assert waits is not None
        assert waits.due_at == export.expires_at
        _hasten()
    assert resources().store.exists(export.file_key)
    drain()
    assert not resources().store.exists(export.file_key)
    with acting_as(person.tenancy):
        assert list_exports(person)[0].state is ExportState.GONE


@transactional
def _hasten() -> None:
    db.execute("UPDATE platform.outbox SET due_at = now() WHERE job = 'privacy.discard_export'")
