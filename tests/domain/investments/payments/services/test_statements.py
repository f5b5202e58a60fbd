"""Bank files read in: each movement once, whatever file tells it."""

from __future__ import annotations

import pytest

from portal.domain.identity.access.values import Actor
from portal.domain.investments.payments.errors import LineTaken, StatementReadBefore, UnreadableStatement
from portal.domain.investments.payments.queries.bank_files import get_bank_file, list_lines_to_match
from portal.domain.investments.payments.services import statements
from portal.domain.investments.payments.services.statements import read_statement, set_aside, take_up
from portal.domain.investments.payments.values.receipts import LineState
from portal.platform.errors import Forbidden, NotFound
from portal.platform.tenancy import acting_as
from tests.factories.identity import found_firm, make_user
from tests.factories.payments import lines_of, read_file, statement_of

pytestmark = pytest.mark.usefixtures("app")
MARCH = (("2026-03-30", "Ada Lovelace", "C1-A1", "100.00"), ("2026-03-31", "", "bank fee", "-3.10"))


def test_money_that_came_in_is_to_match_and_what_went_out_is_not(associate: Actor) -> None:
    came, went = lines_of(associate, read_file(associate, *MARCH))
    assert (came.state, went.state) == (LineState.OPEN, LineState.ASIDE)
    assert (came.payer, came.reference, came.currency) == ("Ada Lovelace", "C1-A1", "USD")
    with acting_as(associate.tenancy):
        assert [each.id for each in list_lines_to_match(associate, most=10)] == [came.id]


def test_a_file_that_overlaps_another_brings_nothing_twice(associate: Actor) -> None:
    read_file(associate, *MARCH)
    with acting_as(associate.tenancy):
        more = statement_of(*MARCH, ("2026-04-01", "Grace", "C1-A2", "7"))
        outcome = read_statement(associate, name="april.csv", content=more, currency="USD")
        assert (outcome.lines, outcome.taken) == (3, 1)
        assert get_bank_file(associate, outcome.file_id).taken == 1
    assert [each.reference for each in lines_of(associate, outcome.file_id)] == ["C1-A2"]
    with acting_as(associate.tenancy), pytest.raises(StatementReadBefore):
        read_statement(associate, name="again.csv", content=more, currency="USD")


def test_what_cannot_be_read_leaves_nothing(associate: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    with acting_as(associate.tenancy):
        with pytest.raises(UnreadableStatement, match="Row 3"):
            read_statement(
                associate, name="x.csv", content=b"Date,Amount\n2026-01-01,1\n2026-01-01,one\n", currency="USD"
            )
        monkeypatch.setattr(statements, "LARGEST", 10)
        with pytest.raises(UnreadableStatement, match="larger than"):
            read_statement(associate, name="x.csv", content=statement_of(*MARCH), currency="USD")
        assert not list_lines_to_match(associate, most=10)


def test_a_payment_is_set_aside_and_taken_up_but_money_that_left_stays(associate: Actor) -> None:
    came, went = lines_of(associate, read_file(associate, *MARCH))
    with acting_as(associate.tenancy):
        set_aside(associate, came.id, note="A refund of the landlord")
        with pytest.raises(LineTaken):
            set_aside(associate, came.id, note="again")
        assert not list_lines_to_match(associate, most=10)
        take_up(associate, came.id)
        assert [each.state for each in list_lines_to_match(associate, most=10)] == [LineState.OPEN]
        with pytest.raises(LineTaken):
            take_up(associate, went.id)


def test_neither_investors_nor_another_firm_come_near(associate: Actor, investor: Actor) -> None:
    file_id = read_file(associate, *MARCH)
    stranger = make_user(found_firm("elsewhere", "Elsewhere"), "s@example.com", *associate.roles)
    with acting_as(stranger.tenancy):
        with pytest.raises(NotFound):
            get_bank_file(stranger, file_id)
        assert not list_lines_to_match(stranger, most=10)
    assert len(lines_of(stranger, read_file(stranger, *MARCH))) == 2  # the same movements of another firm are its own
    with acting_as(investor.tenancy), pytest.raises(Forbidden):
        read_statement(investor, name="x.csv", content=statement_of(*MARCH), currency="USD")
