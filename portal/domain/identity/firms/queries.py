"""Reading firms."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.firms.values import Firm
from portal.platform import db
from portal.platform.errors import NotFound
from portal.platform.tenancy import GATE, acting_as

SELECT = "SELECT id, slug, name, accent, locale, time_zone FROM identity.firms"


def find_firm_by_slug(slug: str) -> Firm | None:
    """The firm called `slug`, or None; asked at the gate, before anybody is known."""
    with acting_as(GATE):
        row = db.fetch_one(f"{SELECT} WHERE slug = %(slug)s", slug=slug)
    return None if row is None else Firm(*row)


def get_firm_by_slug(slug: str) -> Firm:
    """The firm called `slug`; NotFound where there is none."""
    firm = find_firm_by_slug(slug)
    if firm is None:
        raise NotFound(f"There is no firm called {slug!r}.")
    return firm


def find_firm_for_host(host: str) -> Firm | None:
    """The firm that `host` (without port) belongs to, or the only firm there is, or None; asked at the gate."""
    with acting_as(GATE):
        rows = db.fetch_all(
            f"{SELECT} ORDER BY host IS NOT DISTINCT FROM %(host)s DESC, slug LIMIT 2",
            host=host,
        )
        exact = db.fetch_value("SELECT EXISTS (SELECT FROM identity.firms WHERE host = %(host)s)", host=host)
    if exact or len(rows) == 1:
        return Firm(*rows[0])
    return None


def get_firm(firm_id: UUID) -> Firm:
    """The firm with this id, in its own tenancy; NotFound where there is none."""
    row = db.fetch_one(f"{SELECT} WHERE id = %(id)s", id=firm_id)
    if row is None:
        raise NotFound
    return Firm(*row)


def list_firms() -> list[Firm]:
    """Every firm of the installation by slug; asked at the gate, by its operator's commands."""
    with acting_as(GATE):
        return [Firm(*row) for row in db.fetch_all(f"{SELECT} ORDER BY slug")]


def find_registering_firm(host: str) -> Firm | None:
    """The firm that `host` belongs to (or the only one), where anybody may register with it; asked at the gate."""
    firm = find_firm_for_host(host)
    if firm is None:
        return None
    with acting_as(GATE):
        opened = db.fetch_value("SELECT open_registration FROM identity.firms WHERE id = %(id)s", id=firm.id)
    return firm if opened else None


def exists_open_registration(firm_id: UUID) -> bool:
    """Whether anybody may register with a firm, in its own tenancy."""
    return bool(db.fetch_value("SELECT open_registration FROM identity.firms WHERE id = %(id)s", id=firm_id))
