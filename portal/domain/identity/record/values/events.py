"""The record of acts as people read it: events, and how far it is sealed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.domain.identity.record.values.acts import act_sentence


@dataclass(frozen=True, slots=True)
class Event:
    """An act as it was recorded; the names are those people have now."""

    id: int
    at: datetime
    actor_id: UUID | None
    actor_name: str | None
    on_behalf_of: UUID | None
    on_behalf_name: str | None
    act: str
    resource: str
    result: str
    address: str | None
    agent: str | None
    request_id: str | None
    detail: Mapping[str, Any]

    @property
    def sentence(self) -> str:
        """What was done, in words."""
        return act_sentence(self.act)


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events are asked for; what is None (or no ids) narrows nothing. `resource` is `vehicle:<id>` or, for all
    of a kind, `vehicle`; the days are moments, `until` excluded."""

    actor_ids: tuple[UUID, ...] | None = None
    act: str | None = None
    resource: str | None = None
    result: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sealing:
    """How far the record is sealed: the last block and its moment, the events since and the oldest of them."""

    number: int
    sealed_at: datetime | None
    waiting: int
    oldest_waiting_at: datetime | None
