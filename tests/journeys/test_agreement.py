"""Page, HTML twin, PDF and JSON say the same of one investor, figure by figure."""

from __future__ import annotations

import io
import re
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader

from portal.domain.identity.access.values import Actor
from portal.platform.money import minor_places
from tests.factories.identity import PASSWORD
from tests.factories.investments import make_account, make_vehicle, post_history
from tests.factories.statements import HISTORY, Q3, publish_run
from tests.factories.web import sign_in

AMOUNTS = ("commitment", "unfunded", "paid_in", "distributed", "nav")
MULTIPLES = ("dpi", "rvpi", "tvpi", "pic")
AS_OF = Q3.ends_on.isoformat()
PLAIN = [(kind, on, amount.split(".")[0]) for kind, on, amount in HISTORY]
STATED = ("paid_in", "distributed", "nav", "dpi", "rvpi", "tvpi", "pic", "irr")


class Opened(HTMLParser):
    """The text of each link that opens a figure, by figure and by holding or currency."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: dict[tuple[str, str], str] = {}
        self._key: tuple[str, str] | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        href = urlsplit(dict(attributes).get("href") or "")
        if tag == "a" and href.path.startswith("/investments/figures/"):
            query = parse_qs(href.query)
            whose = query.get("holding") or query.get("currency") or [""]
            if "account" not in query:
                self._key = (href.path.rpartition("/")[2], whose[0])

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._key = None

    def handle_data(self, data: str) -> None:
        if self._key and self._key not in self.texts:
            self.texts[self._key] = data.strip()


def as_shown(name: str, figures: dict[str, Any]) -> str:
    """How a figure of the JSON is written for people."""
    value = figures[name]
    if value is None:
        return "–"
    if name in AMOUNTS:
        amount = f"{abs(Decimal(value)):,.{minor_places(figures['currency'])}f}"
        return f"({amount})" if value.startswith("-") else amount
    if name in MULTIPLES:
        return f"{round(Decimal(value), 2):.2f}×"
    percent = f"{abs(round(Decimal(value) * 100, 2)):.2f}%"
    return f"({percent})" if value.startswith("-") else percent


@pytest.fixture
def holdings(firm_id: UUID, investor: Actor, manager: Actor, app: object) -> None:
    """Two accounts in three vehicles of two currencies, one of them without minor units, with published statements."""
    family, personal = make_account(firm_id, "Lane Family Trust", investor), make_account(firm_id, "Ada Lane", investor)
    buyout, credit = make_vehicle(firm_id, "Harbour Buyout I"), make_vehicle(firm_id, "Harbour Credit II")
    yen = make_vehicle(firm_id, "Harbour Tokyo", "JPY")
    for account, vehicle, history in (
        (family, buyout, HISTORY),
        (family, credit, [*HISTORY[:3], ("dividend", "2025-04-01", "300000"), ("valuation", "2025-09-30", "12.34")]),
        (personal, buyout, [("commitment", "2025-01-01", "5000"), ("valuation", "2025-09-30", "0")]),
        (personal, yen, PLAIN),
    ):
        post_history(firm_id, account, vehicle, history)
    for vehicle in (buyout, credit, yen):
        publish_run(manager, vehicle)


@pytest.mark.usefixtures("holdings")
def test_all_four_say_the_same(client: FlaskClient, investor: Actor) -> None:
    login = client.post("/api/v1/auth/login", json={"email": "ada.lane@example.com", "password": PASSWORD})
    bearer = {"Authorization": f"Bearer {login.json['access_token']}"}

    def ask(place: str) -> Any:
        answer = client.get(f"/api/v1/investments/{place}", headers=bearer)
        assert answer.status_code == 200, answer.text
        return answer.json

    totals = ask(f"portfolio?as_of={AS_OF}")["totals"]
    items = ask(f"holdings?as_of={AS_OF}")["items"]
    statements = ask("statements")["items"]
    assert [total["currency"] for total in totals] == ["JPY", "USD"]
    assert len(items) == len(statements) == 4

    sign_in(client, investor)
    page = Opened()
    page.feed(client.get(f"/investments/portfolio?as_of={AS_OF}").text)
    for figures, whose in [(each, each["id"]) for each in items] + [(each, each["currency"]) for each in totals]:
        for name in (*AMOUNTS, *MULTIPLES, "irr"):
            assert page.texts[name, whose] == as_shown(name, figures), (name, whose)

    by_names = {(each["account"], each["vehicle"]): each for each in items}
    for listed in statements:
        figures = by_names[listed["account"], listed["vehicle"]]
        stated = ask(f"statements/{listed['id']}")
        for name in STATED:
            assert stated["figures"][name] == figures[name], name
        twin = client.get(f"/investments/statements/{listed['id']}").text
        link = client.get(f"/investments/statements/{listed['id']}/download").location
        paper = PdfReader(io.BytesIO(client.get(link).data))
        printed = re.sub(r"\s+", " ", " ".join(leaf.extract_text() for leaf in paper.pages))
        for name in STATED:
            shown = as_shown(name, figures)
            assert shown in twin, (name, shown)
            assert shown in printed, (name, shown)
