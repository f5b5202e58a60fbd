"""The access oracle: everybody asks for everything, and nobody is told what is not theirs.

Each request runs in a transaction that is taken back, so that each finds the same portal. Of the ids that fit a place
one of each firm and set of owners (for staff one of each firm) is tried there, and some that do not; `ORACLE=full`
tries all that fit, more that do not, and empty forms beside full ones: see docs/security.md for how many that are.
"""

from __future__ import annotations

import io
import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import uuid4

import psycopg
import pytest
from flask import Flask
from sqlalchemy import Connection

from tests.conftest import taken_back
from tests.security.harvest import Found, harvest
from tests.security.identities import IDENTITIES, Identity, identities
from tests.security.matrix import FORM, FULL, TABLES, Place, Probe, places, probes_of, table_of, unfilled
from tests.security.reading import Answer, scopes_in, text_of, unchanging
from tests.security.scene import Scene

MOST_SHOWN = 20
WRITTEN = """
SELECT name, rows
FROM (
  SELECT oid::regclass::text AS name, pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid)
    + pg_stat_get_xact_tuples_deleted(oid) AS rows
  FROM pg_class WHERE relkind = 'r' AND oid >= 16384
) AS counted
WHERE rows > 0
"""
# Whoever is refused as somebody else is who tries everything: they try what is theirs, and one thing that is not.
LIKE_ANOTHER = {"another investor", "investor of another firm"}
NOBODYS = "999999999"  # an id where ids are numbers

HTML, JSON, PDF, CSV = "text/html", "application/json", "application/pdf", "text/csv"


def _shown(scopes: str, *kinds: str) -> set[tuple[str, str]]:
    return {(scope, kind) for scope in scopes.split() for kind in kinds}


# Who has to be told what in which kind of answer, so that silence is no success.
SHOWN: dict[str, set[tuple[str, str]]] = {
    "reader outside": _shown("adalent", HTML, PDF) | _shown("adareader", HTML),
    "investor": _shown("ada adaown adalent shared", HTML, JSON) | _shown("adaself viewer delegate", HTML),
    "another investor": _shown("ben benown benlent shared", HTML, JSON) | _shown("benself", HTML),
    "delegate": _shown("ada", HTML, JSON, PDF) | _shown("delegate", HTML),
    "manager": _shown("ada adaown ben benown shared", HTML, JSON) | _shown("staff viewer", HTML),
    "investor of another firm": _shown("foreign", HTML, JSON, PDF) | _shown("foreignself", HTML),
    "manager of another firm": _shown("foreign", HTML, JSON, PDF, CSV),
}


@dataclass
class Oracle:
    """Asks, compares and remembers what it found."""

    app: Flask
    asked: int = 0
    findings: list[str] = field(default_factory=list)
    seen: Counter[tuple[str, str]] = field(default_factory=Counter)  # of a scope, in a kind of answer
    kept: dict[object, Answer] = field(default_factory=dict)

    def ask(self, identity: Identity, probe: Probe, form: dict[str, str], *, closely: bool) -> Answer:
        """The answer to a probe, its redirects within the portal followed where it only reads; `closely` as it can be
        compared, with what it wrote."""
        if not closely:
            with taken_back(self.app):
                return self._send(identity, probe, form)
        reads = probe.place.method == "GET"
        with taken_back(self.app) as connection:
            before = {} if reads else _written(connection)
            answer = self._send(identity, probe, form)
            written = {} if reads else _written(connection)
        more = {name: count - before.get(name, 0) for name, count in written.items() if count != before.get(name, 0)}
        location, text = (unchanging(each, _tried_in(probe)) for each in (answer.location, answer.text))
        return Answer(answer.status, location, text, more)

    def _send(self, identity: Identity, probe: Probe, form: dict[str, str]) -> Answer:
        self.asked += 1
        place, tried = probe.place, _tried_in(probe)
        with self.app.test_request_context():
            path = self.app.url_for(place.rule.endpoint, **probe.values)
        given = {**form, **({probe.field: tried} if probe.field else {})}
        if probe.field == "resource":
            given["resource"] = f"account:{tried}"
        sent = {"query_string": given} if place.method == "GET" else {"data": given}
        if place.rule.endpoint.startswith("api.") and place.method != "GET":
            sent = _form_of(probe, tried) if place.takes_files else {"json": {}}
        client = self.app.test_client(use_cookies=False)
        response = client.open(path, method=place.method, headers=identity.headers(path), **sent)
        text, location = text_of(response), response.headers.get("Location", "")
        while response.status_code == 303 and place.method == "GET" and "/files/" in location:
            response = client.get(location)
            text, location = text + text_of(response), response.headers.get("Location", "")
        self._look_for_strangers(identity, probe, text, response.mimetype)
        return Answer(response.status_code, location, text)

    def _look_for_strangers(self, identity: Identity, probe: Probe, text: str, kind: str) -> None:
        for scope, word in scopes_in(text).items():
            self.seen[scope, kind] += 1
            if scope not in identity.scopes:
                self.findings.append(f"{identity.name}: {probe.place.name} {dict(probe.values)} tells {word}")

    def compare(self, identity: Identity, probe: Probe, form: dict[str, str]) -> None:
        """Ask, and where the thing is not theirs, find the answer the same as for an id that nothing has."""
        secret = probe.tried is not None and not identity.may_know(probe.tried)
        answer = self.ask(identity, probe, form, closely=secret)
        if answer.status >= 500:
            self.findings.append(f"{identity.name}: {probe.place.name} {dict(probe.values)} failed: {answer.summary()}")
        if probe.tried is None or not secret:
            return
        random = probe.instead(NOBODYS if probe.tried.id.isdigit() else str(uuid4()))
        spot = probe.field or next(name for name, value in probe.values.items() if value == probe.tried.id)
        others = tuple((name, value) for name, value in probe.values.items() if name != spot)
        key = (identity.name, probe.place.name, spot, others, bool(form), probe.tried.id.isdigit())
        if key not in self.kept:
            self.kept[key] = self.ask(identity, random, form, closely=True)
        if answer != self.kept[key]:
            self.findings.append(
                f"{identity.name}: {probe.place.name} {spot}={probe.tried.table} answers {answer.summary()},"
                f" and {self.kept[key].summary()} for an id of nobody"
            )


