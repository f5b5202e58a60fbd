"""Sealing the owners of new accounts anew, after a rotation of keys."""

from __future__ import annotations

from portal.domain.identity.access.values import Actor
from portal.domain.investments.imports.queries.owners import list_owners_to_reseal
from portal.platform.crypto import Vault
from portal.platform.db import execute, transactional
from portal.platform.resources import resources

# Only over what was read: somebody may choose another owner meanwhile.
RESEAL = """
UPDATE investments.imports SET options = jsonb_set(options, '{owner}', to_jsonb(%(sealed)s::text))
WHERE firm_id = %(firm)s AND id = %(id)s AND options->>'owner' = %(old)s
"""


@transactional
def reseal_owners(actor: Actor, vault: Vault, *, most: int) -> int:
    """Seal the owners in up to `most` imports of the firm with the vault's key in force; how many there were."""
    sealer = resources().sealer
    found = list_owners_to_reseal(actor.firm_id, vault.key_in_force(), most=most)
    for row in found:
        sealed = sealer.seal(sealer.unseal(row.owner))
        execute(RESEAL, firm=actor.firm_id, id=row.id, old=row.owner, sealed=sealed)
    return len(found)
