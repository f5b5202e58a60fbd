"""Distributions put into the books on their day."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.investments.distributions.services.paying import post_due_distribution
from portal.platform.outbox import Work


def post(work: Work) -> None:
    """Put an approved distribution into the books, its day having come."""
    post_due_distribution(Actor.system(work.firm_id), UUID(work.arguments["distribution_id"]))
