"""Signing in, against the password check alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from benchmarks.browser import Request
from benchmarks.generator import PASSWORD
from benchmarks.results import Result
from benchmarks.rounds import run_rounds
from benchmarks.stage import Stage

TOKEN = re.compile(rb'name="csrf_token"[^>]* value="([^"]+)"')


def measure(stage: Stage) -> Iterator[Result]:
    """The sign-in form sent in, a session opened each time."""
    port = stage.portal().port
    form = Request(port, "/sign-in")()
    found = TOKEN.search(form.body)
    assert found, "The sign-in form has no token."
    cookie = {"Cookie": "; ".join(f"{name}={value}" for name, value in form.cookies.items())}
    given = {"csrf_token": found[1].decode(), "email": "twenty@example.com", "password": PASSWORD, "next": "/"}
    subjects = {
        "sign-in": Request(port, "/sign-in", cookie, given, expected=303),
        "bare argon2": stage.control("/verify", form={"password": PASSWORD}),
    }
    timings = run_rounds(subjects, rounds=max(10, stage.rounds // 6))
    told = timings.told("sign-in", "bare argon2")
    yield Result("Sign-in", timings.ratio("sign-in", "bare argon2"), "<=1.15", "× bare argon2", told)
