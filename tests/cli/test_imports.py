"""`portal import` as scripts use it: exit codes, JSON, and what the ledger holds afterwards."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask import Flask

from portal.domain.identity.access.values import Actor, Role
from portal.domain.investments.ledger.values import HoldingFigures
from portal.platform.db import end_reading
from tests.commands import run_command
from tests.factories.identity import found_firm, make_user
from tests.factories.imports import history, holdings_of

CALLS = [
    ("Lane Trust", "Harbour I", "2020-01-01", "commitment", "100000", "C"),
    ("Lane Trust", "Harbour I", "2020-02-01", "contribution", "60000", "1"),
]
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def slug() -> str:
    return f"firm-{uuid4().hex[:8]}"


@pytest.fixture
def firm(committed_app: Flask, slug: str) -> UUID:
    """A firm of this test alone, since a command commits."""
    with committed_app.app_context():
        return found_firm(slug, slug)


@pytest.fixture
def run(environment: None, firm: UUID, slug: str) -> Run:
    """The command as a person runs it, for this firm."""

    def run(file: Path, *arguments: str, firm: str = slug) -> subprocess.CompletedProcess[str]:
        return run_command("import", str(file), "--firm", firm, *arguments, environment=os.environ)

    return run


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    return saved(tmp_path, history(CALLS))


def saved(directory: Path, content: bytes, name: str = "history.csv") -> Path:
    file = directory / name
    file.write_bytes(content)
    return file


def held(app: Flask, firm: UUID) -> list[HoldingFigures]:
    with app.app_context():
        end_reading()
        return holdings_of(Actor.system(firm))


def told(result: subprocess.CompletedProcess[str]) -> dict[str, object]:
    """The JSON on standard output, which holds nothing else."""
    parsed: dict[str, object] = json.loads(result.stdout)
    return parsed


def test_posted_then_skipped(run: Run, calls: Path, committed_app: Flask, firm: UUID) -> None:
    first = run(calls, "--kind", "transactions", "--json")
    assert (first.returncode, told(first)) == (0, {"posted": 2, "skipped": 0, "errors": []})
    again = run(calls, "--kind", "transactions", "--json")
    assert (again.returncode, told(again)) == (0, {"posted": 0, "skipped": 2, "errors": []})
    (holding,) = held(committed_app, firm)
    assert (holding.account, holding.vehicle, holding.paid_in) == ("Lane Trust", "Harbour I", 60000)


def test_a_file_that_is_wrong_is_refused_whole(run: Run, tmp_path: Path, committed_app: Flask, firm: UUID) -> None:
    file = saved(tmp_path, history([*CALLS, (*CALLS[1][:4], "six", "2")]))
    result = run(file, "--kind", "transactions", "--json")
    assert result.returncode == 1
    (error,) = told(result)["errors"]  # type: ignore[misc]  # a list in this JSON
    assert (error["row"], error["field"], told(result)["posted"]) == (4, "amount", 0)
    assert "'six' is not an amount" in error["message"]
    assert held(committed_app, firm) == []
    plain = run(file, "--kind", "transactions")
    assert (plain.returncode, plain.stdout.splitlines()[-1]) == (1, "Nothing was posted.")
    assert plain.stdout.startswith("Row 4, amount: ")


def test_mapping_scale_currency_and_stand_ins(
    run: Run, tmp_path: Path, committed_app: Flask, firm: UUID, slug: str
) -> None:
    with committed_app.app_context():
        ada = make_user(firm, f"ada@{slug}.example.com", Role.INVESTOR)
    header = ("Fund", "Committed, total", "Paid", "Out", "Value")
    file = saved(tmp_path, history([("Harbour I", "10.5", "2", "1", "1,5")], header).replace(b'"1,5"', b"1.5"))
    result = run(
        file, "--kind", "positions", "--map",
        "vehicle=Fund,commitment=Committed, total,paid_in=Paid,distributed=Out,nav=Value",
        "--scale", "1000000", "--currency", "eur", "--account", "Lane Trust", "--date", "2024-12-31",
        "--owner", f"ada@{slug}.example.com", "--json",
    )  # fmt: skip
    assert (result.returncode, told(result)["posted"]) == (0, 1), result.stderr
    with committed_app.app_context():
        (holding,) = holdings_of(ada)
    assert (holding.currency, holding.commitment, holding.nav) == ("EUR", Decimal(10500000), Decimal(1500000))


def test_a_dry_run_posts_nothing(run: Run, calls: Path, committed_app: Flask, firm: UUID) -> None:
    result = run(calls, "--kind", "transactions", "--dry-run", "--json")
    assert (result.returncode, told(result)["posted"]) == (0, 2)
    assert "2 rows would be posted" in run(calls, "--kind", "transactions", "--dry-run").stdout
    assert held(committed_app, firm) == []


def test_a_file_that_cannot_be_read_is_refused_for_its_content(run: Run, tmp_path: Path) -> None:
    result = run(saved(tmp_path, b"%PDF-1.7"), "--kind", "positions", "--json")
    assert result.returncode == 1
    (error,) = told(result)["errors"]  # type: ignore[misc]  # a list in this JSON
    assert (error["row"], "is a PDF" in error["message"]) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--kind", "transactions", "--map", "price=amount"), "no field 'price'"),
        (("--kind", "transactions", "--map", "amount"), "is not field=column"),
        (("--kind", "transactions", "--scale", "lots"), "is not a number"),
        (("--kind", "transactions", "--date", "31.12.2020"), "does not match the format"),
        (("--kind", "transactions", "--owner", "nobody@example.com"), "Nobody of this firm"),
        (("--kind", "stories"), "'stories' is not one of"),
        ((), "Missing option '--kind'"),
    ],
)
def test_a_wrong_command_says_so(run: Run, calls: Path, arguments: tuple[str, ...], words: str) -> None:
    result = run(calls, *arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert words in result.stderr


def test_an_unknown_firm_or_file_is_a_wrong_command(run: Run, calls: Path, tmp_path: Path) -> None:
    unknown = run(calls, "--kind", "transactions", firm="nobody")
    assert (unknown.returncode, "no firm called 'nobody'" in unknown.stderr) == (2, True)
    missing = run(tmp_path / "none.csv", "--kind", "transactions")
    assert (missing.returncode, "does not exist" in missing.stderr) == (2, True)


def test_an_unknown_column_or_currency_is_a_problem_of_the_file(run: Run, calls: Path) -> None:
    result = run(calls, "--kind", "transactions", "--map", "amount=Sum", "--currency", "XQX", "--json")
    assert result.returncode == 1
    errors = told(result)["errors"]
    assert {(error["row"], error["field"]) for error in errors} == {(0, "amount"), (0, "currency")}  # type: ignore[attr-defined]
