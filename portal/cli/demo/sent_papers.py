"""The demo's papers that investors sent, and that wait for somebody of the firm."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from portal.cli.demo.actors import find_actor
from portal.cli.demo.cast import Cast
from portal.cli.demo.papers import draw_paper, send_paper
from portal.domain.documents.library.values.documents import DocumentType
from portal.domain.documents.papers import services
from portal.domain.identity.access.values import Actor
from portal.domain.people.investor_accounts.queries import find_account_ids
from portal.platform.ids import name_key
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as


def send_papers(system: Actor, cast: Cast, told: Iterable[Mapping[str, Any]]) -> None:
    """Have investors send what the file says."""
    for each in told:
        with acting_as(system.tenancy):
            person = find_actor(system, cast, each["by"])
            account_id = find_account_ids(system, [each["account"]])[name_key(each["account"])]
        arrival = send_paper(each["name"], draw_paper(cast.name, cast.accent, each["title"], each["text"]))
        quota = resources().settings.documents_quota
        with acting_as(person.tenancy):
            services.send_paper(person, account_id, DocumentType(each["type"]), arrival, note=each["note"], quota=quota)
