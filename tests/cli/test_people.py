"""`portal create-firm`, `portal create-user`: what they do, and how they refuse."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from portal.cli.database import migrate
from portal.cli.main import main
from portal.cli.people import create_firm, create_person
from portal.cli.verification import verify
from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.accounts.queries import find_user_by_email
from portal.domain.identity.firms.queries import find_firm_by_slug
from portal.platform.tenancy import acting_as
from tests.factories.identity import PASSWORD

OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"

pytestmark = pytest.mark.usefixtures("environment")


@pytest.fixture
def slug(committed_app: Flask) -> str:
    """A firm that a command founded."""
    slug = f"founded-{uuid4().hex[:8]}"
    founded = CliRunner().invoke(create_firm, [slug, "Founded Capital"])
    assert (founded.exit_code, founded.output) == (0, "Founded Capital is founded.\n")
    return slug


def add(slug: str, email: str = "first@founded.example", password: str = PASSWORD) -> Result:
    told = [email, "First Person", "--firm", slug, "--role", "investor", "--password", password]
    return CliRunner().invoke(create_person, told)


def refused(answer: Result, *, code: int = 1) -> str:
    """What is told of a refusal, which is no traceback."""
    assert answer.exit_code == code, answer.output
    assert isinstance(answer.exception, SystemExit)
    return answer.output


def test_a_firm_and_a_person_are_there(committed_app: Flask, slug: str) -> None:
    assert add(slug).output == "first@founded.example may sign in.\n"
    with committed_app.app_context():
        firm = find_firm_by_slug(slug)
        assert firm
        system = Actor.system(firm.id)
        with acting_as(system.tenancy):
            person = find_user_by_email(system, "first@founded.example")
    assert person
    assert (person.name, person.active, person.roles) == ("First Person", True, {Role.INVESTOR})


def test_what_cannot_be_is_refused_in_a_sentence(slug: str) -> None:
    again = CliRunner().invoke(create_firm, [slug, "Another"])
    assert "already. Nothing was changed." in refused(again)
    assert "small letters" in refused(CliRunner().invoke(create_firm, ["No Good", "x"]), code=2)
    add(slug)
    assert "e-mail address" in refused(add(slug))
    assert "There is no firm called 'nowhere'" in refused(add("nowhere"))
    assert "15 characters" in refused(add(slug, "short@founded.example", "short"))
    assert "not an e-mail address" in refused(add(slug, "nobody"), code=2)
    assert "There is no firm called 'nowhere'" in refused(CliRunner().invoke(verify, ["--firm", "nowhere"]))


def test_a_database_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    away = "postgresql://portal_web:secret@127.0.0.1:1/portal"
    monkeypatch.setenv("DATABASE_URL", away)
    monkeypatch.setenv("MIGRATION_DATABASE_URL", away)
    for command, arguments in ((verify, []), (create_firm, ["away", "Away"]), (migrate, [])):
        told = refused(CliRunner().invoke(command, arguments))
        assert "The database cannot be reached" in told
        assert "secret" not in told


def test_every_command_says_what_it_does(committed_app: Flask) -> None:
    for name in main.list_commands(main.make_context("portal", [], resilient_parsing=True)):
        told = CliRunner().invoke(main, [name, "--help"])
        assert told.exit_code == 0, name
        assert len(told.output.splitlines()[2].strip()) > 20, name
        assert f"portal {name}" in OPERATIONS.read_text(), "tell of it in docs/operations.md"
