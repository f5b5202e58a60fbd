"""Statements in five views: snapshot, page, PDF, spreadsheet and the JSON beside it say the same, figure by figure.
AGREEMENT=full compares 200 accounts."""

from __future__ import annotations

import hashlib
import io
import json
import os
import random
import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from html.parser import HTMLParser
from typing import Any
from uuid import UUID

import pypdfium2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from portal.domain.identity.access.values import Actor
from portal.domain.investments.ledger.queries.holdings import list_holdings
from portal.domain.investments.statements.queries.statements import (
    get_statement,
    get_statement_figures,
    list_run_statements,
)
from portal.domain.investments.statements.rules.snapshots import read_snapshot
from portal.domain.investments.statements.values.statements import StatementSummary
from portal.platform import db
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as
from portal.printing.statement_sheets import write_statement_sheet
from tests.factories.investments import make_account, make_vehicle, post_history
from tests.factories.statements import HISTORY, prepare_run, publish_run
from tests.factories.web import sign_in
from tests.factories.worths import value_vehicle

ACCOUNTS = 200 if os.environ.get("AGREEMENT") == "full" else 12
RETURNS = {
    "Paid in": "paid_in", "Distributed": "distributed", "Net asset value": "nav",
    "DPI": "dpi", "RVPI": "rvpi", "TVPI": "tvpi", "PIC": "pic", "IRR": "irr",
}  # fmt: skip
FIGURE = r"(\([\d,]+\.\d+%?\)|[\d,]+\.\d+[×%]?|–)"