def _tried_in(probe: Probe) -> str:
    return probe.tried.id if probe.tried else ""


def _form_of(probe: Probe, tried: str) -> dict[str, object]:
    """A form of the API: with a file, unless it names one that has arrived."""
    file = {} if probe.field == "upload" else {"file": (io.BytesIO(b"no paper"), "paper.pdf")}
    named = {probe.field: tried} if probe.field else {}
    return {"data": {**file, **named}, "content_type": "multipart/form-data"}


def _written(connection: Connection) -> dict[str, int]:
    """How many rows of each table were written, what was taken back included; it goes on counting."""
    return {name: count for name, count in connection.exec_driver_sql(WRITTEN)}


def _fitting(identity: Identity, name: str, ids: list[Found]) -> list[Found]:
    """The ids tried as `name`: those of its own kind, some of the others, chosen the same each time. To staff all of a
    firm are alike."""
    own, others = ([each for each in ids if (each.table == table_of(name)) is fits] for fits in (True, False))
    if FULL:
        return own + others[:: max(1, len(others) // 12)]
    is_staff = identity.person is not None and identity.person.is_staff
    sorts = {(each.firm_id, None if is_staff else each.owners): each for each in own}
    tried = [*sorts.values(), *others[len(others) // 2 :][:1]]
    if identity.name not in LIKE_ANOTHER:
        return tried
    known, secret = ([each for each in tried if identity.may_know(each) is mine] for mine in (True, False))
    return [*known, *secret[:1]]


def _written_alike(name: str, found: Found) -> bool:
    return found.id.isdigit() == (name == "event_id")


def _spread(identity: Identity, ids: list[Found]) -> dict[str, list[Found]]:
    names = [*TABLES, "outbox"]
    return {name: _fitting(identity, name, [each for each in ids if _written_alike(name, each)]) for name in names}


def _good(identity: Identity, ids: list[Found]) -> dict[str, str]:
    """For each kind an id that they may know, or one of nobody."""
    good = {name: NOBODYS if name == "event_id" else str(uuid4()) for name in TABLES}
    for each in ids:
        if identity.may_know(each):
            good.update({name: each.id for name, table in TABLES.items() if table == each.table})
    return good


def _forms(place: Place) -> list[dict[str, str]]:
    if place.method == "GET" or place.rule.endpoint.startswith("api."):
        return [{}]
    return [{}, dict(FORM)] if FULL else [dict(FORM)]


@pytest.fixture
def oracle(committed_app: Flask) -> Iterator[Oracle]:
    logging.disable(logging.CRITICAL)  # of what is refused here by the thousand
    committed_app.config["PROPAGATE_EXCEPTIONS"] = False
    yield Oracle(committed_app)
    committed_app.config["PROPAGATE_EXCEPTIONS"] = None
    logging.disable(logging.NOTSET)


def test_everybody_tries(scene: Scene) -> None:
    assert tuple(identities(scene)) == IDENTITIES


def test_every_route_is_tried(committed_app: Flask) -> None:
    missing = list(unfilled(committed_app))
    assert not missing, "The access oracle (tests/security/matrix.py) cannot try these:\n" + "\n".join(missing)


@pytest.fixture(scope="session")
def ids(scene: Scene, scene_url: str) -> list[Found]:
    """Everything of the scene that has an id."""
    return harvest(scene_url)


@pytest.fixture
def awake(scene: Scene, scene_url: str) -> None:
    """Everybody was seen lately: asking for everything takes longer than a session may idle. But not just now: what is
    noted once a minute is then noted with each request, and not with some."""
    with psycopg.connect(scene_url, autocommit=True) as connection:
        connection.execute("UPDATE identity.sessions SET seen_at = now() - interval '2 minutes'")


@pytest.mark.slow
@pytest.mark.usefixtures("awake")
@pytest.mark.parametrize("name", IDENTITIES)
def test_nobody_is_told_what_is_not_theirs(oracle: Oracle, scene: Scene, ids: list[Found], name: str) -> None:
    identity = identities(scene)[name]
    spread = _spread(identity, ids)
    good, known = _good(identity, ids), identity.person is not None and not identity.everywhere
    tried = spread if FULL or known else {name: found[:2] for name, found in spread.items()}
    for place in places(oracle.app):
        for probe in probes_of(place, tried, good, scene.links):
            for form in _forms(place):
                oracle.compare(identity, probe, form)
    print(f"\n{oracle.asked} probes, {len(ids)} ids, {len(places(oracle.app))} places; seen {dict(oracle.seen)}")
    shown = "\n".join(oracle.findings[:MOST_SHOWN])
    assert not oracle.findings, f"{len(oracle.findings)} of {oracle.asked} probes found something:\n{shown}"
    unseen = {(scope, kind) for scope, kind in SHOWN.get(name, set()) if not oracle.seen[scope, kind]}
    assert not unseen, f"These are theirs, and shown nowhere: {unseen}"
