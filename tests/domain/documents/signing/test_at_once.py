"""Several at the same moment, on connections of their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from threading import Barrier, Thread
from uuid import UUID

import pytest
from flask import Flask

from portal.domain.documents.signing.queries.envelopes import get_envelope, list_fields, list_history, list_people
from portal.domain.documents.signing.rules.evidence import shown_digest
from portal.domain.documents.signing.services.sending import cancel_envelope
from portal.domain.documents.signing.services.signing import decline_envelope, forward_envelope, sign_envelope
from portal.domain.documents.signing.values.envelopes import EnvelopeState, EventKind, SignerState
from portal.domain.documents.signing.values.marks import Signing
from portal.domain.identity.access.values import Actor, Role
from portal.platform.errors import DomainError
from portal.platform.ids import new_id
from portal.platform.tenancy import acting_as
from tests.factories.identity import found_firm, make_user
from tests.factories.signing import circumstances, make_envelope, make_signing

S = EnvelopeState


class Firm:
    """A manager and so many investors of a firm of their own: what is written here stays."""

    def __init__(self, app: Flask, investors: int) -> None:
        name = new_id().hex[:8]
        self.app = app
        with app.app_context():
            firm_id = found_firm(f"sign-{name}", "Signing Capital")
            self.manager = make_user(firm_id, f"manager@{name}.example", Role.MANAGER)
            self.people = [make_user(firm_id, f"p{n}@{name}.example", Role.INVESTOR) for n in range(investors)]

    def send(self, *turns: int) -> UUID:
        with self.app.app_context():
            return make_envelope(self.manager, *zip(self.people, turns, strict=True))

    def state(self, envelope: UUID) -> EnvelopeState:
        with self.app.app_context(), acting_as(self.manager.tenancy):
            return get_envelope(self.manager, envelope).state

    def count(self, envelope: UUID, kind: EventKind) -> int:
        with self.app.app_context(), acting_as(self.manager.tenancy):
            return sum(each.kind is kind for each in list_history(self.manager, envelope))

    def at_once(self, acts: Sequence[tuple[Actor, Callable[[], None]]]) -> Counter[str]:
        """What became of acts that were all begun at the same moment."""
        gate, answers = Barrier(len(acts)), Counter[str]()

        def run(actor: Actor, act: Callable[[], None]) -> None:
            with self.app.app_context(), acting_as(actor.tenancy):
                gate.wait()
                try:
                    act()
                    answers["done"] += 1
                except DomainError as error:
                    answers[error.code] += 1

        threads = [Thread(target=run, args=each) for each in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return answers

    def signing(self, person: Actor, envelope: UUID) -> tuple[Actor, Callable[[], None]]:
        with self.app.app_context():
            said = make_signing(person, envelope)
        return person, lambda: sign_envelope(person, envelope, said, circumstances())

    def trying(self, envelope: UUID, seat: int) -> tuple[Actor, Callable[[], None]]:
        """Who sits there tries to sign, asked or not, and knows what they would be shown."""
        person, manager = self.people[seat - 1], self.manager
        with self.app.app_context(), acting_as(manager.tenancy):
            found = get_envelope(manager, envelope)
            fields = list_fields(manager, envelope, seat=seat)
        shown = shown_digest(envelope, found.digest, found.consent_version, fields)
        said = Signing(shown, found.consent_version, person.name or "Ann Lane", "", "", {})
        return person, lambda: sign_envelope(person, envelope, said, circumstances())


def test_all_of_a_turn_sign_at_once_and_it_is_signed_once(committed_app: Flask) -> None:
    firm = Firm(committed_app, 6)
    envelope = firm.send(1, 1, 1, 1, 1, 1)
    assert firm.at_once([firm.signing(person, envelope) for person in firm.people]) == {"done": 6}
    assert firm.state(envelope) is S.SIGNED
    assert firm.count(envelope, EventKind.SIGNED) == 6


def test_the_same_signer_in_many_tabs_signs_once(committed_app: Flask) -> None:
    firm = Firm(committed_app, 2)
    envelope = firm.send(1, 2)
    assert firm.at_once([firm.signing(firm.people[0], envelope)] * 6) == {"done": 1, "already_signed": 5}
    assert firm.count(envelope, EventKind.SIGNED) == 1
    assert firm.count(envelope, EventKind.ASKED) == 2


@pytest.mark.parametrize("attempt", range(3))
def test_declining_against_signing_ends_in_one_of_both(committed_app: Flask, attempt: int) -> None:
    firm = Firm(committed_app, 3)
    envelope = firm.send(1, 1, 1)
    refuser = firm.people[0]
    refusing = (refuser, lambda: decline_envelope(refuser, envelope, circumstances(), reason=f"No, {attempt}."))
    answers = firm.at_once([refusing, *(firm.signing(person, envelope) for person in firm.people)])
    signed = firm.count(envelope, EventKind.SIGNED)
    if firm.state(envelope) is S.DECLINED:
        assert firm.count(envelope, EventKind.DECLINED) == 1
        assert answers["done"] == signed + 1
    else:
        assert firm.state(envelope) is S.SIGNED
        assert signed == 3
        assert answers["already_signed"] + answers["envelope_closed"] == 1


def test_passing_on_against_signing_leaves_one_in_the_seat(committed_app: Flask) -> None:
    firm = Firm(committed_app, 2)
    with committed_app.app_context():
        envelope = make_envelope(firm.manager, (firm.people[0], 1))
    signer = firm.people[0]

    def pass_on() -> None:
        forward_envelope(signer, envelope, circumstances(), email="nobody@example.com", reason="Hers.")

    answers = firm.at_once([firm.signing(signer, envelope), (signer, pass_on), (signer, pass_on)])
    assert answers["done"] == 1
    with committed_app.app_context(), acting_as(firm.manager.tenancy):
        (sitting,) = list_people(firm.manager, envelope)
    assert sitting.state in {SignerState.SIGNED, SignerState.WAITING}


def test_taking_back_against_the_last_signature_is_one_or_the_other(committed_app: Flask) -> None:
    firm = Firm(committed_app, 1)
    envelope = firm.send(1)
    taking = (firm.manager, lambda: cancel_envelope(firm.manager, envelope))
    answers = firm.at_once([firm.signing(firm.people[0], envelope), taking])
    assert answers == {"done": 1, "envelope_closed": 1}
    assert firm.state(envelope) in {S.SIGNED, S.CANCELLED}


@pytest.mark.parametrize("turns", [(1, 2, 3), (3, 1, 1, 2), (2, 2, 1, 1)])
def test_whoever_tries_at_once_the_turns_are_kept(committed_app: Flask, turns: tuple[int, ...]) -> None:
    """Everybody tries together, twice, once for each turn: nobody gets in before all of the turn before have signed."""
    firm = Firm(committed_app, len(turns))
    envelope = firm.send(*turns)
    acts = [firm.trying(envelope, seat) for seat in range(1, len(turns) + 1)] * 2
    for _ in set(turns):
        firm.at_once(acts)
    with committed_app.app_context(), acting_as(firm.manager.tenancy):
        people = list_people(firm.manager, envelope)
    assert [each.state for each in people] == [SignerState.SIGNED] * len(turns)
    moments = {turn: [each.decided_at for each in people if each.turn == turn] for turn in sorted(set(turns))}
    for earlier, later in pairwise(moments.values()):
        assert max(filter(None, earlier)) < min(filter(None, later))
    assert firm.count(envelope, EventKind.SIGNED) == len(turns)