class Texts(HTMLParser):
    """The words of each table row and each labelled figure of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.figures: dict[str, str] = {}
        self._into: list[str] | None = None
        self._label = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        name = dict(attributes).get("class") or ""
        if tag == "tr":
            self.rows.append([])
        elif tag in {"th", "td"} and self.rows:
            self._into = self.rows[-1]
            self._into.append("")
        elif name in {"figure-label", "figure-value"}:
            self._into = [""]

    def handle_endtag(self, tag: str) -> None:
        if tag == "dt" and self._into:
            self._label = self._into[0].strip()
        elif tag == "dd" and self._into and self._label:
            self.figures.setdefault(self._label, self._into[0].split()[0])
        if tag in {"th", "td", "dt", "dd"}:
            self._into = None

    def handle_data(self, data: str) -> None:
        if self._into is not None:
            self._into[-1] += data


@pytest.fixture
def vehicle(app: Flask, firm_id: UUID, investor: Actor, associate: Actor, manager: Actor) -> UUID:
    vehicle_id = make_vehicle(firm_id, "Harbour Buyout I")
    account_id = make_account(firm_id, "Lane Family Trust", investor)
    past = [("contribution", "2023-02-01", "100000"), ("valuation", "2023-12-31", "104321.99")]
    post_history(firm_id, account_id, vehicle_id, [("commitment", "2023-01-02", "500000"), *past, *HISTORY])
    chance = random.Random(7)
    for number in range(1, ACCOUNTS):
        post_history(firm_id, make_account(firm_id, f"Account {number:03}"), vehicle_id, _history(chance))
    for day, carry in (("2025-06-30", "3141.59"), ("2025-09-30", "27182.81")):
        on = date.fromisoformat(day)
        with acting_as(manager.tenancy):
            worth = sum(max(each.capital, 0) for each in list_holdings(manager, as_of=on, vehicle_id=vehicle_id))
        value_vehicle(associate, manager, vehicle_id, on, Decimal(worth), accrued=Decimal(carry))
    return vehicle_id


def _history(chance: random.Random) -> list[tuple[str, str, str]]:
    """What may happen to an account, to the cent."""

    def amount(most: int) -> str:
        return f"{Decimal(chance.randrange(1, most * 100)) / 100}"

    kinds = [
        "contribution", "fee", "expense", "fee_rebate", "gain", "dividend", "return_of_capital", "carried_interest",
        "investment_income", "interest_expense", "placement_fee", "investment_gain", "investment_loss",
    ]  # fmt: skip
    days = [f"2025-{chance.randrange(1, 10):02}-{chance.randrange(1, 29):02}" for _ in range(6)]
    moves = [(chance.choice(kinds), day, amount(40_000)) for day in sorted(days)]
    begun = [("commitment", "2024-11-01", amount(2_000_000)), ("contribution", "2024-11-15", amount(200_000))]
    return [*begun, *moves, ("valuation", "2025-09-30", amount(900_000))]


def stored(statement_id: UUID, actor: Actor) -> dict[str, Any]:
    with acting_as(actor.tenancy):
        found: dict[str, Any] = db.fetch_value(
            "SELECT snapshot FROM investments.statements WHERE id = %(id)s", id=statement_id
        )
        return found


def number(text: str) -> str:
    """A figure as the snapshot writes it, from how it is shown."""
    plain = text.strip().strip("()×%").replace(",", "")
    return f"-{plain}" if text.strip().startswith("(") else plain


def shortened(ratio: str | None, name: str) -> str:
    """What a ratio of ten places is shown as."""
    if ratio is None:
        return "–"
    shown = Decimal(ratio) * (100 if name == "irr" else 1)
    return f"{shown.quantize(Decimal('0.01'), ROUND_HALF_UP)}"


def printed_lines(text: str, labels: Mapping[str, str]) -> Iterator[tuple[str, list[str]]]:
    """The lines of all sides, in order."""
    codes = {label: code for code, label in labels.items()}
    for row in text.splitlines():
        found = re.match(r"(.+?) ?(\([\d,]+\.\d\d\)|[\d,]+\.\d\d) ", row)
        if found and found[1] in codes:
            yield codes[found[1]], [number(each) for each in re.findall(FIGURE, row.removeprefix(found[1]))]


def stated_lines(snapshot: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """The lines of all sides as the snapshot has them."""
    beside = snapshot["beside"]
    sides = [snapshot, *([beside["partner"]] if beside["partner"] else []), beside["fund"]]
    return [
        (line["code"], [line[name] for name in ("period", "year", "inception")])
        for side in sides
        for part in ("account_lines", "commitment_lines")
        for line in side[part]
    ]


def paper_of(content: bytes) -> str:
    pdf = pypdfium2.PdfDocument(content)
    return "\n".join(page.get_textpage().get_text_range().replace("\r", "") for page in pdf)


def sheet_lines(content: bytes) -> dict[str, list[str]]:
    """The rows of the spreadsheet's first sheet that have figures: the account's columns, then the fund's."""
    sheet = load_workbook(io.BytesIO(content), data_only=True)["Statement"]
    rows = list(sheet.iter_rows(min_row=13, values_only=True))
    return {str(row[0]): [f"{each:.2f}" for each in row[1:]] for row in rows if row[0] and row[1] is not None}


def compare_lines(snapshot: dict[str, Any], shown: Texts, paper: str, sheet: bytes) -> None:
    labels = read_snapshot(snapshot).labels
    lines = stated_lines(snapshot)
    assert list(printed_lines(paper, labels)) == lines
    labelled = {label: code for code, label in labels.items()}
    page_lines = [(labelled[row[0]], [number(cell) for cell in row[1:]]) for row in shown.rows if row[0] in labelled]
    assert page_lines == lines
    rows = sheet_lines(sheet)
    for place, side in enumerate((snapshot, snapshot["beside"]["fund"])):
        for line in [*side["account_lines"], *side["commitment_lines"]]:
            stated = rows[labels[line["code"]]][3 * place : 3 * place + 3]
            assert stated == [line[name] for name in ("period", "year", "inception")]


def compare_returns(snapshot: dict[str, Any], shown: Texts, paper: str) -> None:
    compact = " ".join(paper.split())
    returns = compact[compact.index("Performance since inception") : compact.index("Transactions in")]
    for label, name in RETURNS.items():
        value = snapshot["performance"][name]
        expected = value if name in {"paid_in", "distributed", "nav"} else shortened(value, name)
        annual = snapshot["performance"]["irr_annualised"] or label != "IRR"
        assert number(shown.figures[label if annual else "IRR, not annualised"]) == expected, label
        assert expected in [number(each) for each in re.findall(FIGURE, returns)], label


