"""The description is valid, says everything, and what is answered keeps to it."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from openapi_spec_validator import validate
from schemathesis import GenerationMode

from portal.domain.identity.access.values import Actor
from portal.platform import db
from tests.api.conftest import Book
from tests.factories.api import bearer

DESCRIPTION = "/api/v1/openapi.json"
UNLISTED = {"/api/v1/openapi.json"}
OPERATIONS = (
    "sign_in",
    "refresh",
    "sign_out",
    "show_portfolio",
    "show_holdings",
    "show_holding",
    "show_transactions",
    "show_statements",
    "show_statement",
    "download_statement",
)


def test_the_description_is_valid_openapi(client: FlaskClient) -> None:
    answer = client.get(DESCRIPTION)

    validate(answer.json)
    assert answer.json["openapi"].startswith("3.1")
    assert client.get(DESCRIPTION, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_every_address_is_described(app: Flask, client: FlaskClient) -> None:
    described = client.get(DESCRIPTION).json["paths"]
    rules = {rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/")} - UNLISTED

    assert {path.replace("{", "<uuid:").replace("}", ">") for path in described} == rules
    for path, operations in described.items():
        for method, operation in operations.items():
            assert operation["summary"].endswith("."), (path, method)
            assert operation["operationId"] in OPERATIONS
            assert ("security" in operation) == (path.endswith(("login", "refresh"))), (path, method)


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_whatever_is_asked_the_answer_keeps_to_the_description(
    app: Flask, book: Book, investor: Actor, operation: str, mode: GenerationMode
) -> None:
    db.end_reading()
    described = schemathesis.openapi.from_wsgi(DESCRIPTION, app).find_operation_by_id(operation)
    if mode is GenerationMode.NEGATIVE and not takes_anything(described):
        return

    @given(case=described.as_strategy(generation_mode=mode))
    @settings(max_examples=20, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    def keeps_to_it(case: schemathesis.Case) -> None:
        case.call_and_validate(headers=bearer(investor))

    keeps_to_it()


def takes_anything(described: Any) -> bool:
    """Whether there is something that can be sent wrongly."""
    return bool(described.body or described.query or described.path_parameters)
