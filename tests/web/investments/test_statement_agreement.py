"""One statement, three views: the snapshot's JSON, the page and the PDF say the same, figure by figure."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader

from portal.domain.identity.access.values import Actor
from portal.domain.investments.statements.values.snapshots import LINE_LABELS
from portal.platform import db
from portal.platform.tenancy import acting_as
from tests.factories.investments import make_account, make_vehicle, post_history
from tests.factories.statements import HISTORY, publish_run, statements_of
from tests.factories.web import sign_in

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
def vehicle(app: Flask, firm_id: UUID, investor: Actor) -> UUID:
    vehicle_id = make_vehicle(firm_id, "Harbour Buyout I")
    account_id = make_account(firm_id, "Lane Family Trust", investor)
    past = [("contribution", "2023-02-01", "100000"), ("valuation", "2023-12-31", "104321.99")]
    post_history(firm_id, account_id, vehicle_id, [("commitment", "2023-01-02", "500000"), *past, *HISTORY])
    return vehicle_id


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
    return f"{float(ratio) * (100 if name == 'irr' else 1):.2f}"


def printed_lines(text: str) -> Iterator[tuple[str, list[str]]]:
    for label in LINE_LABELS.values():
        for row in text.splitlines():
            if re.match(re.escape(label) + " ?[(0-9]", row):
                yield label, re.findall(FIGURE, row.removeprefix(label))


def test_snapshot_page_and_paper_agree(client: FlaskClient, investor: Actor, manager: Actor, vehicle: UUID) -> None:
    (statement,) = statements_of(manager, publish_run(manager, vehicle))
    snapshot = stored(statement.id, manager)
    sign_in(client, investor)
    shown = Texts()
    shown.feed(client.get(f"/investments/statements/{statement.id}").text)
    link = client.get(f"/investments/statements/{statement.id}/download").location
    paper = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(client.get(link).data)).pages)
    rows, printed = {row[0]: row[1:] for row in shown.rows if row}, dict(printed_lines(paper))

    lines = [*snapshot["account_lines"], *snapshot["commitment_lines"]]
    assert len(lines) == 14
    for line in lines:
        label, amounts = LINE_LABELS[line["code"]], [line[name] for name in ("period", "year", "inception")]
        assert [number(each) for each in rows[label]] == amounts, label
        assert [number(each) for each in printed[label]] == amounts, label

    compact = " ".join(paper.split())
    returns = compact[compact.index("Performance since inception") : compact.index("Transactions in")]
    for label, name in RETURNS.items():
        value = snapshot["performance"][name]
        expected = value if name in {"paid_in", "distributed", "nav"} else shortened(value, name)
        assert number(shown.figures[label]) == expected, label
        assert expected in [number(each) for each in re.findall(FIGURE, returns)], label
    assert snapshot["performance"]["irr"] is not None

    listed = [row for row in paper.splitlines() if re.match(r"[A-Z][a-z]{2} \d+, 2025 ?(Contribution|Return|Fee)", row)]
    assert len(snapshot["transactions"]) == len(listed) == 3
    for each, row in zip(snapshot["transactions"], listed, strict=True):
        effects = [each["account_effect"], each["unfunded_effect"]]
        assert [number(figure) for figure in re.findall(FIGURE, row)][-2:] == effects
        assert effects in [[number(cell) for cell in cells[-2:]] for cells in shown.rows if len(cells) == 5]
