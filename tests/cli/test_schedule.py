"""The scheduler goes on, whatever one of its beats met."""

from __future__ import annotations

import threading

import pytest
from flask import Flask

from portal.cli import schedule
from portal.domain.identity.access.values import Actor
from portal.domain.identity.firms.queries import list_firms
from tests.factories.identity import found_firm


def test_a_beat_that_fails_is_followed_by_another(committed_app: Flask) -> None:
    pause, beats = threading.Event(), 0

    def beat() -> None:
        nonlocal beats
        beats += 1
        if beats == 3:
            pause.set()
        raise RuntimeError("Nobody expected this.")

    schedule._repeat(committed_app, beat, 0, pause)
    assert beats == 3


def test_one_firm_s_trouble_keeps_no_other_from_forgetting(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    found_firm("troubled", "Troubled")
    served = []

    def stumble(actor: Actor) -> int:
        served.append(actor.firm_id)
        raise ValueError("A row that nobody can open.")

    monkeypatch.setattr(schedule, "destroy_due_keys", stumble)
    schedule.forget()
    assert served == [firm.id for firm in list_firms()]
    assert len(served) >= 3
