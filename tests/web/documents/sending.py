"""Batches as people send them."""

from __future__ import annotations

import io

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.jobs.drain import drain
from tests.factories.filing import paper

FIELDS = {"type": "tax_form", "period": "2025", "vehicle": "", "title": "K-1 {period}, {account}"}
PAGES = ("K-1\nLane Family Trust", "K-1\nHarbour Point LP", "K-1\nNobody we know\nPage 1 of 1")


def send(client: FlaskClient, content: bytes = paper(*PAGES), name: str = "k1s.pdf", **fields: str) -> TestResponse:
    return client.post("/documents/filing", data={**FIELDS, **fields, "file": (io.BytesIO(content), name)})


def sent(client: FlaskClient) -> str:
    """The address of a batch that was read."""
    place = send(client).headers["Location"]
    drain()
    return place