def compare_transactions(snapshot: dict[str, Any], shown: Texts, paper: str) -> None:
    listed = [row for row in paper.splitlines() if re.match(r"[A-Z][a-z]{2} \d+, 2025 ?[A-Z]", row)]
    listed = [row for row in listed if len(re.findall(FIGURE, row)) >= 2]
    assert len(listed) == len(snapshot["transactions"])
    for each, row in zip(snapshot["transactions"], listed, strict=True):
        effects = [each["account_effect"], each["unfunded_effect"]]
        assert [number(figure) for figure in re.findall(FIGURE, row)][-2:] == effects
        assert effects in [[number(cell) for cell in cells[-2:]] for cells in shown.rows if len(cells) == 5]


def test_every_view_of_every_account_says_the_same(client: FlaskClient, manager: Actor, vehicle: UUID) -> None:
    statements = statements_all(manager, publish_run(manager, vehicle))
    assert len(statements) == ACCOUNTS
    sign_in(client, manager)
    for statement in statements:
        snapshot = stored(statement.id, manager)
        with acting_as(manager.tenancy):
            found, figures = get_statement(manager, statement.id), get_statement_figures(manager, statement.id)
        assert json.loads(figures.content) == snapshot
        assert hashlib.sha256(figures.content).hexdigest() == figures.digest
        assert found.file is not None
        paper = paper_of(resources().store.get(found.file.key))
        assert figures.digest in paper
        shown = Texts()
        shown.feed(client.get(f"/investments/statements/{statement.id}").text)
        sheet = write_statement_sheet(found.snapshot, figures.digest, "https://portal.example.com/verify/harbour")
        compare_lines(snapshot, shown, paper, sheet)
        compare_returns(snapshot, shown, paper)
        compare_transactions(snapshot, shown, paper)


def statements_all(actor: Actor, run_id: UUID) -> list[StatementSummary]:
    with acting_as(actor.tenancy):
        return list_run_statements(actor, run_id, most=ACCOUNTS + 1)


def test_files_beside_the_paper_are_known_by_their_digests(
    client: FlaskClient, investor: Actor, manager: Actor, vehicle: UUID
) -> None:
    statement = next(each for each in statements_all(manager, publish_run(manager, vehicle)) if "Lane" in each.account)
    sign_in(client, investor)
    place = f"/investments/statements/{statement.id}"
    sheet, figures = client.get(f"{place}/figures.xlsx"), client.get(f"{place}/figures.json")
    assert sheet.data == client.get(f"{place}/figures.xlsx").data
    assert "Lane" not in sheet.headers["Content-Disposition"]
    told = {
        "a spreadsheet of statement": hashlib.sha256(sheet.data).hexdigest(),
        "the figures of statement": hashlib.sha256(figures.data).hexdigest(),
    }
    for words, digest in told.items():
        answer = client.post("/verify/harbour", data={"digest": digest}).text
        assert words in answer
        assert statement.number in answer
        assert "Lane" not in answer.split("<main")[1].split("</main")[0]
    changed = client.post("/verify/harbour", data={"digest": hashlib.sha256(sheet.data + b" ").hexdigest()}).text
    assert "does not know this file" in changed


def test_a_draft_s_figures_are_not_known(client: FlaskClient, manager: Actor, vehicle: UUID) -> None:
    statement = statements_all(manager, prepare_run(manager, vehicle))[0]
    sign_in(client, manager)
    sheet = client.get(f"/investments/statements/{statement.id}/figures.xlsx")
    answer = client.post("/verify/harbour", data={"digest": hashlib.sha256(sheet.data).hexdigest()}).text
    assert "does not know this file" in answer


def test_documents_are_checked_so_many_times_a_minute_from_one_address(client: FlaskClient, app: Flask) -> None:
    def check(address: str) -> int:
        given = {"digest": "0" * 64}
        return client.post("/verify/harbour", data=given, environ_overrides={"REMOTE_ADDR": address}).status_code

    assert [check("203.0.113.57") for _ in range(61)] == [200] * 60 + [429]
    assert check("203.0.113.58") == 200
