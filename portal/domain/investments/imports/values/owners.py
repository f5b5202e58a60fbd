"""The owner of new accounts in what is kept of an import: their address, sealed."""

from __future__ import annotations

from dataclasses import replace

from portal.domain.investments.imports.values.tables import ImportOptions
from portal.platform.resources import resources


def with_sealed_owner(options: ImportOptions) -> ImportOptions:
    """The options as the database may hold them."""
    return options if options.owner is None else replace(options, owner=resources().sealer.seal(options.owner))


def with_opened_owner(options: ImportOptions) -> ImportOptions:
    """The options as they were chosen."""
    return options if options.owner is None else replace(options, owner=resources().sealer.unseal(options.owner))
